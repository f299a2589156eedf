"""From expressions to NumPy source and functions."""
