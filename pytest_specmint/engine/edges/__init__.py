"""Boundary values: every bound, member, branch and optional part of a plan, forced into a record one at a time."""

from pytest_specmint.engine.edges.force import forced
from pytest_specmint.engine.edges.targets import Target, edge_targets

__all__ = ["Target", "edge_targets", "forced"]
