"""String formats: one row each in `table`, samplers in the files beside it."""
