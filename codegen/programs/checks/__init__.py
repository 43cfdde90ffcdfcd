"""A gradient against numbers: complex steps, all at once where they can be, and differences."""
