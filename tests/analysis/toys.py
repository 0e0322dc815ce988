"""Functions whose sensitivity indices are known in closed form."""

import numpy as np

ISHIGAMI_FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
ISHIGAMI_TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


def ishigami(x):
    """Ishigami & Homma (1990) with a = 7, b = 0.1, of angles (D, 3)."""
    one, two, three = x.T
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def angles(rng, draws):
    """Uniform on (-pi, pi) by a Latin hypercube: (D, 3)."""
    from scipy.stats import qmc

    return np.pi * (2 * qmc.LatinHypercube(3, rng=rng).random(draws) - 1)


def named(columns):
    """Columns (D, X) as inputs under x1, x2 ..."""
    return {f"x{number}": column for number, column in enumerate(columns.T, start=1)}


def shares(rng, chances, replications):
    """How many of each draw's worlds had something that has a chance in each draw: (D,)."""
    return rng.binomial(replications, chances)
