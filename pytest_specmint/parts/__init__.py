"""Datasets in parts: consecutive ranges of records, each a file of its own that any worker anywhere can make."""
