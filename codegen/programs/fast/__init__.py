"""The compiler from a program to NumPy statements that allocate nothing: passes, each of which can be shown."""
