"""Language models make chosen fields more lifelike: optional, bounded, and replayable to the byte."""
