"""`specmint-cli golden list` and `show`: what is there."""

from collections.abc import Iterator

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.place import Place, one, place_of, waits
from pytest_specmint.cli.golden.words import as_plain, counted, faults, owner, print_json, print_lines
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import UsageError
from pytest_specmint.golden.compare import split_lines
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.origin import Origin
from pytest_specmint.golden.waiting import check_whole, golden_blocks, waiting_blocks


def list_goldens(
    *, only_pending: bool, as_json: bool, directory: str | None, root: str | None, debug: bool = False
) -> None:
    """Print all goldens, or those for which a change waits."""
    place = place_of(directory, root)
    goldens = [each for each in place.goldens() if waits(each) or not only_pending]
    if as_json:
        print_json({"goldens": [as_plain(each, place.root) for each in goldens]})
        return
    wrong = {each.path: faults(each, place.root) for each in goldens}
    width = max((len(each.path) for each in goldens), default=0)
    print_lines([line for each in goldens for line in _lines(each, width, wrong[each.path])])
    found: dict[str, object] = {
        "goldens": f"{len(goldens):,}",
        "pending": f"{sum(map(waits, goldens)):,}",
        "faulty": f"{sum(map(bool, wrong.values())):,}",
    }
    summary(found)


def _lines(golden: Listed, width: int, wrong: list[str]) -> Iterator[str]:
    origin = golden.origin or golden.pending
    facts = [f"{golden.path:{width}}"]
    if origin is not None:
        content = origin.content
        facts += [f"{origin.form.value:6}", counted(content.records, "record"), counted(content.bytes, "byte")]
    if waits(golden):
        facts.append("PENDING" if golden.store.exists else "PENDING (new)")
    yield "  ".join([*facts, owner(golden)]).rstrip()
    yield from (f"  fault: {each}" for each in wrong)


def show_golden(
    *,
    path: str,
    record: int | None,
    pending: bool,
    origin: bool,
    as_json: bool,
    directory: str | None,
    root: str | None,
    debug: bool = False,
) -> None:
    """Print a golden's records, or one of them, or what they were made from."""
    place = place_of(directory, root)
    golden = one(place, path)
    source = _origin(golden, pending=pending)
    if origin:
        if source is None:
            raise UsageError(f"{golden.path} was kept without its origin", hint="its records can be shown")
        write_whole(source.document())
        return
    blocks = _blocks(golden, source, place, pending=pending)
    if record is not None:
        blocks = iter([_record(blocks, record, golden.path)])
    if as_json:
        _print_document(golden, source, blocks, pending=pending)
        return
    for block in blocks:
        write_whole(block)


def _origin(golden: Listed, *, pending: bool) -> Origin | None:
    if golden.fault:
        origin = golden.store.pending() if pending else golden.store.origin()  # raises what is wrong
    else:
        origin = golden.pending if pending else golden.origin
    if pending and origin is None:
        raise UsageError(f"nothing is pending for {golden.path}", hint="specmint-cli golden list --pending")
    if not pending and not golden.store.exists:
        raise UsageError(f"there is no golden {golden.path} yet, but one is pending", hint="pass --pending")
    return origin


def _blocks(golden: Listed, source: Origin | None, place: Place, *, pending: bool) -> Iterator[bytes]:
    if not pending:
        return golden_blocks(golden.store, source, place.root)
    assert source is not None
    check_whole(golden.store, source)
    return waiting_blocks(golden.store, source, place.root)


def _record(blocks: Iterator[bytes], position: int, path: str) -> bytes:
    """One line; the others are read too, for only then is the digest of a recipe known."""
    found, count = None, 0
    for line in split_lines(blocks):
        if count == position:
            found = line
        count += 1
    if found is None:
        raise UsageError(f"{path} has {counted(count, 'record')}, and none at position {position}", hint="count from 0")
    return found + b"\n"


def _print_document(golden: Listed, source: Origin | None, blocks: Iterator[bytes], *, pending: bool) -> None:
    import msgspec

    head = {"path": golden.path, "pending": pending, "origin": msgspec.to_builtins(source)}
    write_whole(msgspec.json.encode(head)[:-1] + b',"records":[')
    comma = b"\n"
    for line in split_lines(blocks):
        write_whole(comma + line)
        comma = b",\n"
    write_whole(b"\n]}\n")


