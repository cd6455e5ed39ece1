"""`specmint-cli golden accept` and `reject`: changes become goldens, or go."""

from collections.abc import Iterable

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.place import Place, chosen, place_of
from pytest_specmint.cli.golden.words import print_json, print_lines
from pytest_specmint.errors import GoldenMismatch
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.origin import relative
from pytest_specmint.golden.waiting import check_whole, half_accepted


def accept_changes(
    *, paths: Iterable[str], everything: bool, as_json: bool, directory: str | None, root: str | None, debug: bool = False
) -> None:
    """Accept what is named; all of it is checked before anything is changed."""
    place = place_of(directory, root)
    changes = chosen(place, paths, everything=everything, verb="accept")
    for each in changes:
        check_acceptable(each)
    for each in changes:
        each.store.accept()
    _tell("accepted", changes, place, as_json=as_json)


def reject_changes(
    *, paths: Iterable[str], everything: bool, as_json: bool, directory: str | None, root: str | None, debug: bool = False
) -> None:
    """Reject what is named."""
    place = place_of(directory, root)
    changes = chosen(place, paths, everything=everything, verb="reject")
    for each in changes:
        check_rejectable(each, place)
    for each in changes:
        each.store.reject()
    _tell("rejected", changes, place, as_json=as_json)


def check_acceptable(golden: Listed) -> None:
    """Raise `InvalidData` for a change that cannot be read, or is not whole."""
    pending = golden.pending or golden.store.pending()
    if pending is not None:
        check_whole(golden.store, pending)


def check_rejectable(golden: Listed, place: Place) -> None:
    """Raise `GoldenMismatch` where the golden that the change was to replace is gone already."""
    if golden.pending is not None and half_accepted(golden.store, golden.pending):
        raise GoldenMismatch(
            f"{golden.path} was accepted, but for its origin: the records before are gone",
            hint=f"complete it: specmint-cli golden accept {golden.path}{place.options}; "
            "or restore the golden from version control",
        )


def _tell(done: str, changes: list[Listed], place: Place, *, as_json: bool) -> None:
    paths = [relative(each.store.path, place.root) if each.store.exists else each.path for each in changes]
    if as_json:
        print_json({done: paths})
        return
    print_lines([f"{done} {path}" for path in paths])
    summary({done: f"{len(paths):,}", "pending": f"{len(place.pending()):,}"})
