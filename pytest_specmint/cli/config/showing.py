"""`specmint-cli config show`. The document of ``--json`` has a JSON Schema, `show.schema.json` beside this file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pytest_specmint import config
from pytest_specmint.cli.config.spelling import written
from pytest_specmint.cli.screen import Line, show
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import UsageError
from pytest_specmint.keys import KEYS, Key
from pytest_specmint.observe.private import redacted

UNSET = "(none)"


def run(names: Sequence[str], *, changed: bool, as_json: bool, config_file: str | None) -> None:
    """Print settings."""
    settings = config.resolve({}, config=config_file)
    keys = [key for key in _named(names) if not changed or settings[key.name].origin != "default"]
    if as_json:
        import orjson

        body = {"settings": [_row(key, settings[key.name]) for key in keys]}
        write_whole(orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        show(_lines(keys, settings))


def _named(names: Sequence[str]) -> Iterable[Key]:
    """Keys by their names or other spellings; raises `UsageError`."""
    if not names:
        return KEYS
    by_name = {spelling: key for key in KEYS for spelling in (key.name, *key.aliases)}
    for name in names:
        if name not in by_name:
            near = get_close_matches(name, list(by_name), 1)
            hint = f"did you mean {near[0]!r}?" if near else "config show, without names, lists all"
            raise UsageError(f"unknown setting {name!r}", hint=hint)
    return [by_name[name] for name in names]


def _safe(value: Any) -> Any:
    return redacted(value) if isinstance(value, str) else value


def _lines(keys: Iterable[Key], settings: config.Settings) -> Iterator[Line]:
    rows = []
    for key in keys:
        value = _safe(settings[key.name].value)
        rows.append((key.name, UNSET if value is None else written(value), settings[key.name].origin))
    wide = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    for name, value, origin in rows:
        meaning = "quiet" if origin == "default" else ""
        yield Line(f"{name:{wide[0]}} = {value:{min(wide[1], 24)}}  {origin}", meaning)


def _row(key: Key, setting: config.Setting) -> Mapping[str, Any]:
    return {
        "name": key.name,
        "value": _safe(setting.value),
        "origin": setting.origin,
        "type": config.KINDS[key.kind],
        "default": key.default,
        "words": key.words,
        "environment": f"SPECMINT_{key.name.upper()}",
        "aliases": list(key.aliases),
    }
