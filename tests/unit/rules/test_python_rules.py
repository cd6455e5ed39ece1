"""Rules in Python: what they may be, how records come to hold them, and what is said where they fail."""

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import ExitCode
from pytest_specmint.pipeline.blocks import byte_blocks, line_blocks
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.rules.expression.errors import RuleError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["code", "n"],
    "properties": {
        "code": {"type": "string", "pattern": "^[0-9]{6}$"},
        "n": {"type": "integer", "minimum": 0, "maximum": 999_999},
    },
}
Install = Callable[..., None]


def even(record: Any) -> bool:
    return record["n"] % 2 == 0


def ends_alike(record: Any) -> bool | None:
    return None if record["n"] < 10 else record["code"] == f"{record['n']:06d}"


def end_alike(record: Any) -> Any:
    record["code"] = f"{record['n']:06d}"
    return record


def no_patch(record: Any) -> None:
    return None


def wrong_patch(record: Any) -> Any:
    return {**record, "code": "x"}


def raising_patch(record: Any) -> Any:
    raise LookupError("nowhere")


def raising(record: Any) -> bool:
    return 1 / (record["n"] - record["n"]) > 0


def leaving(record: Any) -> bool:
    raise SystemExit(9)


def counting(record: Any) -> Any:
    return record["n"]


def never(record: Any) -> bool:
    return False


def about_null(record: Any) -> bool:
    return record["m"] > 3


EVEN = sm.PythonRule("even", even)
ALIKE = sm.PythonRule("alike", ends_alike, end_alike, reads=("code", "n"))


def test_what_is_generated_holds() -> None:
    dataset = sm.generate(SCHEMA, count=300, rules=[EVEN, ALIKE])
    assert all(even(record) and ends_alike(record) in {True, None} for record in dataset)
    assert len({record["n"] for record in dataset}) > 200  # what is patched is as various as what it was made from


def test_a_rule_that_redrawing_meets_is_not_patched() -> None:
    tallies: list[Any] = []
    for _ in line_blocks(sm.generate(SCHEMA, count=100, rules=EVEN).job, noted=tallies.append):
        pass
    (tally,) = tallies
    assert 30 < tally.redrawn < 70
    assert (tally.patched, dict(tally.broken)) == (0, {"even": tally.redrawn})


@pytest.mark.parametrize("execution", [Execution(workers=2, block=10), Execution(block=7), Execution(check_all=True)])
def test_the_bytes_are_those_of_any_processes_and_blocks(execution: Execution) -> None:
    job = sm.generate(SCHEMA, count=60, rules=[EVEN, ALIKE]).job
    assert b"".join(map(bytes, line_blocks(job, execution))) == b"".join(byte_blocks(job))


def test_a_part_of_the_records_is_the_same() -> None:
    whole = list(sm.generate(SCHEMA, count=40, rules=[EVEN, ALIKE]))
    assert list(sm.generate(SCHEMA, count=5, start=30, rules=[EVEN, ALIKE])) == whole[30:35]


def test_it_is_sent_to_other_processes_by_name() -> None:
    again = pickle.loads(pickle.dumps(ALIKE))
    assert again == ALIKE
    assert again.check is ends_alike
    assert ALIKE.reference.endswith("test_python_rules:ends_alike")
    assert repr(EVEN) == f"PythonRule('even', {EVEN.reference})"


