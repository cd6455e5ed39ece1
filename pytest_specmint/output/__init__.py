"""Writing datasets: writers by name, the manifest, and directories that appear whole or not at all."""
