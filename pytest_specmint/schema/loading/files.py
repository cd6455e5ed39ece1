"""Reading one schema document: JSON or YAML text from a file, or a mapping; nothing is executed, sizes are bounded."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.sets.values import Json

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 512
MAX_NODES = 5_000_000


class Wording(NamedTuple):
    """What a file is called in errors, with hints; and whether a key may stand twice, of which the last one counts."""

    name: str
    empty: str
    kind: str
    ending: str
    deep: str
    large: str
    once: bool = False


SCHEMA_FILE = Wording(
    "schema file",
    empty='the smallest schema is "{}"',
    kind="a schema is a JSON or YAML file",
    ending="is the file cut off? A YAML schema needs the ending .yaml",
    deep="move inner parts to $defs and refer to them",
    large="point at the part that you need with FILE#/pointer in a smaller file",
)


def read_document(path: Path, place: str | None = None, wording: Wording = SCHEMA_FILE) -> Json:
    """Parse one file, JSON or (by its ending) YAML; `SchemaError` says where it breaks."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SchemaError(f"{wording.name} {path} is larger than {MAX_BYTES // 2**20} MiB", hint=wording.large)
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SchemaError(
            f"{wording.name} {path} does not exist", pointer=place, hint="check the path; it is relative to here"
        ) from None
    except OSError as error:
        hint = "name a file, not a directory" if path.is_dir() else "check its permissions"
        raise SchemaError(f"{wording.name} {path} cannot be read: {error.strerror}", pointer=place, hint=hint) from None
    return parse_document(raw, str(path), yaml=path.suffix.lower() in {".yaml", ".yml"}, wording=wording)


def parse_document(raw: bytes, name: str, *, yaml: bool = False, wording: Wording = SCHEMA_FILE) -> Json:
    """Parse JSON or YAML text; `SchemaError` says where it breaks."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaError(f"{wording.name} {name} is not UTF-8 text", hint=wording.kind) from None
    if not text.strip():
        raise SchemaError(f"{wording.name} {name} is empty", hint=wording.empty)
    pairs = _each_once if wording.once else None
    try:
        document = (
            _parse_yaml(text, name, wording)
            if yaml
            else json.loads(text, parse_constant=_no_constant, object_pairs_hook=pairs)
        )
    except json.JSONDecodeError as error:
        raise SchemaError(
            f"{wording.name} {name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            hint=wording.ending,
        ) from None
    except ValueError as error:
        hint = "numbers are finite, and every key stands once"
        raise SchemaError(f"{wording.name} {name} is not JSON: {error}", hint=hint) from None
    except RecursionError:
        raise _too_deep(f"{wording.name} {name}", wording.deep) from None
    _check_depth(document, f"{wording.name} {name}", wording.deep)
    return document


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _parse_yaml(text: str, name: str, wording: Wording) -> Json:
    import yaml

    try:
        loaded = yaml.load(text, Loader=_json_loader(once=wording.once))  # noqa: S506 - a subclass of SafeLoader: no tag executes
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be parsed"
        raise SchemaError(
            f"{wording.name} {name} is not plain YAML: {problem}{at}",
            hint="one document without tags such as !!python, in which every key stands once",
        ) from None
    if _expanded_size(loaded) > MAX_NODES:
        hint = "write out what an alias stands for, and none inside of itself"
        raise SchemaError(f"{wording.name} {name} grows beyond {MAX_NODES} values by its YAML aliases", hint=hint)
    try:
        return json.loads(json.dumps(loaded, allow_nan=False))
    except (TypeError, ValueError) as error:
        hint = "keys are texts, numbers are finite"
        raise SchemaError(f"{wording.name} {name} holds something that JSON cannot: {error}", hint=hint) from None


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


def _json_loader(*, once: bool) -> Any:
    """YAML's safe loader without timestamps: an unquoted 2024-01-01 stays the text that JSON would hold.

    With ``once`` it refuses a key that stands twice.
    """
    import yaml

    class JsonLoader(yaml.SafeLoader):  # not the faster CSafeLoader, which deep nesting crashes
        yaml_implicit_resolvers = {
            first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value if once and isinstance(node, yaml.MappingNode) else ():
                if key.value in seen and isinstance(key, yaml.ScalarNode):
                    problem = f"the key {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
            return super().construct_mapping(node, deep)

    return JsonLoader


def copied(source: Any) -> Json:
    """A mapping or boolean as plain JSON of its own."""
    try:
        document = json.loads(json.dumps(source, allow_nan=False))
    except RecursionError:
        raise _too_deep("schema", SCHEMA_FILE.deep) from None
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"the schema is not JSON: {error}", hint="pass a path, a dict of JSON values, or True/False"
        ) from None
    _check_depth(document, "schema", SCHEMA_FILE.deep)
    return document


def _check_depth(document: Json, name: str, hint: str) -> None:
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
    raise _too_deep(name, hint)


def _too_deep(name: str, hint: str) -> SchemaError:
    return SchemaError(f"{name} is nested deeper than {MAX_DEPTH} levels", hint=hint)
