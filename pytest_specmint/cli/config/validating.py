"""`specmint-cli config validate`. The document of ``--json`` has a JSON Schema, `validate.schema.json` beside this."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pytest_specmint import config
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.screen import Line, show
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode, UsageError
from pytest_specmint.keys import KEYS, Key


def run(file: str | None, *, config_file: str | None, as_json: bool) -> None:
    """Check a file; exit code 1 where something is wrong with it."""
    if file is not None and config_file is not None:
        raise UsageError("a file besides --config", hint="name it once")
    found = config.examined(file or config_file or os.environ.get("SPECMINT_CONFIG") or None, Path())
    if found is None:
        raise UsageError(
            f"there is no {config.CONFIG_FILE} here, and no [tool.specmint] in pyproject.toml",
            hint="name a file, or write one: specmint-cli config init",
        )
    problems = [*found.problems, *_impossible(found)]
    if as_json:
        import orjson

        body = {
            "file": str(found.path),
            "valid": not problems,
            "settings": len(found.found),
            "problems": [{"message": str(each), "hint": each.hint or ""} for each in problems],
        }
        write_whole(orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        show(_lines(problems))
    summary({"settings": len(found.found), "problems": len(problems), "in": found.path})
    if problems:
        raise click.exceptions.Exit(ExitCode.USAGE)


def _lines(problems: list[UsageError]) -> Iterator[Line]:
    for each in problems:
        yield Line(f"error: {each}", "bad", len("error:"))
        if each.hint:
            yield Line(f"hint: {each.hint}")


def _impossible(file: config.Examined) -> Iterator[UsageError]:
    """Values of the right type that no command would take."""
    wrong = set()
    for key in KEYS:
        setting = file.found.get(key.name)
        words = None if setting is None else _wrong(key, setting.value)
        if words is not None:
            wrong.add(key.name)
            yield UsageError(f"{key.name} in {file.path} {words}", hint=f"correct {key.name}")
    for name, read in _readers().items():
        if name in file.found and name not in wrong:
            yield from _refused(read, file.found[name].value)
    yield from _of_models(file, wrong)


def _readers() -> Mapping[str, Callable[[Any], object]]:
    """Settings that are more than a word or a number, with what reads them."""
    from pytest_specmint.api import parse_day
    from pytest_specmint.packs.locale_names import locale_tag
    from pytest_specmint.shards import shard_of

    return {"as_of": parse_day, "locale": locale_tag, "shard": lambda text: shard_of(text, 0, sys.maxsize)}


def _refused(read: Callable[[Any], object], value: Any) -> Iterator[UsageError]:
    try:
        read(value)
    except UsageError as error:
        yield error


def _wrong(key: Key, value: Any) -> str | None:
    if key.choices and value not in key.choices:
        return f"must be one of {', '.join(key.choices)}, not {value!r}"
    if (key.least is not None and value < key.least) or (key.most is not None and value > key.most):
        return f"must be {_range(key)}, not {value!r}"
    return None


def _range(key: Key) -> str:
    if key.most is None:
        return f"at least {key.least:g}"
    return f"from {key.least:g} to {key.most:g}" if key.most < 1e9 else f"from {key.least:g} to {int(key.most)}"


def _of_models(file: config.Examined, wrong: set[str]) -> Iterator[UsageError]:
    """What the settings of language models say together, but for those that are known to be wrong."""
    from pytest_specmint.enrichment.settings import read_settings

    values: Mapping[str, Any] = {
        key.name: file.found[key.name].value if key.name in file.found and key.name not in wrong else key.default
        for key in KEYS
    }
    yield from _refused(lambda given: read_settings(given, ci=False), values)
