"""What needs several stages at once: pages, plots, the command line."""
