"""Property names: which sets of names cover one, and what a property of that name must meet."""

from pytest_specmint.patterns import matches
from pytest_specmint.schema.sets.goal import Goal, conjoin
from pytest_specmint.schema.sets.objects import Names, Objects


def covers(names: Names, name: str) -> bool:
    """Whether the set of names holds the name."""
    inside = name in names.listed or any(matches(pattern, name) for pattern in sorted(names.patterns))
    return inside is not names.inverted


def goal_of(objects: Objects, name: str) -> Goal:
    """All that the value of a property with this name must meet."""
    goals = [rule.goal for rule in objects.rules if covers(rule.names, name)]
    if name in objects.properties:
        goals.append(objects.properties[name])
    return conjoin(goals)


def known_names(objects: Objects) -> list[str]:
    """Every name that the set mentions, sorted."""
    mentioned = set(objects.properties) | objects.required
    mentioned.update(name for pair in objects.implications for name in pair)
    return sorted(mentioned)
