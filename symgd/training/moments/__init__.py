"""Runs without the data: rows of numbers that take the place of the samples, found in one pass."""
