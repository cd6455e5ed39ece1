"""Which documents a schema consists of: files, their references, and a root that they do not leave."""
