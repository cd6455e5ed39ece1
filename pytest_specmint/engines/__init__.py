"""Engines: who makes the parts of a dataset. Each is one file over `make_part`, and a row of a table."""
