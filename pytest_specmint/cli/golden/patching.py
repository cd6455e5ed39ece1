"""`specmint-cli golden patch`: changes that wait, as a patch for `git apply`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.deciding import check_acceptable
from pytest_specmint.cli.golden.place import Place, chosen, place_of
from pytest_specmint.cli.golden.words import print_json
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import OutputError
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.origin import Form, relative
from pytest_specmint.golden.patch import file_patch
from pytest_specmint.golden.waiting import half_accepted
from pytest_specmint.output.atomic import replaced_file


def write_patch(
    *,
    paths: Iterable[str],
    everything: bool,
    out: str | None,
    as_json: bool,
    directory: str | None,
    root: str | None,
    debug: bool = False,
) -> None:
    """Write the patch of what is named to a file, or to standard output."""
    place = place_of(directory, root)
    changes = chosen(place, paths, everything=everything, verb="make a patch of")
    for each in changes:
        check_acceptable(each)
    top = _top(place)
    parts = (part for each in changes for part in _parts(each, top))
    if out is not None:
        with replaced_file(Path(out)) as file:
            file.writelines(parts)
    if as_json:
        text = None if out is not None else b"".join(parts).decode("utf-8", "surrogateescape")
        print_json({"file": out, "goldens": [each.path for each in changes], "patch": text, "root": top.as_posix()})
        return
    if out is None:
        for part in parts:
            write_whole(part)
    else:
        click.echo(f"apply it in {top}: git apply {out}", err=True)
    summary({"goldens": f"{len(changes):,}"})


def _top(place: Place) -> Path:
    """The directory that paths in a patch begin at: the repository's, or the root directory where there is none."""
    return next((each for each in (place.root, *place.root.parents) if (each / ".git").exists()), place.root)


def _parts(golden: Listed, top: Path) -> Iterator[bytes]:
    store, pending = golden.store, golden.pending
    assert pending is not None
    records = _content(store.records_path)
    later = None
    if pending.form is Form.JSONL:
        later = records if half_accepted(store, pending) else _content(store.pending_records_path)
    origin = _content(store.origin_path)
    yield from file_patch(relative(store.origin_path, top), origin, _content(store.pending_origin_path))
    yield from file_patch(relative(store.records_path, top), records, later)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"golden {path} cannot be read: {error.strerror}") from None
