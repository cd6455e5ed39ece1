"""Records as tables: the types of columns that a JSON Schema asks for, and how records become columns and back."""
