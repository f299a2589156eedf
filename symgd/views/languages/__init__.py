"""The words of pages, one module for each language."""
