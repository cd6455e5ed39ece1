"""The nodes of a plan, one file per kind of value."""
