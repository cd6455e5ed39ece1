"""The providers: each is one file here and one row in ``table.py``."""
