"""`alphacode model`: list, fetch and locate model files."""
