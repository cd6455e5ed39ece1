"""From a job to verified blocks: what decides them, one block, many of them by one process or several."""
