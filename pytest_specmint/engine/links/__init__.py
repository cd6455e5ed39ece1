"""How rules become part of a plan: leaves that keep within what earlier ones leave, and leaves that are calculated."""