def test_its_digest_is_that_of_its_source() -> None:
    assert EVEN.sha256 == sm.PythonRule("other", even).sha256
    assert EVEN.sha256 != ALIKE.sha256 != sm.PythonRule("alike", ends_alike).sha256
    assert len(sm.PythonRule("is", isinstance).sha256) == 64  # no source text: the name counts


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no id": (lambda: sm.PythonRule("", even), "'' is not an id"),
    "no function": (lambda: sm.PythonRule("a", 3), "check is 3, not a function"),  # type: ignore[arg-type]
    "no patch": (lambda: sm.PythonRule("a", even, "x"), "patch is 'x', not a function"),  # type: ignore[arg-type]
    "a lambda": (lambda: sm.PythonRule("a", lambda record: True), "which no other process finds by name"),
    "a partial": (lambda: sm.PythonRule("a", partial(even)), "which no other process finds by name"),
    "a severity": (lambda: sm.PythonRule("a", even, severity="fatal"), "'fatal' is no severity"),
    "a rate": (lambda: sm.PythonRule("a", even, severity="warn", rate=3), "rate is a number from 0 to 1"),
    "a rate of errors": (lambda: sm.PythonRule("a", even, rate=0.5), "a rule of severity error always holds"),
    "reads": (lambda: sm.PythonRule("a", even, reads=(3,)), "reads are texts"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_rule(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(RuleError) as caught:
        make()
    assert words in str(caught.value)
    assert caught.value.hint


def test_one_text_is_one_path() -> None:
    assert sm.PythonRule("a", even, reads="n", sentences="N is even").reads == ("n",)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", [{"id": "even", "assert": "n > 3"}, sm.PythonRule("even", never)])
def test_two_of_one_name_are_refused(rule: Any) -> None:
    with pytest.raises(RuleError, match="two rules are named 'even'"):
        sm.generate(SCHEMA, rules=[EVEN, rule])


def test_it_reads_fields_of_the_schema() -> None:
    with pytest.raises(RuleError, match="rule a reads cod: the schema has no field cod") as caught:
        sm.generate(SCHEMA, rules=sm.PythonRule("a", even, reads=("cod",)))
    assert caught.value.hint == "did you mean code?"


@pytest.mark.parametrize("given", [3, [3], [None], b"rules.json"])
def test_what_is_no_source_of_rules(given: Any) -> None:
    with pytest.raises(RuleError, match="is no rule"):
        sm.generate(SCHEMA, rules=given)


# ---------------------------------------------------------------- functions that fail


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (raising, "rule a cannot judge record 0: check raised ZeroDivisionError: division by zero in "),
        (leaving, "rule a cannot judge record 0: check raised SystemExit: 9 in "),
        (counting, "not True, False or None"),
    ],
)
def test_a_check_that_fails_is_an_error_with_rule_and_record(check: Any, words: str) -> None:
    rule = sm.PythonRule("a", check)
    with pytest.raises(sm.RuleCrashed) as caught:
        list(sm.generate(SCHEMA, count=20, rules=rule))
    assert words in str(caught.value)
    assert caught.value.exit_code is ExitCode.VALIDATION
    assert caught.value.hint
    with pytest.raises(sm.RuleCrashed, match="cannot judge record 1: "):
        sm.validate(SCHEMA, [{"code": "000001", "n": 1}], rules=rule)


def test_the_error_comes_out_of_other_processes() -> None:
    job = sm.generate(SCHEMA, count=40, rules=sm.PythonRule("a", raising)).job
    with pytest.raises(sm.RuleCrashed, match="rule a cannot judge record 0: check raised ZeroDivisionError"):
        list(line_blocks(job, Execution(workers=2, block=10)))


def test_it_says_where_it_was_raised() -> None:
    with pytest.raises(sm.RuleCrashed, match=r"test_python_rules\.py, line \d+"):
        list(sm.generate(SCHEMA, rules=sm.PythonRule("a", raising)))


@pytest.mark.parametrize("patch", [None, no_patch, wrong_patch])
def test_where_no_patch_helps_rule_record_and_values_are_told(patch: Any) -> None:
    rule = sm.PythonRule("never", never, patch, reads=("n",))
    with pytest.raises(sm.SamplingError) as caught:
        list(sm.generate(SCHEMA, count=3, rules=rule))
    assert "record 0 breaks a rule in all of 64 draws" in str(caught.value)
    assert "rule never does not hold (n = " in str(caught.value)
    assert caught.value.hint is not None
    assert "patch" in caught.value.hint


