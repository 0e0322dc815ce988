"""`python -m sim` is the command `parley`."""

from sim.cli import main

main()
