"""What plugin and command line both call."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pytest_specmint.check.lines import Line, read_lines
from pytest_specmint.check.report import Report, judge
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.dataset import Dataset
from pytest_specmint.engine.settings import AS_OF, USUAL_SIZES, Sizes
from pytest_specmint.errors import InvalidData, OutputError, UsageError
from pytest_specmint.job import Job, Mode, RelatedJob
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.packs.locale_names import locale_tag
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.load import SchemaSource, load_schema

if TYPE_CHECKING:
    from pytest_specmint.datasets.collection import Datasets
    from pytest_specmint.datasets.read import DatasetsSource
    from pytest_specmint.near_miss import NearMiss
    from pytest_specmint.rendering.format import Format, Reader, Task
    from pytest_specmint.rules.given import RulesSource
    from pytest_specmint.rules.model import Rule
    from pytest_specmint.safety.audit import Audit

DEFAULT_COUNT = 10
DEFAULT_SEED = 0


def generate(
    schema: SchemaSource,
    *,
    seed: int = DEFAULT_SEED,
    count: int = DEFAULT_COUNT,
    start: int = 0,
    as_of: date | str | None = None,
    schema_root: str | PathLike[str] | None = None,
    draft: str | int | None = None,
    view: str | None = None,
    mode: str = Mode.USUAL,
    sizes: Sizes = USUAL_SIZES,
    domain: str | Iterable[str] | None = None,
    rules: "RulesSource | None" = None,
    related: "Mapping[str, Dataset] | None" = None,
    locale: str | None = None,
) -> Dataset:
    """A dataset of ``count`` records for a schema: a path to JSON or YAML, a mapping, or a boolean.

    ``draft`` (``"7"``, ``"2020-12"``…) is for schemas that do not say theirs, ``view`` (``"request"``, ``"response"``)
    leaves out what is read-only or write-only. ``mode="edge"`` begins with boundary values; `near_misses` makes
    records that break the schema. ``sizes`` says how much there is of what the schema leaves open. ``domain`` names
    packs (``"healthcare"``, ``["fintech", "acme"]``) whose words, meanings and rules come before the usual ones;
    ``rules`` are rules between fields beside those of the schema: a path of a rules file, a rule as it would stand in
    one, a `PythonRule`, or several of them.
    ``related`` are datasets that the schema refers to by ``x-ref``, by name.
    ``locale`` (``"de_DE"``) says whose names, places and words there are, in place of the one at the schema's top.

    Records are made lazily; the schema is loaded and compiled at once, so that its errors come here: `SchemaError`,
    `UnsatisfiableSchema`, `UnsupportedSchema`, and `UsageError` for arguments.
    """
    loaded = load_schema(schema, schema_root=schema_root, draft=draft, view=view)
    job = Job(loaded, seed, count, start, parse_day(as_of), sizes, parse_mode(mode))
    job = replace(
        job, domain=domain_names(domain), rules=_given(rules), related=_related(related), locale=locale_tag(locale)
    )
    job.plan()
    return Dataset(job)


def generate_datasets(
    source: "DatasetsSource",
    *,
    seed: int | None = None,
    count: int = DEFAULT_COUNT,
    as_of: date | str | None = None,
    sizes: Sizes = USUAL_SIZES,
    domain: str | Iterable[str] | None = None,
) -> "Datasets":
    """Datasets that refer to each other, by name: of a datasets file, or of a mapping as it would stand in one.

    ``{"customers": {"schema": …, "count": 500}, "orders": {"schema": …, "links": {"customer_id": "customers#/id"}}}``;
    ``seed``, ``count`` and ``domain`` are for those that do not say theirs. Schemas are loaded and compiled at once,
    records made lazily. Raises like `generate`.
    """
    from pytest_specmint.datasets.collection import Datasets
    from pytest_specmint.datasets.jobs import Common, jobs_of
    from pytest_specmint.datasets.read import read_datasets

    named = read_datasets(source)
    base = (named.seed if named.seed is not None else DEFAULT_SEED) if seed is None else seed
    day = parse_day(named.as_of if as_of is None else as_of)
    return Datasets(jobs_of(named.entries, Common(base, count, day, sizes, domain_names(domain))))


def near_misses(
    schema: SchemaSource,
    *,
    seed: int = DEFAULT_SEED,
    count: int = DEFAULT_COUNT,
    start: int = 0,
    as_of: date | str | None = None,
    schema_root: str | PathLike[str] | None = None,
    draft: str | int | None = None,
    view: str | None = None,
    sizes: Sizes = USUAL_SIZES,
    domain: str | Iterable[str] | None = None,
    locale: str | None = None,
    rules: "RulesSource | None" = None,
) -> "list[NearMiss]":
    """Records that each break exactly one keyword of the schema, with that keyword and where it stands.

    They go round through all that can be broken. Rules are held by the records that they are made from; a near miss
    may break some besides its keyword. Raises like `generate`, and `UnsupportedSchema` where there is
    nothing to break.
    """
    from pytest_specmint import near_miss

    loaded = load_schema(schema, schema_root=schema_root, draft=draft, view=view)
    job = Job(loaded, seed, count, start, parse_day(as_of), sizes, domain=domain_names(domain), rules=_given(rules))
    job = replace(job, locale=locale_tag(locale))
    return list(near_miss.near_misses(job))


def parse_mode(mode: str) -> Mode:
    """The mode of a dataset of valid records; near misses have functions of their own."""
    known = (Mode.USUAL, Mode.EDGE)
    if mode not in known:
        raise UsageError(f"unknown mode {mode!r}", hint=f"known are: {', '.join(known)}; see also near_misses")
    return Mode(mode)


def parse_day(day: date | str | None) -> date:
    """The day that counts as today: ``YYYY-MM-DD``, ``today`` (resolved now), or the fixed default."""
    if day is None:
        return AS_OF
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    if day == "today":
        return date.today()
    try:
        return date.fromisoformat(day)
    except (TypeError, ValueError):
        raise UsageError(f"as_of {day!r} is not a date", hint="write YYYY-MM-DD, or 'today'") from None


def validate(
    schema: SchemaSource,
    dataset: Iterable[Any] | str | PathLike[str] | bytes,
    *,
    schema_root: str | PathLike[str] | None = None,
    examples: int = 5,
    rules: "RulesSource | None" = None,
    as_of: date | str | None = None,
    domain: str | Iterable[str] | None = None,
) -> Report:
    """Judge records by a schema and its rules: a path to JSONL or to a dataset's directory, bytes of JSONL, or values.

    ``rules`` and ``domain`` bring more rules, as for `generate`; ``as_of`` is the day that counts as today in them.
    """
    loaded = load_schema(schema, schema_root=schema_root)
    check_schema(loaded)
    job = Job(loaded, 0, 1, 0, parse_day(as_of), domain=domain_names(domain), rules=_given(rules), loose=True)
    return judge(Verifier(loaded), _lines(dataset, loaded), examples=examples, rules=job.compiled_rules())


def _related(related: "Mapping[str, Dataset] | None") -> "tuple[RelatedJob, ...]":
    for name, each in (related or {}).items():
        if not isinstance(each, Dataset) or not each.made_by_job or each.start:
            hint = "generate(...) makes one; it begins with record 0 and has no records of its own"
            raise UsageError(f"related {name!r} is no whole dataset", hint=hint)
    return tuple(RelatedJob(name, each.job) for name, each in (related or {}).items())


def _given(rules: "RulesSource | None") -> "tuple[Rule, ...]":
    if rules is None:
        return ()
    from pytest_specmint.rules.given import given_rules

    return given_rules(rules)


def audit(dataset: Iterable[Any] | str | PathLike[str] | bytes, *, examples: int = 5) -> "Audit":
    """Look for values that could be real: a path to JSONL or to a directory of it, bytes of JSONL, or values.

    ``bool()`` of the result is whether there are none; it keeps the first ``examples`` of each kind, masked.
    """
    from pytest_specmint.packs.base_vocabulary import base_vocabulary
    from pytest_specmint.safety.audit import Auditor
    from pytest_specmint.safety.read import audit_files, see_all

    if isinstance(dataset, (str, PathLike)):
        return audit_files(Path(fspath(dataset)), base_vocabulary(), examples=examples)
    auditor = Auditor(base_vocabulary(), examples=examples)
    if isinstance(dataset, bytes):
        see_all(auditor, [dataset])
    else:
        for number, value in enumerate(dataset, 1):
            auditor.see(number, value)
    return auditor.audit


def render(
    records: Iterable[Any] | str | PathLike[str] | bytes,
    format: "str | Format",  # noqa: A002 - the option's name
    *,
    as_of: date | str | None = None,
    seed: int | None = None,
    start: int | None = None,
    domain: str | Iterable[str] | None = None,
    schema: SchemaSource | None = None,
) -> bytes:
    """Records in another format, such as ``"x12"``: a `Dataset`, a path to JSONL or to a directory, JSONL, or values.

    A dataset knows its day, seed and start, as does a manifest that lies with a file; else they can be given (X12
    takes date and control numbers from them). A `Format` may be given itself; ``domain`` names packs that bring it.
    Formats with columns (CSV, Parquet, Arrow, SQL) need the ``schema`` of records that are no dataset.

    Raises `SchemaError` for a dataset whose schema lacks what the format needs, `InvalidData` for a record that it
    cannot express, `UsageError` for an unknown format.
    """
    from pytest_specmint.output.formats import named, task_of
    from pytest_specmint.output.render import blocks_of_values, rendered, values_of_lines
    from pytest_specmint.packs.registry import pack_named

    packs = [pack_named(each) for each in domain_names(domain)]
    if isinstance(records, Dataset):
        form = named(format, [*packs, *records.job.packs()])
        return b"".join(rendered(form, task_of(records.job, foreign=records.is_changed), records.blocks()))
    path = Path(fspath(records)) if isinstance(records, (str, PathLike)) else None
    loaded = None if schema is None else load_schema(schema)
    task = task_beside(path, as_of=as_of, seed=seed, start=start, schema=loaded)
    values = values_of_lines(_lines(records, loaded)) if isinstance(records, (bytes, str, PathLike)) else records
    return b"".join(rendered(named(format, packs), task, blocks_of_values(values)))


def task_beside(
    dataset: Path | None,
    *,
    as_of: date | str | None = None,
    seed: int | None = None,
    start: int | None = None,
    schema: Schema | None = None,
) -> "Task":
    """What a format may know of records that are there: what is given, else what the manifest with a dataset says."""
    from pytest_specmint.output.render import generation_of, is_as_made
    from pytest_specmint.rendering.format import Task

    told = {} if dataset is None else generation_of(dataset)
    day = told.get("as_of") if as_of is None else as_of
    numbers = [told.get(name, 0) if given is None else given for name, given in (("seed", seed), ("start", start))]
    if not all(isinstance(each, int) for each in numbers):
        raise InvalidData(
            f"the manifest with {dataset} is none: seed {numbers[0]!r}, start {numbers[1]!r}",
            hint="say seed and start yourself, or move the manifest away",
        )
    foreign = schema is None or dataset is None or not is_as_made(dataset, schema)
    return Task(parse_day(day), numbers[0], numbers[1], schema, foreign=foreign)


def read_records(
    path: str | PathLike[str],
    *,
    schema: SchemaSource | None = None,
    format: "str | Format | None" = None,  # noqa: A002 - the option's name
) -> Iterator[Any]:
    """The records of a file in any format that can be read, one after the other.

    Its name says the format, or ``format`` does. CSV and SQL do not tell texts from other values, and need the
    ``schema`` of the records. Raises `OutputError` where the file cannot be read, `InvalidData` where it is none of its
    format, `UsageError` where a schema or a library is needed.
    """
    from pytest_specmint.output.render import values_of_lines

    place = Path(fspath(path))
    loaded = None if schema is None else load_schema(schema)
    if format is None or format == "jsonl":
        return values_of_lines(_file_lines(place, loaded, plain=format is not None))
    from pytest_specmint.output.formats import named

    form = named(format)
    if form.read is None:
        raise UsageError(f"format {form.name} cannot be read", hint="it is written only")
    return values_of_lines(_read_lines(place, form.read, loaded))


def _read_lines(path: Path, read: "Reader", schema: Schema | None) -> Iterable[Line]:
    try:
        with path.open("rb") as file:
            yield from read_lines(read(file, schema))
    except OSError as error:
        raise OutputError(f"cannot read dataset {path}: {error.strerror}", hint="check the path") from None


def _lines(dataset: Iterable[Any] | str | PathLike[str] | bytes, schema: Schema | None) -> Iterable[Line]:
    if isinstance(dataset, bytes):
        return read_lines([dataset])
    if isinstance(dataset, (str, PathLike)):
        path = Path(fspath(dataset))
        return _file_lines(path / "dataset.jsonl" if path.is_dir() else path, schema)
    return (Line(number, value) for number, value in enumerate(dataset, 1))


def _file_lines(path: Path, schema: Schema | None, *, plain: bool = False) -> Iterable[Line]:
    from pytest_specmint.rendering.reading import opened

    try:
        with path.open("rb") if plain else opened(path, schema) as file:
            yield from read_lines(iter(lambda: file.read(1 << 20), b""))
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot read dataset {path}: {reason}", hint="check the path") from None
