"""The two versions: of the distribution, and of the engine's bytes."""

__version__ = "0.1.0"

ENGINE_VERSION = 5
"""Raised whenever the same schema, seed and count give other bytes than before."""
