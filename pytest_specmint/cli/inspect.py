"""`specmint-cli inspect`: what the compiler understood, as a tree for people or as a document for programs.

The document of ``--json`` is one line of canonical JSON (keys in the order of their code points), the same for the same
schema on every machine; `inspect.schema.json` beside this file is its JSON Schema. Its parts:

- ``schema``: source (null where it is none), place in it, draft or OpenAPI version, SHA-256;
- ``plan``: number of nodes, whether any value can contain its like, and how often at most (``maxRecursion``);
- ``record``: bytes of the records sampled, or the error that kept them from being made;
- ``rows``: a row per value of the record, parents before children, with ``path``, ``depth``, ``kind``, ``words`` (the
  kind for people) and ``facts``; ``see`` names the row that tells the rest, ``back`` says that it is above this one,
  ``hidden`` how many parts ``--depth`` left out;
- ``locales``: names and versions of locales;
- ``ignored``: what the schema says without effect, with every place.

Paths are JSONPaths (RFC 9535) with three additions: ``.*`` stands for properties that the schema does not name, ``(2)``
for the second way of a value that is one of several, and ranges of items are those that mean the same.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from pytest_specmint import config
from pytest_specmint.cli.dataset_options import dataset_of, dataset_options
from pytest_specmint.cli.domain import domain_option, locale_option
from pytest_specmint.cli.ruling import refuse_unenforced, rules_ignored, rules_of, rules_options, sentences
from pytest_specmint.cli.several import related_option
from pytest_specmint.cli.source import NAMES, schema_of, schema_options
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import SamplingError

if TYPE_CHECKING:
    from pytest_specmint.engine.outline import Outline, Row
    from pytest_specmint.job import Job
    from pytest_specmint.packs.locales import Locale
    from pytest_specmint.packs.pack import Pack
    from pytest_specmint.rules.model import Rule
    from pytest_specmint.rules.placed import Ignored
    from pytest_specmint.rules.sentences import Sentence
    from pytest_specmint.schema.document import Schema
    from pytest_specmint.schema.notices import Notice

SAMPLE = 20
"""How many records are made to tell their size."""
DOCUMENT = 2
"""Version of the form of the ``--json`` document."""
LONGEST_PLACE = 200
Signs = tuple[str, str, str, str]
TREE: Signs = ("├─ ", "└─ ", "│  ", "   ")
PLAIN_TREE: Signs = ("|- ", "`- ", "|  ", "   ")
"""A branch, the last branch, what goes on beside, and nothing."""


class Understood(Struct, frozen=True):
    """All that is shown."""

    schema: "Schema"
    outline: "Outline"
    ignored: Sequence["Notice"]
    sizes: Sequence[int]
    """Bytes of each sampled record."""
    failure: SamplingError | None
    """Why a record could not be made."""
    packs: Sequence["Pack"] = ()
    locales: Sequence["Locale"] = ()
    rules: Sequence[tuple[str, str]] = ()
    """Ids of rules between fields, and how each is kept."""
    rules_ignored: Sequence["Ignored"] = ()
    sentences: Sequence["Sentence"] = ()


@click.command(name="inspect", short_help="Show what a schema means to the engine, or what a dataset holds.")
@click.argument("path", required=False)
@schema_options
@dataset_options
@domain_option
@locale_option
@rules_options
@related_option
@click.option("--depth", type=click.IntRange(0), metavar="N", help="Levels to show below the record (default: all).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Show what a schema means to the engine: every value, its bounds and defaults, and what is ignored.

    Or, of a dataset, what it holds: fields, figures, distributions, and what could be real.

    Example: specmint-cli inspect order.json --depth 2; specmint-cli inspect out --detailed
    """
    dataset = dataset_of(options)
    given = {name: options[name] for name in (*NAMES, "domain", "related", "rules", "locale")}
    if options["path"] is not None and dataset is None:
        given["schema"] = options["path"]
    settings = config.resolve(given, config=options["config_file"])
    if dataset is not None:
        from pytest_specmint.cli import surveying

        surveying.run(dataset, options, settings)
        return
    seen = _understood(settings, options["depth"], strict=options["strict"])
    write_whole(document(seen) if options["as_json"] else text(seen, sys.stdout.encoding or "utf-8"))
    if seen.failure is not None:
        raise seen.failure


