"""Several datasets at once: a file that names them, the order they are made in, writing and judging all of them."""
