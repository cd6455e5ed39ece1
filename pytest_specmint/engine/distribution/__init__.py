"""What a schema says of how often: `x-dist`, `x-weights`, `x-null-rate` and `x-presence`, read, checked and applied."""
