"""Other forms of the same records: what an output format is, and which fields it asks a schema for."""
