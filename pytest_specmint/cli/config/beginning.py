"""`specmint-cli config init`: a settings file that says what there is, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import click

from pytest_specmint import config
from pytest_specmint.cli.config.spelling import written
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import UsageError
from pytest_specmint.keys import KEYS, SECTIONS, Key

_HEAD = """\
# Settings of SpecMint. Every one is here as a comment; take the "# " away from those that you want to change.
# Options of commands come before the environment (SPECMINT_COUNT=50), and that before this file.
# specmint-cli config validate checks it, specmint-cli config show prints what is in force.
"""


def run(file: str, *, force: bool, to_stdout: bool) -> None:
    """Write or print the template."""
    path = Path(file)
    text = template(yaml=path.suffix.lower() in {".yaml", ".yml"})
    if to_stdout:
        write_whole(text.encode())
        return
    if path.exists() and not force:
        raise UsageError(f"{path} exists; it was left as it is", hint="name another file, or pass --force")
    from pytest_specmint.output.atomic import write_file

    before = None if path.exists() else config.examined(None, path.parent)
    write_file(path, text.encode())
    if before is not None and path.name == config.CONFIG_FILE:
        click.echo(f"note: [tool.specmint] in {before.path} counts no longer, now that there is {path}", err=True)
    summary({"settings": len(KEYS), "in": path})


def template(*, yaml: bool = False) -> str:
    """All settings as comments."""
    return _HEAD + "".join(_parts(": " if yaml else " = "))


def _parts(sign: str) -> Iterator[str]:
    for title, keys in SECTIONS.items():
        yield f"\n# {f' {title} ':-^70}\n"
        for key in keys:
            yield f"\n# {key.words} {_about(key)}\n# {key.name}{sign}{written(_shown(key))}\n"


def _about(key: Key) -> str:
    kind = config.KINDS[key.kind].removeprefix("a ")
    one = f"{kind}, or a list of them" if key.listed else kind
    of = f": {', '.join(key.choices)}" if key.choices else ""
    default = "" if key.default is None else f"; default {written(key.default)}"
    return f"({one}{of}{default})"


def _shown(key: Key) -> object:
    return key.example if key.default is None else key.default
