"""Schemas: loaded, resolved, and read keyword by keyword as sets of values."""