def test_a_patch_that_raises() -> None:
    with pytest.raises(sm.RuleCrashed, match="rule a cannot judge record 0: patch raised LookupError: nowhere"):
        list(sm.generate(SCHEMA, rules=sm.PythonRule("a", never, raising_patch)))


def test_what_the_schema_rejects_is_not_shown_to_it() -> None:
    rule = sm.PythonRule("even", even)
    report = sm.validate(SCHEMA, [{"code": "000001", "n": "x"}, {"code": "000001", "n": 2}], rules=rule)
    (outcome,) = report.rules
    assert (outcome.held, outcome.failed, outcome.skipped, report.invalid) == (1, 0, 1, 1)


# ---------------------------------------------------------------- warnings, validation


def test_warnings_are_left_to_chance() -> None:
    dataset = sm.generate(SCHEMA, count=200, rules=sm.PythonRule("even", even, severity="warn", rate=0.9))
    assert dataset.manifest["rules"]["left_to_chance"] == ["even"]
    assert 60 < sum(map(even, dataset)) < 140


def test_validation_shows_what_it_reads() -> None:
    bad = [{"code": "000001", "n": 22}]
    (named,) = sm.validate(SCHEMA, bad, rules=ALIKE).rules
    assert str(named.examples[0]) == "record 1: code = '000001', n = 22"
    (unnamed,) = sm.validate(SCHEMA, bad, rules=sm.PythonRule("a", never)).rules
    assert str(unnamed.examples[0]) == "record 1: code = '000001', n = 22"


def test_the_manifest_names_function_and_source() -> None:
    told = sm.generate(SCHEMA, rules=[ALIKE]).manifest["rules"]
    assert told["python"] == [{"id": "alike", "check": ALIKE.reference, "sha256": ALIKE.sha256}]
    assert told["by_drawing_again"] == told["enforced"] == ["alike"]
    ids = {sm.generate(SCHEMA, rules=rules).manifest["dataset_id"] for rules in (None, ALIKE, EVEN)}
    assert len(ids) == 3


# ---------------------------------------------------------------- what others bring

SOURCE = """
from pytest_specmint import PythonRule

def check(record):
    return record["n"] > 500_000

LARGE = PythonRule("large", check, reads=("n",), severity="warn", rate=0.5, description="N is large")
OTHER = "not a rule"
"""


def test_an_installed_rule_is_named(installed_rules: Install) -> None:
    installed_rules(SOURCE, large="LARGE", other="OTHER", gone="GONE")
    schema = {**SCHEMA, "x-rules": [{"id": "mine", "python": "large", "severity": "error"}]}
    assert all(record["n"] > 500_000 for record in sm.generate(schema, count=50))
    warned = {**SCHEMA, "x-rules": [{"id": "mine", "python": "large"}]}
    assert sm.generate(warned).manifest["rules"]["left_to_chance"] == ["mine"]
    assert not all(record["n"] > 500_000 for record in sm.generate(SCHEMA, count=50))  # it has to be named


@pytest.mark.parametrize(
    ("rule", "words", "hint"),
    [
        ({"python": "lrge"}, "no Python rule 'lrge' is installed", "did you mean large?"),
        ({"python": "zzz"}, "no Python rule 'zzz' is installed", "known are: gone, large, other"),
        ({"python": "other"}, "is a str, not a PythonRule", "module:RULE"),
        ({"python": "gone"}, "cannot be loaded: AttributeError", "module:RULE"),
        ({"python": 3}, "python is a text, not int", "in quotes"),
        ({"python": "large", "when": "n > 3"}, "python stands alone", "None where it does not apply"),
        ({"python": "large", "each": "n"}, "python stands alone", "None where it does not apply"),
        ({"python": "large", "assert": "n > 3"}, "assert and python stand together", "either"),
        ({"python": "large", "scope": "dataset"}, "not about the dataset", "assert"),
        ({"python": "large", "severity": "error", "rate": 0.5}, "always holds", "severity: warn"),
    ],
)
def test_what_is_wrong_with_naming_one(installed_rules: Install, rule: Any, words: str, hint: str) -> None:
    installed_rules(SOURCE, large="LARGE", other="OTHER", gone="GONE")
    with pytest.raises(RuleError) as caught:
        sm.generate({**SCHEMA, "x-rules": [{"id": "mine", **rule}]})
    assert words in str(caught.value)
    assert "#/x-rules/0" in (caught.value.pointer or "")
    assert hint in (caught.value.hint or "")


