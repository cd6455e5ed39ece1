"""`specmint-cli golden check`: are the goldens what their schemas make? For hooks and CI: nobody is asked."""

from collections import Counter

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.place import Place, place_of, waits
from pytest_specmint.cli.golden.words import faults, print_json, print_lines
from pytest_specmint.errors import ExitCode
from pytest_specmint.golden.check import Check, Verdict, checked_golden
from pytest_specmint.golden.listing import Listed

WAITS = "waits"


def check_goldens(*, as_json: bool, directory: str | None, root: str | None, debug: bool = False) -> ExitCode:
    """Check every golden, say what is wrong, and give the exit code."""
    place = place_of(directory, root)
    checked = [(each, _checked(each, place), waits(each)) for each in place.goldens()]
    wrong = [one for one in checked if not one[1] or one[2]]
    if as_json:
        print_json({"goldens": [_plain(*one) for one in checked]})
    else:
        print_lines([line for one in wrong for line in _lines(*one)])
    found = Counter(check.verdict for _, check, _ in checked)
    counts: dict[str, object] = {"goldens": f"{len(checked):,}"}
    counts |= {verdict.value: f"{found[verdict]:,}" for verdict in Verdict}
    summary({**counts, WAITS: f"{sum(waiting for *_, waiting in checked):,}"})
    return ExitCode.GOLDEN if wrong else ExitCode.OK


def _checked(golden: Listed, place: Place) -> Check:
    wrong = faults(golden, place.root)
    if wrong:
        return Check(Verdict.FAULTY, tuple(wrong))
    if golden.origin is None:  # a new one, which waits
        return Check(Verdict.READ)
    return checked_golden(golden, place.root)


def _plain(golden: Listed, check: Check, waiting: bool) -> dict[str, object]:  # noqa: FBT001 - unpacked
    origin = golden.origin or golden.pending
    return {
        "path": golden.path,
        "nodeid": origin and origin.nodeid,
        "verdict": check.verdict.value,
        "words": list(check.words),
        WAITS: waiting,
    }


def _lines(golden: Listed, check: Check, waiting: bool) -> list[str]:  # noqa: FBT001 - unpacked
    waits_for = ["a change waits for review: specmint-cli golden review"] if waiting else []
    state = check.verdict.value if not check else WAITS
    return [f"{golden.path}: {state}", *(f"  {line}" for line in (*check.words, *waits_for))]
