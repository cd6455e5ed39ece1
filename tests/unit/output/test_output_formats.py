"""The formats by name: the table, packs' writers, entry points of other distributions."""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.output.formats import GROUP, JSONL, begin, format_named, offers
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.registry import pack_named
from pytest_specmint.schema.load import load_schema

COUNTED = """
from pytest_specmint.rendering.format import Format
from pytest_specmint.rendering.records import RecordRendering


class Counting(RecordRendering):
    number = 0

    def record(self, record):
        self.number += 1
        return b"%d\\n" % record

    def end(self):
        return b"%d records\\n" % self.number


COUNTED = Format("counted", "txt", "numbers", Counting)
OTHER = 7
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a distribution with a format, as its wheel would."""
    modules: list[str] = []

    def install(value: str = "counting:COUNTED", *, name: str = "counted", dist: str = "acme-counting") -> None:
        site = tmp_path / dist
        info = site / f"{dist.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / "counting.py").write_text(COUNTED)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")
        monkeypatch.syspath_prepend(str(site))
        modules.append("counting")

    yield install
    for each in modules:
        sys.modules.pop(each, None)


def job() -> Job:
    return Job(load_schema({"type": "integer", "minimum": 0}), 1, 3, 0, date(2025, 1, 1))


def test_canonical_lines_stay_as_they_are() -> None:
    assert format_named("jsonl") is JSONL
    rendering = begin(JSONL, job())
    assert rendering.block(b"1\n2\n") + rendering.end() == b"1\n2\n"
    assert JSONL.file == "dataset.jsonl"


def test_a_built_in_pack_need_not_be_chosen() -> None:
    assert format_named("x12").file == "dataset.x12"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("X12", "did you mean 'x12'?"),
        ("", "known are: jsonl, jsonl.gz, jsonl.zst, json, csv, parquet, arrow, sql, copy, x12"),
        ("q", "jsonl"),
    ],
)
def test_unknown(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match="unknown format") as caught:
        format_named(name)
    assert hint in (caught.value.hint or "")


def test_another_distribution_brings_one(installed: Callable[..., None]) -> None:
    installed()
    form = format_named("counted")
    rendering = begin(form, job())
    assert rendering.block(b"4\n5\n") + rendering.end() == b"4\n5\n2 records\n"
    assert [each.name for each in offers()] == ["x12", "counted"]


def test_listing_loads_nothing(installed: Callable[..., None]) -> None:
    installed("missing_module:X")
    assert "acme-counting 1.0" in {each.provider for each in offers()}


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        ("missing_module:X", "counted", "cannot be loaded: ModuleNotFoundError"),
        ("counting:NONE", "counted", "cannot be loaded: AttributeError"),
        ("counting:OTHER", "counted", "is not a format named 'counted'"),
        ("counting:COUNTED", "named", "is not a format named 'named'"),
    ],
)
def test_a_broken_one_is_named(installed: Callable[..., None], value: str, name: str, words: str) -> None:
    installed(value, name=name)
    with pytest.raises(PackError, match=words) as caught:
        format_named(name)
    assert "acme-counting 1.0" in str(caught.value)


def test_two_of_one_name(installed: Callable[..., None]) -> None:
    installed()
    installed(dist="other-counting")
    with pytest.raises(UsageError, match=r"acme-counting 1\.0 and by other-counting 1\.0"):
        format_named("counted")


def test_one_of_a_packs_name(installed: Callable[..., None]) -> None:
    installed(name="x12")
    with pytest.raises(UsageError, match=r"by pack healthcare and by acme-counting"):
        format_named("x12")


def test_a_pack_brings_one_where_it_is_chosen(installed_pack: Callable[..., Path]) -> None:
    writers = [{"name": "counted", "value": "acme_counters.counting:COUNTED"}]
    installed_pack("counters", {"counting.py": COUNTED}, writers=writers)
    with pytest.raises(UsageError, match="unknown format"):
        format_named("counted")
    assert format_named("counted", [pack_named("counters")]).title == "numbers"
    for module in [each for each in sys.modules if each.startswith("acme_counters")]:
        del sys.modules[module]
