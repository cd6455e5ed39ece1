"""What came of the goldens of a run, for people and for programs: markdown for a pull request, and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pytest_specmint.golden.outcome import Outcome, State
from pytest_specmint.golden.unused import Unused

SHOWN = 50
"""Goldens that the markdown shows one by one."""
_EXAMPLES = 3
_WORDS = {
    State.SAME: "unchanged",
    State.DIFFERS: "different",
    State.MISSING: "missing",
    State.WRITTEN: "written",
    State.PENDING: "waiting for review",
    State.UNWRITTEN: "not written, since the test failed",
}


def as_json(outcomes: Iterable[Outcome], unused: Iterable[Unused]) -> dict[str, Any]:
    """Everything, as plain values; goldens in the order of their paths."""
    ordered = _ordered(outcomes)
    return {
        "counts": dict(sorted(Counter(each.state.value for each in ordered).items())),
        "goldens": [each.as_json() for each in ordered],
        "unused": [{"path": each.path, "nodeid": each.nodeid, "reason": each.reason} for each in unused],
    }


def markdown(outcomes: Iterable[Outcome], unused: Sequence[Unused]) -> str:
    """A summary that reads well as a comment on a pull request."""
    ordered = _ordered(outcomes)
    changed = [each for each in ordered if each.state is not State.SAME]
    lines = ["## SpecMint goldens", "", _counts(ordered, unused), ""]
    if changed:
        lines += ["| golden | | records | differ | fields |", "| --- | --- | ---: | ---: | --- |"]
        lines += [_row(each) for each in changed[:SHOWN]]
        lines += [f"| and {len(changed) - SHOWN:,} more | | | | |"] if len(changed) > SHOWN else []
        lines += [line for each in changed[:SHOWN] if each.state is not State.UNWRITTEN for line in _details(each)]
    if unused:
        lines += ["", "### Unused", "", *(f"- `{each.path}`: {each.reason}" for each in unused[:SHOWN])]
    return "\n".join(lines).rstrip() + "\n"


def headline(outcomes: Iterable[Outcome], unused: Sequence[Unused]) -> str:
    """How many of each kind."""
    return _counts(list(outcomes), unused)


def _ordered(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda each: (each.path, each.nodeid))


def _counts(outcomes: Sequence[Outcome], unused: Sequence[Unused]) -> str:
    counts = Counter(each.state for each in outcomes)
    parts = [f"{counts[state]:,} {words}" for state, words in _WORDS.items() if counts[state]]
    parts += [f"{len(unused):,} unused"] if unused else []
    return ", ".join(parts) or "no goldens were compared"


def _row(outcome: Outcome) -> str:
    found = outcome.difference
    fields = ", ".join(f"`{name or '(whole)'}`" for name, _ in found.fields[:5]) if found else ""
    more = f" and {len(found.fields) - 5} more" if found and len(found.fields) > 5 else ""
    differ = f"{found.records:,}" if found else ""
    cells = (f"`{outcome.path}`", _WORDS[outcome.state], f"{outcome.records:,}", differ, fields + more)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _details(outcome: Outcome) -> list[str]:
    lines = ["", f"<details><summary>{outcome.path}</summary>", ""]
    lines += [f"Cause: {'; '.join(outcome.cause)}"] if outcome.cause else []
    if outcome.difference and outcome.difference.changes:
        changes = outcome.difference.changes[:_EXAMPLES]
        lines += ["", "```diff"]
        for each in changes:
            lines += [f"@@ record {each.record} {each.pointer or '(whole)'}", f"- {each.before}", f"+ {each.after}"]
        lines += ["```"]
    commands = [outcome.reproduce or "", "" if outcome.state is State.WRITTEN else outcome.accept]
    lines += ["", "```sh", *filter(None, commands), "```"] if any(commands) else []
    return [*lines, "", "</details>"]
