"""Rules on the command line: generated so, checked, told; sentences that nobody enforces; what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main

DATE = {"type": "string", "format": "date"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["amount", "sent", "ordered", "status"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 99},
        "ordered": DATE,
        "sent": DATE,
        "status": {"enum": ["NEW", "SENT"]},
    },
    "x-cross-field-rules": ["Nothing is sent before it is ordered", "Somebody has to sign"],
    "x-rules": [
        {"id": "order", "assert": "ordered <= sent", "sentences": ["Nothing is sent before it is ordered"]},
        {"id": "mostly-new", "assert": "status == 'NEW'", "severity": "warn", "rate": 0.8},
    ],
}
BAD = b'{"amount":1,"ordered":"2024-05-02","sent":"2024-05-01","status":"NEW"}\n'
GOOD = b'{"amount":1,"ordered":"2024-05-02","sent":"2024-05-03","status":"SENT"}\n'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(schema_file: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Exit code, standard output and standard error of a command with the schema, in an own directory."""
    path = str(schema_file(SCHEMA))
    monkeypatch.chdir(tmp_path)

    def run(command: str, *options: str) -> tuple[int, str, str]:
        code = main([command, "--schema", path, *options])
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def data(tmp_path: Path) -> Callable[[bytes], str]:
    def write(content: bytes) -> str:
        (tmp_path / "data.jsonl").write_bytes(content)
        return str(tmp_path / "data.jsonl")

    return write


def test_what_is_generated_holds(run: Run, data: Any) -> None:
    code, out, _ = run("generate", "--count", "300", "--stdout", "-q")
    assert code == 0
    code, out, error = run("validate", "--dataset", data(out.encode()), "--verbose")
    assert code == 0
    assert "rule order: held, 300 checked, 0 failed" in out
    assert "rule mostly-new: held" in out
    assert "rules held 2 of 2" in error


def test_broken_rules_are_told_with_line_and_values(run: Run, data: Any) -> None:
    code, out, error = run("validate", "--dataset", data(b"not json\n" + GOOD + BAD))
    assert code == 3
    assert "rule order: broken, 2 checked, 1 failed" in out
    assert "  record 3: ordered = '2024-05-02', sent = '2024-05-01'" in out
    assert "rules held" in error


def test_warnings_do_not_fail(run: Run, data: Any) -> None:
    code, out, _ = run("validate", "--dataset", data(GOOD * 50))
    assert code == 0
    assert "rule mostly-new: below its rate, 50 checked, 50 failed (0.0% of 80%)" in out


def test_json(run: Run, data: Any) -> None:
    code, out, _ = run("validate", "--dataset", data(GOOD + BAD), "--json")
    assert code == 3
    document = json.loads(out)
    assert (document["records"], document["valid"]) == (2, 2)
    order, new = document["rules"]
    assert (order["id"], order["checked"], order["held"], order["failed"], order["kept"]) == ("order", 2, 1, 1, False)
    assert order["examples"][0] == {
        "record": 2,
        "pointer": "",
        "values": {"ordered": "'2024-05-02'", "sent": "'2024-05-01'"},
    }
    assert new["severity"] == "warn"
    assert document["sentences"] == [
        {"text": "Nothing is sent before it is ordered", "rules": ["order"]},
        {"text": "Somebody has to sign", "rules": []},
    ]


def test_files_of_rules(run: Run, data: Any, tmp_path: Path) -> None:
    more = [{"id": "small", "assert": "amount < 5", "sentences": ["Somebody has to sign"]}]
    (tmp_path / "more.json").write_text(json.dumps(more))
    (tmp_path / "yet.yaml").write_text("rules:\n- {id: lately, assert: ordered >= as_of - days(90)}\n")
    files = ["--rules", "more.json", "--rules", "yet.yaml"]
    code, out, _ = run("generate", "--count", "200", "--stdout", "-q", "--strict", *files)
    assert code == 0
    records = [json.loads(line) for line in out.splitlines()]
    assert all(each["amount"] < 5 and each["ordered"] >= "2024-10-03" for each in records)
    code, _, error = run("validate", "--dataset", data(out.encode()), "--strict", *files)
    assert code == 0
    assert "rules held 4 of 4" in error
    assert run("validate", "--dataset", data(out.encode()))[2].count("rules held 2 of 2") == 1


def test_the_manifest_tells(run: Run, tmp_path: Path) -> None:
    assert run("generate", "--count", "5", "--out", "out", "-q")[0] == 0
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["rules"]
    assert told == {
        "enforced": ["mostly-new", "order"],
        "by_drawing_again": [],
        "left_to_chance": [],
        "unenforced_sentences": ["Somebody has to sign"],
    }
    (tmp_path / "more.json").write_text('[{"id": "odd", "assert": "amount % 2 == 1"}]')
    assert run("generate", "--count", "5", "--out", "out2", "-q", "--rules", "more.json")[0] == 0
    told = json.loads((tmp_path / "out2" / "manifest.json").read_bytes())["rules"]
    assert told["by_drawing_again"] == ["odd"]
    assert len(told["given_sha256"]) == 64


