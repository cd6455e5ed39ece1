"""What came of the goldens of a run."""

import json

from pytest_specmint.golden.compare import Change, Difference
from pytest_specmint.golden.outcome import Outcome, State
from pytest_specmint.golden.summary import SHOWN, as_json, headline, markdown
from pytest_specmint.golden.unused import Unused


def outcome(state: State, path: str = "golden/a.jsonl", **more: object) -> Outcome:
    return Outcome(nodeid="t.py::x", path=path, state=state, records=20, accept="pytest t.py::x", **more)  # type: ignore[arg-type]


DIFFERENT = outcome(
    State.DIFFERS,
    "golden/b.jsonl",
    difference=Difference(20, 20, 2, (("total", 2), ("a|b", 1)), (Change(3, "/total", "1.00", "2.00"),)),
    cause=("seed 1 -> 2",),
    reproduce="specmint-cli generate --index 3",
)
GONE = Unused("golden/old.jsonl", "t.py::y", "t.py has no such test")


def test_counts() -> None:
    assert headline([outcome(State.SAME), DIFFERENT], [GONE]) == "1 unchanged, 1 different, 1 unused"
    assert headline([], []) == "no goldens were compared"


def test_markdown_of_a_change() -> None:
    text = markdown([outcome(State.SAME), DIFFERENT], [GONE])
    assert "| `golden/b.jsonl` | different | 20 | 2 | `total`, `a\\|b` |" in text
    assert "- 1.00\n+ 2.00" in text
    assert "Cause: seed 1 -> 2" in text
    assert "specmint-cli generate --index 3\npytest t.py::x" in text
    assert "- `golden/old.jsonl`: t.py has no such test" in text
    assert "golden/a.jsonl" not in text


def test_markdown_is_bounded_and_says_so() -> None:
    text = markdown([outcome(State.MISSING, f"golden/{i:04}.jsonl") for i in range(SHOWN + 7)], [])
    assert text.count("<details>") == SHOWN
    assert "and 7 more" in text


def test_markdown_of_nothing_new() -> None:
    assert markdown([outcome(State.SAME)], []) == "## SpecMint goldens\n\n1 unchanged\n"


def test_json() -> None:
    found = json.loads(json.dumps(as_json([DIFFERENT, outcome(State.SAME)], [GONE])))
    assert found["counts"] == {"differs": 1, "same": 1}
    assert [each["path"] for each in found["goldens"]] == ["golden/a.jsonl", "golden/b.jsonl"]
    assert found["goldens"][1]["difference"]["changes"][0]["after"] == "2.00"
    assert found["unused"][0]["reason"] == "t.py has no such test"
