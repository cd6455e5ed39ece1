"""Bringing a set into its simplest form, and proving it empty: one file per kind of question."""
