"""The same program as loops over entries, which Numba compiles."""
