"""Runs: played, kept in a folder, read back, played again, compared."""
