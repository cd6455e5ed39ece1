"""Distributions over grids: curves in plain arithmetic, tables of whole numbers made of them, draws by table."""
