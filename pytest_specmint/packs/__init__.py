"""What field names mean and the words to fill them: data in files, read once."""
