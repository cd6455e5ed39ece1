"""What each keyword means, as sets: one file per family, one table of them all."""
