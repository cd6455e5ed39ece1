"""What `doctor` looks at: installation, surroundings, determinism, providers; one file each, one row per thing."""
