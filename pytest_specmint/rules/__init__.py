"""Cross-field rules: an expression language, rules read from schemas and files, and their verdicts on records."""