def _understood(settings: config.Settings, depth: int | None, *, strict: bool) -> Understood:
    from pytest_specmint.engine.outline import outline
    from pytest_specmint.engine.settings import AS_OF
    from pytest_specmint.job import Job
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.packs.locale_names import locale_tag
    from pytest_specmint.schema.notices import notices

    schema = schema_of(settings)
    domain = domain_names(settings["domain"].value)
    rules = rules_of(settings["rules"].value)
    locale = locale_tag(settings["locale"].value)
    # the same records each time, of the same size
    job = _with_related(Job(schema, 0, SAMPLE, 0, AS_OF, domain=domain, rules=rules, locale=locale), settings)
    if strict:
        refuse_unenforced(job)
    plan = job.plan()
    return Understood(
        schema,
        outline(plan, depth),
        notices(schema),
        *_sizes(job),
        job.packs(),
        job.locales(),
        list(_kept(job)),
        rules_ignored(job),
        sentences(job),
    )


def _with_related(job: "Job", settings: config.Settings) -> "Job":
    """The job with the datasets that were named; references to others stay open."""
    from msgspec.structs import replace

    job = replace(job, loose=True)
    if settings["related"].value is None:
        return job
    from pytest_specmint.cli.several import jobs, main_name

    return jobs(settings, job)[main_name(settings)]


def _kept(job: "Job") -> Iterator[tuple[str, str]]:
    """How each rule is kept."""
    kept, drawn = job.enforced(), job.drawn_again()
    for rule in job.all_rules():
        if rule.id in kept.unmet:
            yield rule.id, "left to chance: checked by validate only" + _in_python(rule)
        elif rule.id in drawn:
            yield rule.id, "by drawing records again that break it" + _in_python(rule)
        else:
            rate = f", at a rate of {rule.rate:.0%}" if rule.severity.value == "warn" else ""
            yield rule.id, f"built in{rate}"


def _in_python(rule: "Rule") -> str:
    if rule.python is None:
        return ""
    mends = ", with a patch" if rule.python.patch is not None else ""
    return f" (Python: {rule.python.reference}{mends})"


def _sizes(job: "Job") -> tuple[Sequence[int], SamplingError | None]:
    """Bytes of each sampled record; or none, and why a record could not be made."""
    from pytest_specmint.canonical_json import canonical_lines
    from pytest_specmint.pipeline.blocks import record_blocks

    try:
        return [len(canonical_lines([record])) for block in record_blocks(job) for record in block], None
    except SamplingError as error:
        return [], error


# ---------------------------------------------------------------- for programs


def document(seen: Understood) -> bytes:
    """The document of ``--json``."""
    from pytest_specmint.canonical_json import canonical_bytes
    from pytest_specmint.engine.plan import MAX_RECURSION

    schema = seen.schema
    content = {
        "document": DOCUMENT,
        "schema": {
            "source": schema.source,
            "place": schema.place,
            "draft": schema.dialect,
            "sha256": schema.sha256,
        },
        "plan": {"nodes": seen.outline.nodes, "recursive": seen.outline.recursive, "maxRecursion": MAX_RECURSION},
        "record": _record(seen),
        "rows": [_row(row) for row in seen.outline.rows],
        "locales": [{"name": each.tag, "version": each.version} for each in seen.locales],
        "rules": [{"id": name, "kept": how} for name, how in seen.rules],
        "rulesIgnored": [{"pointer": each.pointer, "why": each.why} for each in seen.rules_ignored],
        "sentences": [{"text": each.text, "rules": list(each.rules)} for each in seen.sentences],
        "ignored": [
            {"kind": each.kind.value, "name": each.name, "note": each.note, "places": list(each.places)}
            for each in seen.ignored
        ],
    }
    return canonical_bytes(content) + b"\n"


def _record(seen: Understood) -> dict[str, Any]:
    if seen.failure is not None:
        return {"error": str(seen.failure)}
    sizes = seen.sizes
    return {"sample": len(sizes), "least": min(sizes), "mean": _mean(sizes), "greatest": max(sizes)}


def _mean(sizes: Sequence[int]) -> int:
    return round(sum(sizes) / len(sizes))


def _row(row: "Row") -> dict[str, Any]:
    content: dict[str, Any] = {
        "path": row.path,
        "depth": row.depth,
        "kind": row.kind,
        "words": row.words,
        "facts": {fact.key: fact.value for fact in row.facts},
    }
    if row.see:
        content |= {"see": row.see, "back": row.back}
    if row.hidden:
        content["hidden"] = row.hidden
    return content


