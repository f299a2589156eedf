"""Index notation as loops over the indices, compiled by Numba: loss and gradient in one pass over the samples."""
