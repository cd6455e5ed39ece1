"""The healthcare pack: its data in files, and beside them what only code can do."""
