"""Writing the page: template, style, script and data put together."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from pytest_specmint.output.atomic import write_file
from pytest_specmint.report.survey.document import document
from pytest_specmint.report.survey.source import Source
from pytest_specmint.report.survey.survey import Survey
from pytest_specmint.report.survey.words import origins


def write_page(path: Path, survey: Survey, source: Source, schema: str | None) -> None:
    """Write the page, whole or not at all; raises `OutputError`."""
    write_file(path, page(survey, source, schema))


def page(survey: Survey, source: Source, schema: str | None) -> bytes:
    """The page: HTML in UTF-8."""
    folder = files("pytest_specmint.report.page")
    parts = {
        "title": _escaped(f"{source.name} - SpecMint"),
        "css": (folder / "page.css").read_text(encoding="utf-8"),
        "js": (folder / "page.js").read_text(encoding="utf-8"),
        "data": _embedded(_content(survey, source, schema)),
    }
    head, *rest = (folder / "page.html").read_text(encoding="utf-8").split("{{")
    filled = [head]
    for each in rest:  # not replaced one after the other: data may hold what looks like a mark
        name, _, after = each.partition("}}")
        filled += [parts[name], after]
    return "".join(filled).encode("utf-8", "backslashreplace")


def _content(survey: Survey, source: Source, schema: str | None) -> dict[str, Any]:
    told = document(survey, source.name)
    return {
        "dataset": source.name,
        "total": survey.records,
        "facts": list(_facts(survey, source, schema).items()),
        "fields": told["fields"],
        "records": [{"line": each.number, "value": each.value} for each in survey.sample],
        "quality": told["quality"],
        "schema": told["schema"],
        "safety": [[each.title, each.looked_at, each.could_be_real] for each in survey.audit.tallies.values()],
        "manifest": dict(source.manifest) or None,
    }


def _facts(survey: Survey, source: Source, schema: str | None) -> Mapping[str, str]:
    unreadable = f", and {survey.unreadable:,} lines that are no JSON" if survey.unreadable else ""
    facts = {"records": f"{survey.records:,}{unreadable}", "schema": schema or "none given"}
    if source.manifest:
        facts["id"] = str(source.manifest.get("dataset_id"))
    if source.provenance is not None:
        facts["values of a language model"] = origins(source.provenance.values)
    if source.run:
        facts["made at"] = str(source.run.get("created_at"))
    return facts


def _embedded(content: Mapping[str, Any]) -> str:
    """JSON that no script element ends in."""
    return orjson.dumps(content).decode().replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
