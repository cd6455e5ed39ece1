"""What schemas say of each other's records: references to entities, registries of their own, series of events."""
