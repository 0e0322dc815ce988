"""Backtests: cases that people settled, played by the engine and scored beside simple methods."""
