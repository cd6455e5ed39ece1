"""`specmint-cli golden textconv`: an origin as text, so that `git diff` shows the records of recipes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import OutputError, SpecmintError
from pytest_specmint.golden.history import remembered_blocks
from pytest_specmint.golden.origin import Form, Origin, read_origin

_IN_MEMORY = 1 << 24
_CHUNK = 1 << 20


def convert(*, file: str, root: str | None, debug: bool = False) -> None:
    """Print what a golden was made from and, of a recipe, its records; a file that is no origin as it is."""
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise OutputError(f"{file} cannot be read: {error.strerror}", hint="check the path") from None
    try:
        origin = read_origin(data, file)
    except SpecmintError:
        write_whole(data)
        return
    write_whole("".join(f"# {line}\n" for line in _header(origin)).encode())
    if origin.form is Form.RECIPE:
        _write_records(origin, Path(root or "."))


def _header(origin: Origin) -> Iterator[str]:
    """What the golden was made from, a fact on each line, for these are what a diff compares."""
    yield f"test: {origin.nodeid}" + (f" ({origin.name})" if origin.name else "")
    yield f"form: {origin.form.value}" + (", values computed by the test" if origin.derived else "")
    yield f"engine version: {origin.engine_version}"
    if origin.schema is not None:
        yield f"schema: {origin.schema.path or '(a value)'}, sha256 {origin.schema.sha256}"
    if origin.arguments is not None:
        given = msgspec.to_builtins(origin.arguments)
        sizes = given.pop("sizes")
        for name in ("domain", "locale"):
            if not given[name]:
                del given[name]
        for name, value in sorted({**given, **sizes}.items()):
            yield f"{name}: {'none' if value is None else value}"
    for pack in origin.packs:
        yield f"pack: {pack.name} {pack.version}, sha256 {pack.sha256}"
    for locale in origin.locales:
        yield f"locale: {locale.name} {locale.version}, sha256 {locale.sha256}"
    content = origin.content
    yield f"records: {content.records}"
    yield f"bytes: {content.bytes}"
    yield f"sha256: {content.sha256}"


def _write_records(origin: Origin, root: Path) -> None:
    """The records, once all of them are known to be the recipe's."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        try:
            for block in remembered_blocks(origin, root):
                spool.write(block)
        except SpecmintError as error:
            write_whole(f"# cannot be made again: {' '.join(str(error).split())}\n".encode())
            return
        spool.seek(0)
        for block in iter(lambda: spool.read(_CHUNK), b""):
            write_whole(block)
