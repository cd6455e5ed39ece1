"""Goldens: canonical JSON Lines kept under review, compared record by record, stored through syrupy."""