def test_a_dataset_is_judged_as_of_its_own_day(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lately.json").write_text('[{"id": "lately", "assert": "as_of - days(30) <= sent <= as_of"}]')
    assert run("generate", "--out", "out", "-q", "--as-of", "2027-03-01", "--rules", "lately.json")[0] == 0
    assert run("validate", "--dataset", "out", "--rules", "lately.json")[0] == 0
    assert run("validate", "--dataset", "out", "--rules", "lately.json", "--as-of", "2025-01-01")[0] == 3


def test_inspect_tells_how_rules_are_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "more.json").write_text('[{"id": "odd", "assert": "amount % 2 == 1"}]')
    code, out, _ = run("inspect", "--rules", "more.json")
    assert code == 0
    assert "  order: built in\n" in out
    assert "  mostly-new: built in, at a rate of 80%\n" in out
    assert "  odd: by drawing records again that break it\n" in out
    assert "Sentences that no rule enforces:\n  Somebody has to sign\n" in out
    assert "kept by rule order" in out


@pytest.mark.parametrize("command", ["generate", "inspect", "validate"])
def test_strict(run: Run, data: Any, command: str) -> None:
    more = ["--dataset", data(GOOD)] if command == "validate" else []
    code, _, error = run(command, "--strict", *more)
    assert code == 2
    assert "no rule enforces 'Somebody has to sign' @ #/x-cross-field-rules/1" in error
    assert "hint: write a rule and name it there" in error


REFUSED = {
    "division by zero": ("amount / 0 > 1", "this divides by zero"),
    "a date and a number": ("ordered > 3", "cannot be compared with a number"),
    "a missing field": ("amnount > 3", "amount"),
    "internals": ("().__class__.__mro__ == 1", "refused"),
    "a call": ("__import__('os') == 1", "there is no function __import__"),
    "a loop in itself": ("all(all(x for x in x) for x in status)", ""),
    "100 kB": ("amount > 1 and " * 7000 + "amount > 1", "characters"),
    "beyond the bounds": ("amount > 500", "rule bad leaves no value for amount"),
    "each other": ("sent < ordered", "order"),
}


@pytest.mark.parametrize(("rule", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(run: Run, tmp_path: Path, rule: str, words: str) -> None:
    (tmp_path / "bad.json").write_text(json.dumps([{"id": "bad", "assert": rule}]))
    code, out, error = run("generate", "--stdout", "--rules", "bad.json")
    assert (code, out) == (2, "")
    assert words in error
    assert "hint: " in error


def test_rules_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    code, _, error = run("generate", "--stdout", "--rules", "none.yaml")
    assert code == 2
    assert "none.yaml" in error
    (tmp_path / "twice.json").write_text('[{"id": "order", "assert": "amount > 1"}]')
    code, _, error = run("generate", "--stdout", "--rules", "twice.json")
    assert code == 2
    assert "two rules are named 'order'" in error


def test_a_rule_that_no_record_meets_ends_with_rule_and_record(run: Run, tmp_path: Path) -> None:
    (tmp_path / "never.json").write_text('[{"id": "never", "assert": "len(status) == amount + 200"}]')
    code, _, error = run("generate", "--stdout", "--rules", "never.json")
    assert code == 3
    assert "record 0" in error
    assert "rule never does not hold" in error


PARITY = """
from pytest_specmint import PythonRule

def even(record):
    return record["amount"] % 2 == 0

def next_even(record):
    return {**record, "amount": record["amount"] // 2 * 2}

def wrong(record):
    return record["amnt"] > 3

EVEN = PythonRule("even", even, next_even, reads=("amount",), sentences=("Somebody has to sign",))
WRONG = PythonRule("wrong", wrong)
"""


def test_rules_in_python(run: Run, data: Any, tmp_path: Path, installed_rules: Any) -> None:
    installed_rules(PARITY, even="EVEN", wrong="WRONG")
    (tmp_path / "more.yaml").write_text("- {id: parity, python: even}\n")
    more = ["--rules", "more.yaml"]
    code, out, _ = run("generate", "--count", "100", "--stdout", "-q", "--strict", *more)
    assert code == 0
    assert all(json.loads(line)["amount"] % 2 == 0 for line in out.splitlines())
    code, out, _ = run("inspect", *more)
    assert "  parity: by drawing records again that break it (Python: acme_rules:even, with a patch)\n" in out
    assert "Sentences that no rule enforces" not in out
    code, out, _ = run("validate", "--dataset", data(GOOD), *more)
    assert code == 3
    assert "rule parity: broken, 1 checked, 1 failed" in out
    assert "  record 1: amount = 1" in out
    assert run("generate", "--count", "9", "--out", "out", "-q", *more)[0] == 0
    (told,) = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["rules"]["python"]
    assert (told["id"], told["check"], len(told["sha256"])) == ("parity", "acme_rules:even", 64)
    stats = json.loads((tmp_path / "out" / "run.json").read_bytes())["stats"]
    assert stats["rules"]["parity"]["redrawn"] == stats["records_redrawn"] > 0


def test_a_rule_in_python_that_raises(run: Run, data: Any, tmp_path: Path, installed_rules: Any) -> None:
    installed_rules(PARITY, wrong="WRONG")
    (tmp_path / "more.yaml").write_text("- {id: parity, python: wrong}\n")
    for command in (["generate", "--stdout"], ["generate", "--stdout", "--workers", "2", "--count", "20000"]):
        code, out, error = run(*command, "--rules", "more.yaml")
        assert (code, out) == (3, "")
        assert "error: rule parity cannot judge record 0: check raised KeyError: 'amnt' in " in error
        assert "hint: give None where the rule does not apply" in error
        assert "Traceback" not in error
    code, _, error = run("validate", "--dataset", data(GOOD), "--rules", "more.yaml")
    assert (code, "rule parity cannot judge record 1: " in error) == (3, True)
