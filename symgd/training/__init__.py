"""Optimizers as formulas, the training loop and what it records."""
