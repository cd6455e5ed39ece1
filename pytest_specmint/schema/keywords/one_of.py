"""`oneOf`: exactly one branch holds."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.union import Branch, Union, join
from pytest_specmint.schema.settle.apart import Marked, apart, marked, same
from pytest_specmint.schema.settle.denials import excluding


def _goals(site: Site) -> list[Goal]:
    return [site.child("oneOf", i) for i in range(len(site.get("oneOf")))]


def _unions(opener: Opener, site: Site) -> list[list[Marked]]:
    return [[marked(opener, branch) for branch in opener.apply(goal, site.place)] for goal in _goals(site)]


def _meet(opener: Opener, site: Site) -> Union:
    unions = _unions(opener, site)
    ways = [
        tuple(alone for known in union for alone in _alone(opener, site, known, i, unions))
        for i, union in enumerate(unions)
    ]
    return join(way for way in ways if way)


def _alone(opener: Opener, site: Site, known: Marked, chosen: int, unions: Sequence[Sequence[Marked]]) -> Union:
    """The set, unless branches other than the chosen accept the value too; nothing if one of them is the same set."""
    others = [i for i in range(len(unions)) if i != chosen]
    twin = next((i for i in others if any(same(known, each) for each in unions[i])), None)
    if twin is not None:
        opener.note(f"branches {min(chosen, twin)} and {max(chosen, twin)} of oneOf accept the same values", site.place)
        return ()
    goals = _goals(site)
    rivals = tuple(goals[i] for i in others if not all(apart(opener, known, each) for each in unions[i]))
    branch = known.branch
    return (replace(branch, unless=branch.unless + rivals, holds=branch.holds | {goals[chosen]}),)


def _deny(opener: Opener, site: Site) -> Union:
    """What no branch accepts, and what two of them do."""
    unions = _unions(opener, site)
    none = excluding(opener, _goals(site), site.place)
    pairs = ((left, right) for i, left in enumerate(unions) for right in unions[i + 1 :])
    ways = [none, *(tuple(_shared(opener, left, right)) for left, right in pairs)]
    return join(way for way in ways if way)


def _shared(opener: Opener, left: Iterable[Marked], right: Sequence[Marked]) -> Iterator[Branch]:
    for one in left:
        for other in right:
            if same(one, other):
                yield one.branch
            elif not apart(opener, one, other):
                yield from opener.both((one.branch,), (other.branch,))


ONE_OF = Family(frozenset({"oneOf"}), at_once(_meet), _deny)
