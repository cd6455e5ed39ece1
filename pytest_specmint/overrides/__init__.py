"""Values that records are given from outside: constants become part of the schema, values per record are put in."""
