"""The pure middle: sets become a plan of columnar samplers, a plan turns keys into records."""