def test_two_installed_rules_of_one_name(installed_rules: Install) -> None:
    installed_rules(SOURCE, large="LARGE")
    installed_rules(SOURCE, dist="other_rules", large="LARGE")
    with pytest.raises(RuleError, match=r"by acme_rules 2.1 \(.*\) and by other_rules 2.1") as caught:
        sm.generate({**SCHEMA, "x-rules": [{"id": "mine", "python": "large"}]})
    assert caught.value.hint == "uninstall one of them"


PACK = """
from pytest_specmint import PythonRule

def even(record):
    return record["n"] % 2 == 0

def halves(record):
    return record["half"] * 2 == record["n"]

RULES = (PythonRule("even", even, reads=["n"]), PythonRule("halves", halves, reads=["n", "half"]))
"""


def test_a_pack_brings_them(installed_pack: Callable[..., Any]) -> None:
    installed_pack("acme", {"__init__.py": PACK})
    dataset = sm.generate(SCHEMA, count=50, domain="acme")
    assert all(map(even, dataset))
    assert dataset.manifest["rules"]["enforced"] == ["even"]  # the other one reads a field that is not there
    own = {**SCHEMA, "x-rules": [{"id": "even", "assert": "n % 2 == 1"}]}
    assert not any(map(even, sm.generate(own, count=20, domain="acme")))  # the schema's own goes first


def test_a_pack_object_brings_them(installed_pack: Callable[..., Any]) -> None:
    made = PACK + (
        "\nfrom importlib.resources import files\nfrom pytest_specmint.packs.pack import read_pack\n"
        "PACK = read_pack(files(__name__), rules=RULES[:1])\ndel RULES\n"
    )
    installed_pack("acme", {"__init__.py": made}, value="acme_acme:PACK")
    assert all(map(even, sm.generate(SCHEMA, count=50, domain="acme")))


def test_a_pack_is_another_one_with_another_function(installed_pack: Callable[..., Any]) -> None:
    from pytest_specmint.packs.registry import pack_named

    installed_pack("acme", {"__init__.py": PACK})
    before = pack_named("acme").sha256
    installed_pack("acme", {"__init__.py": PACK.replace("% 2 == 0", "% 2 == 0 or record['n'] > 7")})
    assert pack_named("acme").sha256 != before


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("RULES = (3,)", "has a int among its RULES"),
        (PACK.replace('"even", even', '"halves", even'), "two rules are named 'halves'"),
    ],
)
def test_what_is_wrong_with_a_packs_rules(installed_pack: Callable[..., Any], code: str, words: str) -> None:
    installed_pack("acme", {"__init__.py": code})
    with pytest.raises(sm.SpecmintError, match=words) as caught:
        sm.generate(SCHEMA, domain="acme")
    assert caught.value.exit_code is ExitCode.USAGE


def test_an_error_that_names_no_record_yet_is_one_of_ours() -> None:
    from pytest_specmint.rules.python import RuleRaised

    with pytest.raises(RuleRaised, match="rule a cannot judge a record: check raised ZeroDivisionError") as caught:
        sm.PythonRule("a", raising).judge({"n": 1})
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.hint, again.position) == (str(caught.value), caught.value.hint, 0)
    assert isinstance(again, sm.RuleCrashed)


def test_all_that_makes_records_is_sent_to_other_processes() -> None:
    from pytest_specmint.pipeline.blocks import BlockMaker, recipe_of

    make = BlockMaker(recipe_of(sm.generate(SCHEMA, count=20, rules=[EVEN, ALIKE]).job))
    assert pickle.loads(pickle.dumps(make))(0, 20) == make(0, 20)
