"""A dataset as the table of a cluster: partitions that its workers make when they are asked for."""
