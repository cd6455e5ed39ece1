"""What a run tells of itself: events as data, and who hears them."""
