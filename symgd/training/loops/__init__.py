"""Runs by compiled loops: which loop, when it is worth it, and what it works on."""