# ---------------------------------------------------------------- for people


def text(seen: Understood, encoding: str) -> bytes:
    """What people read: header, tree, and what is ignored; one idea a line."""
    lines = [
        *_header(seen),
        "",
        *_tree(seen.outline.rows, _signs(encoding)),
        "",
        *_ruled(seen),
        *_ignored(seen.ignored),
    ]
    return "".join(line + "\n" for line in lines).encode(encoding, "backslashreplace")


def _signs(encoding: str) -> Signs:
    try:
        "".join(TREE).encode(encoding)
    except UnicodeEncodeError:
        return PLAIN_TREE
    return TREE


def _header(seen: Understood) -> Iterator[str]:
    from pytest_specmint.engine.plan import MAX_RECURSION

    schema, sizes = seen.schema, seen.sizes
    rows = {
        "schema": schema.source,
        "place": None if schema.place == "#" else schema.place,
        "draft": schema.dialect,
        "sha256": schema.sha256,
        "packs": ", ".join(f"{pack.name} {pack.version}" for pack in seen.packs) or None,
        "locale": ", ".join(f"{each.tag} {each.version}" for each in seen.locales) or None,
        "nodes": f"{seen.outline.nodes:,}",
        "record": f"about {_mean(sizes):,} bytes ({len(sizes)} records of {min(sizes):,} to {max(sizes):,})"
        if sizes
        else "none could be made",
        "recursion": f"a value passes into its like at most {MAX_RECURSION} times, then what ends soonest is taken"
        if seen.outline.recursive
        else None,
    }
    return (f"{name + ':':11}{value}" for name, value in rows.items() if value is not None)


def _tree(rows: Sequence["Row"], signs: Signs) -> Iterator[str]:
    branch, last_branch, beside, nothing = signs
    last = _last_of_their_like(rows)
    stems: list[str] = []
    for i, row in enumerate(rows):
        del stems[row.depth :]
        own = "" if row.depth == 0 else last_branch if last[i] else branch
        yield "".join(stems[1:]) + own + f"{row.label}: {row.words}" + _elsewhere(row)
        stems.append(nothing if last[i] else beside)
        has_parts = i + 1 < len(rows) and rows[i + 1].depth > row.depth
        margin = "".join(stems[1:]) + (beside if has_parts else nothing)
        for line in _facts(row):
            yield margin + line


def _last_of_their_like(rows: Sequence["Row"]) -> list[bool]:
    """Whether no row of the same parent follows."""
    last, below = [False] * len(rows), -1
    open_levels: set[int] = set()
    for i in range(len(rows) - 1, -1, -1):
        depth = rows[i].depth
        if depth < below:
            open_levels = {level for level in open_levels if level <= depth}
        last[i] = depth not in open_levels
        open_levels.add(depth)
        below = depth
    return last


def _elsewhere(row: "Row") -> str:
    if not row.see:
        return ""
    return f", back to {row.see} (recursion)" if row.back else f", as {row.see}"


def _facts(row: "Row") -> Iterator[str]:
    for fact in row.facts:
        yield from fact.lines
    if row.hidden:
        yield f"{row.hidden} {'value' if row.hidden == 1 else 'values'} below not shown: --depth {row.depth}"


def _ruled(seen: Understood) -> Iterator[str]:
    """Rules and sentences; nothing where there are none."""
    if seen.rules:
        yield "Rules:"
        yield from (f"  {name}: {how}" for name, how in seen.rules)
        yield ""
    if seen.rules_ignored:
        yield "Rules without effect:"
        yield from (f"  {each.pointer}, {each.why}" for each in seen.rules_ignored)
        yield ""
    unenforced = [each.text for each in seen.sentences if not each.rules]
    if unenforced:
        yield "Sentences that no rule enforces:"
        yield from (f"  {text}" for text in unenforced)
        yield ""


def _ignored(ignored: Sequence["Notice"]) -> Iterator[str]:
    from pytest_specmint.engine.wording import shortened

    if not ignored:
        yield "Ignored: nothing"
        return
    yield "Ignored:"
    for kind, group in groupby(ignored, key=lambda each: each.kind):
        yield f"  {kind.value}"
        for each in group:
            count = len(each.places)
            where = f"at {each.places[0]}" if count == 1 else f"at {count} places, first {each.places[0]}"
            yield f"    {shortened(each.name)} {shortened(where, LONGEST_PLACE)}"
            if each.note:
                yield f"      {each.note}"
