"""docs/packs.md does what it says: its files make a pack, its code runs, its commands exist."""

import re
from collections.abc import Callable
from pathlib import Path

import click

import pytest_specmint as sm
from pytest_specmint.cli.main import cli
from pytest_specmint.engine.templates import TRANSFORMS, is_for_numbers
from pytest_specmint.packs import pack as pack_module
from pytest_specmint.packs.check import check_pack
from pytest_specmint.packs.pack import About
from pytest_specmint.packs.registry import BUILT_IN, GROUP, pack_named

DOCS = (Path(__file__).parents[3] / "docs" / "packs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)
CARGO = "# Cargo.\n# Source: here\n# Licence: MIT\ngrain\n"


def blocks(kind: str) -> list[str]:
    return [block for each, block in BLOCKS if each == kind]


def test_the_files_make_a_pack(installed_pack: Callable[..., Path]) -> None:
    about, semantics = blocks("json")
    (depots,) = blocks("text")
    files = {"pack.json": about, "semantics.json": semantics, "tables/depots.csv": depots, "cargo.txt": CARGO}
    installed_pack("logistics", {**files, "rules.yaml": "- id: d\n  assert: text(n) in table('depots.docks')\n"})
    pack = pack_named("logistics")
    check_pack(pack)
    assert pack.tables["depots"].rows[1] == ("BRI", "Brightwater, Old Harbour", "4")
    schema = {
        "required": ["depot", "wet_cargo", "n"],
        "type": "object",
        "properties": {
            "depot": {"type": "object", "required": ["town"], "properties": {"town": {"type": "string"}}},
            "wet_cargo": {"type": "string"},
            "n": {"enum": [4, 5, 12]},
        },
    }
    for record in sm.generate(schema, count=50, domain="logistics"):
        assert record["depot"]["town"] in pack.tables["depots"].column("town")
        assert record["wet_cargo"].rpartition(" ")[2] == "grain"
        assert record["n"] in {4, 12}


def test_the_code_runs() -> None:
    (code,) = blocks("python")
    exec(compile(code, "docs/packs.md", "exec"), {})


def test_its_commands_are_commands() -> None:
    context = click.Context(cli)
    lines = [line for block in blocks("console") for line in re.findall(r"specmint-cli ([a-z]+ ?[a-z]*)", block)]
    assert len(lines) >= 5
    for line in lines:
        name, _, inner = line.partition(" ")
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            assert command.get_command(context, inner) is not None


def test_it_names_all_there_is() -> None:
    for word in (*BUILT_IN, *About.__struct_fields__, *TRANSFORMS):
        assert f"`{word}`" in DOCS or word in blocks("console")[0], word
    for file in (pack_module.ABOUT, pack_module.SEMANTICS, pack_module.RULES, pack_module.CONTEXT):
        assert f"`{file}`" in DOCS
    assert f'entry-points."{GROUP}"' in blocks("toml")[0]


def test_the_templates_for_numbers_are_read_as_such() -> None:
    rows = re.findall(r"^\| (`(?:\? |\* |= )?\{.*?) \| ", DOCS, re.MULTILINE)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row)]
    assert len(forms) == 6
    for form in forms:
        assert is_for_numbers(form) or form == "{goods.weight}"


def test_what_it_says_the_packs_know() -> None:
    tables = {name: pack_named(name).tables for name in ("healthcare", "fintech")}
    counted = {
        *(
            f"({len(tables['healthcare']['diagnoses'].rows)} billable",
            f"({len(tables['healthcare']['procedures'].rows)} of",
        ),
        *(
            f"currencies ({len(tables['fintech']['currencies'].rows)})",
            f"merchants ({len(tables['fintech']['merchants'].rows)})",
        ),
    }
    assert [words for words in counted if words not in DOCS] == []
