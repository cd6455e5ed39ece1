"""Judging: schemas by their metaschema, records by their schema, datasets line by line."""
