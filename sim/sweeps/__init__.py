"""Sweeps: many runs of one scenario, planned, played, gone on with, told as studies."""
