"""`minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`."""

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.union import Union, constrain, only
from pytest_specmint.schema.sets.values import exact


def read(draft: Draft, site: Site) -> Numbers:
    """The numbers that the family permits; draft 4 writes exclusiveness as a flag."""
    numbers = Numbers()
    low, high = site.get("minimum"), site.get("maximum")
    if low is not None:
        numbers = numbers.meet(Numbers(lower=exact(low), lower_open=site.get("exclusiveMinimum") is True))
    if high is not None:
        numbers = numbers.meet(Numbers(upper=exact(high), upper_open=site.get("exclusiveMaximum") is True))
    if draft > Draft.D4:
        above, below = site.get("exclusiveMinimum"), site.get("exclusiveMaximum")
        if above is not None:
            numbers = numbers.meet(Numbers(lower=exact(above), lower_open=True))
        if below is not None:
            numbers = numbers.meet(Numbers(upper=exact(below), upper_open=True))
    step = site.get("multipleOf")
    return numbers if step is None else numbers.meet(Numbers(step=exact(step)))


def _assert(opener: Opener, site: Site) -> Union:
    numbers = read(opener.draft, site)
    reason = numbers.contradiction()
    if reason is None:
        return constrain(numbers)
    opener.note(reason, site.place)
    return tuple(branch for branch in constrain(numbers) if branch.set is not numbers)


def _deny(opener: Opener, site: Site) -> Union:
    return only(*read(opener.draft, site).complements())


NUMERIC = Family(
    frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}), at_once(_assert), _deny
)
