"""What a dataset holds, told field by field in one pass and flat memory."""
