"""`specmint-cli packs`: what packs there are, what is in one, and the beginning of another."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.cli.group import Group

if TYPE_CHECKING:
    from pytest_specmint.packs.pack import Pack

_DEBUG = click.option("--debug", is_flag=True, help="Show tracebacks.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(cls=Group, name="packs", short_help="List, show and begin packs: words, tables and rules of a domain.")
def command() -> None:
    """Packs: word lists, tables, meanings of field names and rules of a domain, chosen with --domain.

    Example: specmint-cli packs list
    """


@command.command("list", short_help="Every pack: its version, and how much is in it.")
@_JSON
@_DEBUG
def list_(*, as_json: bool, **_: Any) -> None:
    """List the packs that are installed, with their versions, counts, and what brought them.

    Example: specmint-cli packs list
    """
    from pytest_specmint.packs.registry import offers

    rows = [_row(offer, len(several)) for several in offers().values() for offer in several]
    _print({"packs": rows}, _table(rows), as_json=as_json)


_COUNTED = ("lists", "tables", "meanings", "rules")


def _row(offer: Any, times: int) -> dict[str, Any]:
    from pytest_specmint.packs.errors import PackError

    row: dict[str, Any] = {"name": offer.name, "from": offer.provider}
    try:
        pack = offer.load()
        row |= {"version": pack.version, "title": pack.about.title, **_counts(pack)}
    except PackError as error:
        row["problem"] = str(error)
    if times > 1:
        row["problem"] = f"{times} packs have this name: neither can be used"
    return row


def _counts(pack: "Pack") -> dict[str, int]:
    return {name: len(getattr(pack, name)) for name in _COUNTED}


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    head = ["pack", "version", *_COUNTED, "from"]
    cells = [head, *([str(row.get(name, "-")) for name in ("name", *head[1:])] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    for line, row in zip(cells, [{}, *rows], strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        if "problem" in row:
            yield f"  problem: {row['problem']}"


@command.command(short_help="What is in a pack; reads and checks all of it.")
@click.argument("name", metavar="NAME|DIR")
@_JSON
@_DEBUG
def show(*, name: str, as_json: bool, **_: Any) -> None:
    """Show a pack's meanings, lists and tables with their sources and licences, its rules and examples.

    All of it is read and checked; a folder with a pack.json (./my_pack) can be shown before it is installed.

    Example: specmint-cli packs show healthcare
    """
    from pytest_specmint.packs.check import check_pack
    from pytest_specmint.packs.pack import read_pack
    from pytest_specmint.packs.registry import pack_named

    folder = Path(name)
    is_path = (folder.is_dir() and len(folder.parts) != 1) or name.startswith((".", "/", "~"))
    pack = read_pack(folder.expanduser()) if is_path else pack_named(name)
    check_pack(pack)
    content = _content(pack)
    _print(content, _shown(content), as_json=as_json)


def _print(content: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """As a document, or as lines for people."""
    from pytest_specmint.cli.screen import Line, show
    from pytest_specmint.cli.stdout import write_whole

    if as_json:
        write_whole(_document(content))
    else:
        show(map(Line, lines))


def _content(pack: "Pack") -> dict[str, Any]:
    from msgspec import to_builtins

    about = to_builtins(pack.about)
    return {
        **about,
        "from": pack.provider,
        "sha256": pack.sha256,
        "lists": {name: _noted(pack, name) for name in pack.lists},
        "tables": {
            name: {
                "title": table.title,
                "columns": list(table.columns),
                "rows": len(table.rows),
                "source": table.source,
                "licence": table.licence,
            }
            for name, table in pack.tables.items()
        },
        "meanings": [
            {"kind": each.kind, "names": each.names, "parents": each.parents, "templates": each.templates}
            for each in pack.meanings
        ],
        "rules": [
            {"id": each.id, "severity": each.severity.value, "words": _rule_words(each), "sentences": each.sentences}
            for each in pack.rules
        ],
        "context": pack.context,
    }


def _noted(pack: "Pack", name: str) -> dict[str, Any]:
    about = pack.lists.about(name)
    return {"title": about.title, "words": len(pack.lists[name]), "source": about.source, "licence": about.licence}


def _rule_words(rule: Any) -> str:
    each = f"each of {rule.each}: " if rule.each else ""
    when = f"when {rule.when}: " if rule.when else ""
    said = rule.then or rule.assertion or "; ".join(f"{field} = {formula}" for field, formula in rule.derive)
    return f"{each}{when}{said}" if rule.python is None else f"Python: {rule.python.reference}"


def _shown(content: dict[str, Any]) -> Iterator[str]:
    yield f"{content['name']} {content['version']}: {content['title']}"
    yield content["description"]
    yield f"licence {content['licence']}, engine {content['engine']}, from {content['from'] or 'a folder'}"
    for each in content["sources"]:
        yield f"source: {each['title']} ({each['licence']})" + (f" {each['url']}" if each["url"] else "")
    for title, lines in (
        ("lists", [f"{name}: {_about(each)}" for name, each in content["lists"].items()]),
        (
            "tables",
            [f"{name} ({', '.join(each['columns'])}): {_about(each)}" for name, each in content["tables"].items()],
        ),
        ("meanings", [_meaning(each) for each in content["meanings"]]),
        ("rules", [f"{each['id']} ({each['severity']}): {each['words']}" for each in content["rules"]]),
        ("writers", [f"--format {each['name']}: {each['value']}" for each in content["writers"]]),
        ("examples", [" -> ".join(filter(None, (e["schema"], e["golden"]))) for e in content["examples"]]),
    ):
        if lines:
            yield f"\n{title}"
            yield from (f"  {line}" for line in lines)


def _about(each: dict[str, Any]) -> str:
    amount = f"{each['words']} words" if "words" in each else f"{each['rows']} rows"
    return f"{amount}; {each['title'].rstrip('.')}; {each['source'].rstrip('.')}; {each['licence'].rstrip('.')}"


def _meaning(each: dict[str, Any]) -> str:
    below = f" below {', '.join(each['parents'])}" if each["parents"] else ""
    return f"{each['kind']}: {', '.join(each['names'])}{below}: {' | '.join(each['templates'])}"


def _document(content: dict[str, Any]) -> bytes:
    from pytest_specmint.canonical_json import canonical_bytes

    return canonical_bytes(content) + b"\n"


@command.command(short_help="Begin a pack of your own: a project that works at once.")
@click.argument("directory", metavar="DIR")
@click.option("--name", metavar="NAME", help="The pack's name (default: the directory's).")
@_DEBUG
def init(*, directory: str, name: str | None, **_: Any) -> None:
    """Write a project with a pack: a word list, a table, meanings, rules, a schema, tests and the entry point.

    Example: specmint-cli packs init logistics
    """
    from pytest_specmint.errors import OutputError
    from pytest_specmint.output.atomic import write_file
    from pytest_specmint.packs.beginning import project_files

    target = Path(directory)
    made = project_files(name or target.resolve().name.lower().replace(" ", "-"))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{directory} is there already, and not empty", hint="choose a new directory")
    for path, data in made.items():
        write_file(target / path, data)
    click.echo(f"{len(made)} files in {directory}; next: cd {directory}, python -m pip install -e ., python -m pytest")
