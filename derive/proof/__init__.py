"""What is true: exact equality, and exact forward differentiation of a whole model."""
