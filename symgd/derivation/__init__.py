"""From a loss to its gradient, by named rules, one checked step at a time."""
