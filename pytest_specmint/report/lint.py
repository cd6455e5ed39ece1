"""What is wrong, idle or doubtful in a schema, as findings: places, words, and what to do."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from pytest_specmint.errors import SpecmintError
from pytest_specmint.job import Job
from pytest_specmint.patterns import Language, PatternError
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.heights import build_graph
from pytest_specmint.schema.notices import Kind, notices, reachable
from pytest_specmint.schema.sets.goal import Goal, Term

BRANCHES = 256
"""How many branches and properties are tried, at most: each is a small schema to be solved."""


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """No record can be made."""
    WARNING = "warning"
    """Records can be made, and hardly as somebody meant it."""
    NOTE = "note"


class Finding(Struct, frozen=True):
    """One thing to look at."""

    level: Level
    code: str
    """A word for it: ``unsatisfiable``, ``unreached``, ``ignored``, ``unknown``, ``determinism``, ``unenforced``."""
    message: str
    place: str
    """``document#pointer``."""
    hint: str = ""


def lint(job: Job) -> list[Finding]:
    """All findings about a job's schema, the gravest first, else in the order of their places."""
    found = [*_impossible(job)]
    found += [
        *_ignored(job.schema),
        *_unreached(job.schema, found),
        *_uncertain(job.schema),
        *_left_to_models(job.schema),
        *_unenforced(job, found),
    ]
    order = list(Level)
    return sorted(found, key=lambda each: order.index(each.level))


def _impossible(job: Job) -> Iterator[Finding]:
    try:
        job.plan()
    except SpecmintError as error:
        place = error.pointer or job.schema.place
        words = error.message.removeprefix("unsatisfiable: ")
        yield Finding(Level.ERROR, "unsatisfiable", words, place, error.hint or "")


def _ignored(schema: Schema) -> Iterator[Finding]:
    for notice in notices(schema):
        unknown = notice.kind in {Kind.KEYWORD, Kind.FORMAT, Kind.EXTENSION}
        meant = notice.note.startswith("did you mean")
        level = Level.NOTE if notice.kind is Kind.ANNOTATION or (unknown and not meant) else Level.WARNING
        for place in notice.places:
            code = "unknown" if unknown else "ignored"
            yield Finding(level, code, f"{notice.kind.value} {notice.name}", place, notice.note)


def _unreached(schema: Schema, known: list[Finding]) -> Iterator[Finding]:
    """Branches and optional properties that no value can have; nothing where the whole is impossible already."""
    if known:
        return
    canonical = Canonicaliser(schema)
    tried = 0
    for place, site in reachable(schema):
        for goal, where, words in _alternatives(place, site):
            tried += 1
            if tried > BRANCHES:
                return
            if goal not in build_graph(canonical, goal):
                yield Finding(Level.WARNING, "unreached", words, where, "remove it, or relax what contradicts it")
    yield from _unused(schema)


def _alternatives(place: str, site: object) -> Iterator[tuple[Goal, str, str]]:
    assert isinstance(site, dict)
    for keyword in ("anyOf", "oneOf"):
        branches = site.get(keyword)
        for i, _ in enumerate(branches if isinstance(branches, list) else ()):
            where = join_pointer(place, keyword, i)
            yield (Term(place), Term(where)), where, f"no value meets this branch of {keyword} and what is around it"
    required = site.get("required")
    properties = site.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        if not (isinstance(required, list) and name in required):
            where = join_pointer(place, "properties", name)
            yield (Term(where),), where, "no value meets this property's schema: it is never there"


def _unused(schema: Schema) -> Iterator[Finding]:
    """Definitions of the schema's own document that nothing leads to."""
    seen = {place for place, _ in reachable(schema)}
    document = schema.at("#")
    for keyword in ("$defs", "definitions"):
        named = document.get(keyword) if isinstance(document, dict) else None
        for name in named if isinstance(named, dict) else ():
            place = join_pointer("#", keyword, name)
            if not any(each == place or each.startswith(f"{place}/") for each in seen):
                yield Finding(Level.NOTE, "unreached", "nothing refers to this definition", place)


def _uncertain(schema: Schema) -> Iterator[Finding]:
    """What lets bytes depend on more than schema, seed and count."""
    for place, site in reachable(schema):
        pattern = site.get("pattern")
        if isinstance(pattern, str) and _beyond_automata(pattern):
            yield Finding(
                Level.WARNING,
                "determinism",
                f"pattern {pattern} is beyond automata: its texts depend on the release of rstr",
                join_pointer(place, "pattern"),
                "write it without back-references, or pin rstr",
            )


def _left_to_models(schema: Schema) -> Iterator[Finding]:
    """Values that a language model may change, all in one finding."""
    places = [place for place, site in reachable(schema) if _marked(site)]
    if places:
        also = f", and at {len(places) - 1} more places" if len(places) > 1 else ""
        words = f"a language model decides what stands here{also}, where one is used"
        yield Finding(Level.NOTE, "determinism", words, places[0], "keep a cassette beside the golden")


def _marked(site: Mapping[str, object]) -> bool:
    description = site.get("description")
    return site.get("x-llm") is True or (isinstance(description, str) and "llm:" in description)


def _beyond_automata(pattern: str) -> bool:
    try:
        Language.of(pattern).is_empty()
    except PatternError:
        return True
    return False


def _unenforced(job: Job, known: list[Finding]) -> Iterator[Finding]:
    from pytest_specmint.rules.placed import own
    from pytest_specmint.rules.sentences import sentences_of

    if any(each.level is Level.ERROR for each in known):
        return
    for each in own(job.schema).ignored:
        yield Finding(Level.WARNING, "ignored", "rules without effect", each.pointer, each.why)
    for sentence in sentences_of(job.schema, job.all_rules()):
        if not sentence.rules:
            hint = "write a rule under x-rules and name the sentence in it"
            yield Finding(Level.WARNING, "unenforced", f"no rule enforces: {sentence.text}", sentence.pointer, hint)
