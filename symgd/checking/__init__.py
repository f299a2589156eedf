"""Gradients against numerical derivatives."""
