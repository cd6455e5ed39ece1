"""How each keyword is broken: candidates for a changed value, one file per family, one table of them all."""
