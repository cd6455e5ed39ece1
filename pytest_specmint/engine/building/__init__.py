"""From goals to nodes: the table, its leaves and containers, references to other datasets."""
