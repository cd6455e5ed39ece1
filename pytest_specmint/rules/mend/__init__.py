"""Records that break rules, changed in as few fields as possible so that they hold them."""
