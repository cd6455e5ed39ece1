"""What is told about runs: measurements, and what changed between two of them."""
