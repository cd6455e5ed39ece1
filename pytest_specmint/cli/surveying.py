"""`specmint-cli inspect` of a dataset: what it holds, in words, as JSON, or as a page."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_specmint import config
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import UsageError
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.report.survey import words
from pytest_specmint.report.survey.document import document, drift_document
from pytest_specmint.report.survey.drift import Drift, drift
from pytest_specmint.report.survey.field import FieldReport
from pytest_specmint.report.survey.source import Source, chunks_of, source_of
from pytest_specmint.report.survey.survey import Survey, survey

if TYPE_CHECKING:
    from pytest_specmint.check.verifier import Verifier
    from pytest_specmint.job import Job
    from pytest_specmint.rules.compile import Rules
    from pytest_specmint.schema.document import Schema

PAGE_RECORDS = 200
"""Records that a page lists unless it is told otherwise."""


def run(path: str, options: Mapping[str, Any], settings: config.Settings) -> None:
    """Survey a dataset and show what was asked for."""
    source = source_of(Path(path))
    schema = settings["schema"].value or source.schema_path
    page, sample = options["html"], options["sample"]
    kept = sample if sample is not None else PAGE_RECORDS if page else 0
    job = None if schema is None else _job(schema, settings, source)
    verifier, rules = _judges(job)
    loaded = None if job is None else job.schema
    seen = survey(chunks_of(source, loaded), base_vocabulary(), verifier=verifier, rules=rules, sample=kept)
    chosen = _chosen(seen.fields, options["field"])
    changed = _changed(seen, options["compare"], loaded)
    if page:
        from pytest_specmint.report.page.write import write_page

        write_page(Path(page), seen, source, schema)
    if options["as_json"]:
        import orjson

        content = document(seen, source.name, fields=chosen)
        content["manifest"] = dict(source.manifest) or None
        content["drift"] = None if changed is None else drift_document(changed, options["compare"])
        write_whole(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    lines = _lines(seen, source, schema, chosen, changed, options)
    write_whole("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))


def _judges(job: "Job | None") -> "tuple[Verifier | None, Rules | None]":
    if job is None:
        return None, None
    from pytest_specmint.check.verifier import Verifier, check_schema

    check_schema(job.schema)
    return Verifier(job.schema), job.compiled_rules()


def _job(schema: str, settings: config.Settings, source: Source) -> "Job":
    """The job whose rules the records are to obey, as of the day that the manifest says."""
    from pytest_specmint.api import parse_day
    from pytest_specmint.cli.ruling import rules_of
    from pytest_specmint.job import Job
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.schema.load import load_schema

    given = {name: settings[name].value for name in ("schema_root", "draft", "view")}
    day = parse_day(source.manifest.get("gen", {}).get("as_of"))
    domain = domain_names(settings["domain"].value)
    rules = rules_of(settings["rules"].value)
    return Job(load_schema(schema, **given), 0, 1, 0, day, domain=domain, rules=rules, loose=True)


def _chosen(fields: Sequence[FieldReport], wanted: str | None) -> Sequence[FieldReport]:
    """All fields, or one with what is below it; raises `UsageError` for one that there is not."""
    if wanted is None:
        return fields
    found = [each for each in fields if each.path == wanted or each.path.startswith((f"{wanted}.", f"{wanted}["))]
    if not found:
        near = get_close_matches(wanted, [each.path for each in fields], 1)
        hint = f"did you mean {near[0]!r}?" if near else "without --field all are listed"
        raise UsageError(f"the dataset has no field {wanted!r}", hint=hint)
    return found


def _changed(seen: Survey, other: str | None, schema: "Schema | None") -> list[Drift] | None:
    if other is None:
        return None
    return drift(survey(chunks_of(source_of(Path(other)), schema), base_vocabulary()), seen)


def _lines(
    seen: Survey,
    source: Source,
    schema: str | None,
    chosen: Sequence[FieldReport],
    changed: Sequence[Drift] | None,
    options: Mapping[str, Any],
) -> Iterator[str]:
    yield from words.heading(seen, list(_rows(source, schema)))
    for line in seen.defects:
        yield f"  line {line.number}: {line.defect}"
    yield ""
    yield from words.fields(chosen, detailed=options["detailed"] or options["field"] is not None)
    if options["field"] is None:
        yield ""
        yield from words.quality(seen)
    if changed is not None:
        yield ""
        yield from words.drift(changed, options["compare"])
    if options["sample"] and not options["html"]:
        from pytest_specmint.canonical_json import canonical_bytes

        yield ""
        yield f"Sample: {len(seen.sample)} records"
        for line in seen.sample:
            yield f"  line {line.number}: {canonical_bytes(line.value).decode()}"


def _rows(source: Source, schema: str | None) -> Iterator[tuple[str, object]]:
    yield "dataset", source.name if len(source.files) == 1 else f"{source.name} ({len(source.files)} files)"
    manifest, run_ = source.manifest, source.run
    if manifest:
        yield "id", manifest.get("dataset_id")
        gen, llm = manifest.get("gen", {}), manifest.get("llm", {})
        yield "made by", f"seed {gen.get('seed')}, as of {gen.get('as_of')}, language model {llm.get('mode')}"
    if run_:
        stats = run_.get("stats", {})
        yield "made at", f"{run_.get('created_at')}, in {stats.get('duration_ms', 0) / 1000:.2f} s"
    yield "schema", schema or "none given: --schema judges the records and their rules too"
