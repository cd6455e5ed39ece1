"""A survey as one page for a browser: everything in one file, nothing from a network."""
