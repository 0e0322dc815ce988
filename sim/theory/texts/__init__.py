"""Which texts have a chance: of a signature, of the votes at home, of standing, and what helps."""
