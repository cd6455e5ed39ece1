"""Reading one schema document: JSON or YAML text from a file, or a mapping; nothing is executed, sizes are bounded."""

import json
from pathlib import Path
from typing import Any

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.sets.values import Json

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 512
MAX_NODES = 5_000_000


def read_document(path: Path, place: str | None = None) -> Json:
    """Parse one schema file, JSON or (by its ending) YAML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SchemaError(
                f"schema file {path} is larger than {MAX_BYTES // 2**20} MiB",
                hint="point at the part that you need with FILE#/pointer in a smaller file",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SchemaError(
            f"schema file {path} does not exist", pointer=place, hint="check the path; it is relative to here"
        ) from None
    except OSError as error:
        raise SchemaError(f"schema file {path} cannot be read: {error.strerror}", pointer=place) from None
    return parse_document(raw, str(path), yaml=path.suffix.lower() in {".yaml", ".yml"})


def parse_document(raw: bytes, name: str, *, yaml: bool = False) -> Json:
    """Parse JSON or YAML text; `SchemaError` says where it breaks."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaError(f"schema file {name} is not UTF-8 text", hint="a schema is a JSON or YAML file") from None
    if not text.strip():
        raise SchemaError(f"schema file {name} is empty", hint='the smallest schema is "{}"')
    try:
        document = _parse_yaml(text, name) if yaml else json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SchemaError(
            f"schema file {name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            hint="is the file cut off? A YAML schema needs the ending .yaml",
        ) from None
    except ValueError as error:
        raise SchemaError(f"schema file {name} is not JSON: {error}") from None
    except RecursionError:
        raise _too_deep(name) from None
    _check_depth(document, name)
    return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _parse_yaml(text: str, name: str) -> Json:
    import yaml

    try:
        loaded = yaml.load(text, Loader=_json_loader())  # noqa: S506 - a subclass of SafeLoader: no tag executes
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be parsed"
        raise SchemaError(
            f"schema file {name} is not plain YAML: {problem}{at}", hint="tags such as !!python are refused"
        ) from None
    if _expanded_size(loaded) > MAX_NODES:
        raise SchemaError(f"schema file {name} grows beyond {MAX_NODES} values by its YAML aliases")
    try:
        return json.loads(json.dumps(loaded, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise SchemaError(f"schema file {name} holds something that JSON cannot: {error}") from None


def _expanded_size(loaded: Any) -> int:
    """How many values there are when every alias is written out; circles count as infinite."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        if not isinstance(node, (dict, list)):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = MAX_NODES + 1  # a circle comes back here
            below = node.values() if isinstance(node, dict) else node
            sizes[id(node)] = 1 + sum(map(size, below))
        return sizes[id(node)]

    return size(loaded)


def _json_loader() -> Any:
    """YAML's safe loader without timestamps: an unquoted 2024-01-01 stays the text that JSON would hold."""
    import yaml

    class JsonLoader(yaml.SafeLoader):  # not the faster CSafeLoader, which deep nesting crashes
        yaml_implicit_resolvers = {
            first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return JsonLoader


def copied(source: Any) -> Json:
    """A mapping or boolean as plain JSON of its own."""
    try:
        document = json.loads(json.dumps(source, allow_nan=False))
    except RecursionError:
        raise _too_deep("schema") from None
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"the schema is not JSON: {error}", hint="pass a path, a dict of JSON values, or True/False"
        ) from None
    _check_depth(document, "schema")
    return document


def _check_depth(document: Json, name: str) -> None:
    level: list[Json] = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise _too_deep(name)


def _too_deep(name: str) -> SchemaError:
    return SchemaError(
        f"schema {name} is nested deeper than {MAX_DEPTH} levels",
        hint="move inner parts to $defs and refer to them",
    )
