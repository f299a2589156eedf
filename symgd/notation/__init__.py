"""What a user writes: symbols, named intermediates, sums, functions, losses."""
