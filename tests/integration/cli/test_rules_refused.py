"""Bad rules, weights, unique domains and packs on the command line: exit code, pointer and way out of each."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main

DATE = {"type": "string", "format": "date"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["amount", "price", "ordered", "sent", "status", "name", "total", "lines"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0, "maximum": 99},
        "price": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 100},
        "ordered": DATE,
        "sent": DATE,
        "status": {"enum": ["NEW", "SENT"]},
        "name": {"type": "string"},
        "total": {"type": "number"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    },
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(schema: Any, *options: str, count: int = 5) -> tuple[int, str, str]:
        (tmp_path / "schema.json").write_text(json.dumps(schema))
        code = main(["generate", "--schema", "schema.json", "--count", str(count), "--stdout", "-q", *options])
        return code, *capfd.readouterr()

    return run


def refused(done: tuple[int, str, str], code: int, *words: str) -> str:
    """The exit code, nothing on standard output, the words, and a hint; no traceback."""
    assert done[:2] == (code, ""), done
    for each in words:
        assert each in done[2]
    assert "\nhint: " in done[2]
    assert f"summary: exit code {code}" in done[2]
    assert "Traceback" not in done[2]
    return done[2]


EXPRESSIONS = {
    # what divides by zero, compares what cannot be compared, names what is not there
    "zero": ("amount / 0 > 1", "this divides by zero (line 1, column 10) @ r.json#/0/assert"),
    "a sum of zero": ("amount / (3 - 3) > 1", "this divides by zero (line 1, column 11)"),
    "remainder": ("amount % 0 == 1", "this divides by zero"),
    "a date and a number": ("sent > 3", "a date cannot be compared with a number"),
    "a date and a text": ("sent > 'abc'", "a date cannot be compared with a text"),
    "a missing field": ("amnt > 3", "the schema has no field amnt"),
    "a missing field inside": ("all(x.m > 1 for x in lines)", "the schema has no field x.m"),
    "a list's field": ("lines.n > 1", "lines is a list, it has no n"),
    "no item": ("item.n > 1", "item stands for something only in rules with each"),
    "no condition": ("amount + 1", "true or false is expected, this is a number"),
    "no field": ("1 < 2", "assert reads no field"),
    "nothing": ("   ", "the expression is empty"),
    "no table": ("status in table('nope')", "there is no table 'nope'"),
    # what is too much
    "100 kB": ("amount > 1 and " * 7000 + "amount > 1", "has 105,010 characters, at most 2,000"),
    "deep": ("(" * 300 + "amount > 1" + ")" * 300, "nested"),
    "deep negation": ("not " * 200 + "amount > 1", "nested more than 64 deep"),
    "wide": ("amount in (" + ", ".join(["1"] * 260) + ")", "more than 250 parts"),
    "huge": ("amount > " + "9" * 1000, "the number is too long"),
    "huge exponent": ("amount > 1e400", "the number is too long"),
    "power": ("9**9**9 > amount", "Pow is not part of the language"),
    "shift": ("amount << 99999999 > 1", "LShift is not part of the language"),
    "text times number": ("'a' * 999999999 == name", "a number is expected, this is a text"),
    "a long constant": ("amount > " + " * ".join(["9" * 30] * 20), "the number is too long"),
    # the way into Python
    "dunder": ("amount.__class__ == 1", "the name __class__ is refused"),
    "subclasses": (
        "().__class__.__bases__[0].__subclasses__() == 1",
        "only the functions of the language can be called",
    ),
    "a dunder in brackets": ("record['__class__'] == 1", "the schema has no field __class__"),
    "globals of init": ("record.__init__.__globals__ == 1", "refused"),
    "list comprehension": ("[x for x in ().__class__.__base__.__subclasses__()] == 1", "ListComp is not part of"),
    "a condition inside": ("any(x.n > 1 for x in lines if x.__class__)", "the name __class__ is refused"),
    "a loop over a call": ("any(x for x in globals())", "only fields have members"),
    "a loop's variable": ("any(__x > 1 for __x in lines)", "the name __x is refused"),
    "two loops": ("any(x > y for x in lines for y in lines)", "a loop has one `for`"),
    "a loop outside": (
        "all(all(y.n > x.n for y in record.lines) for x in lines)",
        "an inner loop runs over a list inside",
    ),
    "f-string": ("f'{amount.__class__}' == 'a'", "JoinedStr is not part of the language"),
    "format": ("'{0.__class__}'.format(amount) == 'a'", "only the functions of the language can be called"),
    "percent": ("'%s' % amount == 'a'", "a number is expected, this is a text"),
    "lambda": ("any((lambda: x)() for x in lines)", "only the functions of the language can be called"),
    "a lambda alone": ("lambda: 1", "Lambda is not part of the language"),
    "walrus": ("(y := 3) == amount", "NamedExpr is not part of the language"),
    "import": ("__import__('os').system('true') == 0", "only the functions of the language can be called"),
    "a statement": ("amount > 1; import os", "this is not an expression"),
    "a second line": ("amount > 1\nimport os", "this is not an expression"),
    "getattr": ("getattr(amount, 'real') == 1", "there is no function getattr"),
    "eval": ("eval('1') == amount", "there is no function eval"),
    "open": ("open('/etc/passwd') == name", "there is no function open"),
    "keyword": ("round(amount, places=2) == 1", "arguments are given by position"),
    "star": ("all(*lines)", "Starred is not part of the language"),
    "await": ("await amount", "Await is not part of the language"),
    "yield": ("(yield amount)", "Yield is not part of the language"),
    "bytes": ("b'a' == name", "bytes is not part of the language"),
    "slice": ("name[1:3] == 'a'", "a subscript is a text or a whole number"),
    "escape": ("name == 'a\\x41'", "is not allowed"),
    "zero byte": ("name == 'a\0'", "is not allowed"),
    "full width": ("ａmount > 1", "is not ASCII"),
    "cyrillic": ("аmount > 1", "is not ASCII"),
    "full width underscore": ("_＿class__ > 1", "is not ASCII"),
    "a blank that is none": ("amount\u00a0> 1", "is not ASCII"),
    "right to left": ("amount \u202e> 1", "is not ASCII"),
    "comment": ("amount > 1 # type: ignore", "there are no comments in expressions"),
    "hexadecimal": ("0x10 < amount", "0x10 is not a decimal number"),
    "is": ("amount is 3", "`is` is not part of the language"),
    "none": ("None == amount", "None cannot be compared"),
}


@pytest.mark.parametrize(("text", "words"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expressions(run: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps([{"id": "bad", "assert": text}]))
    refused(run(SCHEMA, "--rules", "r.json"), 2, words, "r.json#/0")


def test_the_nearest_name_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('[{"id": "bad", "assert": "amnt > 3"}]')
    assert "hint: did you mean amount?" in run(SCHEMA, "--rules", "r.json")[2]


CONTRADICTIONS = {
    "bounds": (["amount > 500"], "rule r0 leaves no value for amount: exclusiveMinimum 500 exceeds maximum 99 @ r.json#/0"),
    "dates": (["sent > date(9999, 1, 1)"], "rule r0 leaves no value: no values within the schema's bounds"),
    "values": (["status == 'LOST'"], "rule r0 leaves no value for status"),
    "each other": (["amount < 3", "amount > 5"], "rules that cannot hold together: r0, r1 @ r.json#/0"),
    "orders": (["sent < ordered", "ordered < sent"], "rules that cannot hold together"),
    "itself": (["amount < amount"], "rules that cannot hold together: r0"),
    "two with the schema": (["amount + 60 <= price", "price + 60 <= amount"], "r0"),
    "two of which one is hidden": (["amount % 2 == 0", "amount >= price + 60", "price >= 50"], "rules r1 and r2 together leave no value"),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "words"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions(run: Run, tmp_path: Path, rules: list[str], words: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps([{"id": f"r{i}", "assert": each} for i, each in enumerate(rules)]))
    error = refused(run(SCHEMA, "--rules", "r.json"), 2, words)
    assert "specmint rules" not in error  # where they stand inside of what is compiled is nobody's business


CIRCLES = {
    "two": (
        [{"total": "price + 1"}, {"price": "total + 1"}],
        "total needs price needs total (rules: r0, r1) @ r.json#/0/derive/total",
    ),
    "itself": ([{"total": "total + 1"}], "total is derived from itself (rule: r0) @ r.json#/0/derive/total"),
    "twice": (
        [{"total": "price + 1"}, {"total": "price + 2"}],
        "total is derived twice, by r0 and r1 @ r.json#/1/derive/total",
    ),
}


@pytest.mark.parametrize(("derived", "words"), CIRCLES.values(), ids=CIRCLES)
def test_circles(run: Run, tmp_path: Path, derived: list[Any], words: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps([{"id": f"r{i}", "derive": each} for i, each in enumerate(derived)]))
    refused(run(SCHEMA, "--rules", "r.json"), 2, words)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
)
FILES: dict[str, tuple[str, bytes, str]] = {
    "alias bomb": ("r.yaml", BOMB.encode(), "grows beyond 5000000 values by its YAML aliases"),
    "alias of itself": ("r.yaml", b"- &a [*a]\n", "grows beyond"),
    "key twice in YAML": ("r.yaml", b"- id: a\n  assert: amount > 1\n  assert: amount > 2\n", "the key 'assert' stands twice at line 3"),
    "key twice in JSON": ("r.json", b'[{"id": "a", "assert": "amount > 1", "id": "b"}]', "the key 'id' stands twice"),
    "not UTF-8": ("r.yaml", b"- id: a\n  assert: name == '\xff\xfe'\n", "is not UTF-8 text"),
    "not UTF-8 in JSON": ("r.json", b'[{"id": "\xff"}]', "is not UTF-8 text"),
    "a tag": ("r.yaml", b"- !!python/object/apply:os.system ['true']\n", "is not plain YAML"),
    "two documents": ("r.yaml", b"- {id: a, assert: amount > 1}\n---\n[]\n", "is not plain YAML"),
    "tabs": ("r.yaml", b"-\tid: a\n", "is not plain YAML"),
    "a zero byte": ("r.yaml", b"- id: a\0\n", "is not plain YAML"),
    "deep": ("r.yaml", b"[" * 2000, "rules file r.yaml is nested deeper than 512 levels"),
    "deep JSON": ("r.json", b"[" * 100_000, "rules file r.json is nested deeper than 512 levels"),
    "YAML without its ending": ("r.txt", b"- id: a\n", "is not JSON"),
    "no number": ("r.json", b'[{"id": "a", "assert": "amount > 1", "rate": NaN}]', "NaN is not a JSON number"),
    "nothing": ("r.yaml", b"", "is empty"),
    "a text": ("r.yaml", b"amount > 1\n", "rules are a list @ r.yaml#"),
    "a number": ("r.yaml", b"- 3\n", "a rule is a mapping @ r.yaml#/0"),
    "one rule without a list": ("r.yaml", b"id: a\nassert: amount > 1\n", "unknown key 'id' beside the rules"),
    "no rules": ("r.yaml", b"rules:\n", "rules are a list @ r.yaml#/rules"),
    "an unknown key": ("r.yaml", b"- {id: a, asert: amount > 1}\n", "unknown key 'asert' in a rule @ r.yaml#/0"),
    "no id": ("r.yaml", b"- {assert: amount > 1}\n", "a rule has no id @ r.yaml#/0"),
    "a flag as id": ("r.yaml", b"- {id: yes, assert: amount > 1}\n", "True is not an id @ r.yaml#/0/id"),
    "a list as text": ("r.yaml", b"- {id: a, assert: [amount]}\n", "assert is a text, not list @ r.yaml#/0/assert"),
    "a text as rate": ("r.yaml", b"- {id: a, assert: amount > 1, severity: warn, rate: x}\n", "rate is a number from 0 to 1"),
    "a severity": ("r.yaml", b"- {id: a, assert: amount > 1, severity: fatal}\n", "'fatal' is no severity"),
    "a scope": ("r.yaml", b"- {id: a, assert: amount > 1, scope: table}\n", "'table' is no scope"),
    "a formula": ("r.yaml", b"- {id: a, derive: amount}\n", "derive maps fields to formulas"),
    "no list": ("r.yaml", b"- {id: a, each: amount, assert: n > 1}\n", "rule a: amount is not a list @ r.yaml#/0/each"),
    "an unknown list": ("r.yaml", b"- {id: a, each: line, assert: n > 1}\n", "the schema has no field line"),
    "nothing to say": ("r.yaml", b"- {id: a}\n", "rule a: it says nothing"),
    "two of one name": ("r.yaml", b"- {id: a, assert: amount > 1}\n- {id: a, assert: amount > 2}\n", "two rules are named 'a' @ r.yaml#/1"),
    "too many": ("r.json", json.dumps([{"id": f"a{i}", "assert": "amount > 1"} for i in range(1001)]).encode(), "1,001 rules are more than 1,000"),
    "no such Python rule": ("r.yaml", b"- {id: a, python: os.system}\n", "no Python rule 'os.system' is installed @ r.yaml#/0/python"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), FILES.values(), ids=FILES)
def test_files(run: Run, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    error = refused(run(SCHEMA, "--rules", name), 2, words, name)
    assert "schema file" not in error
    assert "a schema is" not in error


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone.yaml", "rules file gone.yaml does not exist"), ("folder.yaml", "rules file folder.yaml cannot be read")],
)
def test_files_that_are_none(run: Run, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    refused(run(SCHEMA, "--rules", name), 2, words)


def field(**keywords: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["a"], "properties": {"a": keywords}}


WEIGHTS = {
    "negative": (field(enum=["x", "y"], **{"x-weights": [1, -1]}), "a weight is negative @ #/properties/a/x-weights/1"),
    "sum": (field(enum=["x", "y"], **{"x-weights": [0, 0]}), "the weights sum to 0 @ #/properties/a/x-weights"),
    "of a histogram": (
        field(type="integer", **{"x-dist": {"kind": "histogram", "edges": [0, 1, 2], "weights": [1, -2]}}),
        "a weight is negative @ #/properties/a/x-dist/weights/1",
    ),
    "of values": (
        field(type="string", **{"x-dist": {"kind": "categorical", "weights": {"x": 0}}}),
        "the weights sum to 0",
    ),
    "too few": (field(enum=["x", "y"], **{"x-weights": [1]}), "the enum has 2 values, but there are 1 weights"),
    "a text": (field(enum=["x", "y"], **{"x-weights": [1, "b"]}), "'b' is not a weight"),
}


@pytest.mark.parametrize(("schema", "words"), WEIGHTS.values(), ids=WEIGHTS)
def test_weights(run: Run, schema: Any, words: str) -> None:
    refused(run(schema), 2, words)


SMALL = {"type": "integer", "minimum": 1, "maximum": 9, "x-unique": True}
PAIR = {"type": "object", "required": ["a", "b"], "properties": {"a": {"enum": [1, 2]}, "b": {"enum": [3, 4]}}}
DOMAINS = {
    "a field": (field(**SMALL), 10, "10 records are to differ, but there are 9 values @ #/properties/a"),
    "a pair": ({**PAIR, "x-unique": ["a", "b"]}, 5, "5 records are to differ, but there are 4 values @ #/x-unique"),
    "with a rule": (
        {**field(**SMALL), "x-rules": [{"id": "r", "assert": "a > 6"}]},
        5,
        "5 records are to differ, but there are 3 values @ #/properties/a",
    ),
}


@pytest.mark.parametrize(("schema", "count", "words"), DOMAINS.values(), ids=DOMAINS)
def test_unique_domains_that_are_too_small(run: Run, schema: Any, count: int, words: str) -> None:
    refused(run(schema, count=count), 2, words)
    code, out, _ = run(schema, count=count - 1 if "rule" not in words and count != 5 else 3)
    assert (code, len(set(out.splitlines()))) == (0, out.count("\n"))


def test_a_unique_field_is_not_changed_for_a_rule(run: Run) -> None:
    schema = {**field(**{**SMALL, "maximum": 20}), "x-rules": [{"id": "even", "assert": "a % 2 == 0"}]}
    error = refused(run(schema, count=15), 3, "breaks a rule", "rule even does not hold (a = ", "@ #/x-rules/0")
    assert "hint: a is unique, so no rule changes it" in error


PACKS = {
    "twice": (["--domain", "fintech", "--domain", "fintech"], 1, "names the pack 'fintech' twice"),
    "missing": (["--domain", "fintehc"], 1, "there is no pack 'fintehc'"),
    "the base": (["--domain", "base"], 1, "which is always there"),
}


@pytest.mark.parametrize(("options", "code", "words"), PACKS.values(), ids=PACKS)
def test_packs(run: Run, options: list[str], code: int, words: str) -> None:
    refused(run(SCHEMA, *options), code, words)


def test_a_schema_that_names_a_pack_twice(run: Run) -> None:
    refused(run({**SCHEMA, "x-domain": ["fintech", "fintech"]}), 2, "names the pack 'fintech' twice @ #/x-domain")


def test_rules_without_effect_are_noted_and_an_error_if_strict(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    schema = {"oneOf": [{**SCHEMA, "x-rules": [{"id": "r", "assert": "amount > 3"}]}, {"type": "null"}]}
    refused(run(schema, "--strict"), 2, "rules without effect @ #/oneOf/0/x-rules")
    assert run(schema)[0] == 0
    assert main(["generate", "--schema", "schema.json", "--stdout"]) == 0
    assert "note: #/oneOf/0/x-rules has no effect where it stands in a branch" in capfd.readouterr().err
    assert main(["inspect", "--schema", "schema.json"]) == 0
    assert "Rules without effect:\n  #/oneOf/0/x-rules, where it stands in a branch" in capfd.readouterr().out
    assert main(["inspect", "--schema", "schema.json", "--json"]) == 0
    (told,) = json.loads(capfd.readouterr().out)["rulesIgnored"]
    assert told["pointer"] == "#/oneOf/0/x-rules"


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {},
    "components": {
        "schemas": {
            "Money": {
                "type": "object",
                "required": ["net", "gross"],
                "properties": {"net": {"type": "integer", "minimum": 0}, "gross": {"type": "integer", "minimum": 0}},
                "x-cross-field-rules": ["Gross is not below net"],
                "x-rules": [{"id": "gross", "assert": "net <= gross", "sentences": "Gross is not below net"}],
            },
            "Order": {
                "type": "object",
                "required": ["total"],
                "properties": {"total": {"$ref": "#/components/schemas/Money"}},
                "x-cross-field-rules": ["Somebody has to sign"],
            },
        }
    },
}


def test_sentences_of_openapi_and_of_parts(run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "api.json").write_text(json.dumps(OPENAPI))
    order, money = ("api.json#/components/schemas/Order", "api.json#/components/schemas/Money")
    assert main(["generate", "--schema", money, "--count", "50", "--stdout", "-q", "--strict"]) == 0
    assert main(["generate", "--schema", order, "--count", "50", "--out", "out", "-q"]) == 0
    capfd.readouterr()
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["rules"]
    assert (told["enforced"], told["unenforced_sentences"]) == (["total.gross"], ["Somebody has to sign"])
    records = [json.loads(line) for line in (tmp_path / "out" / "dataset.jsonl").read_text().splitlines()]
    assert all(each["total"]["net"] <= each["total"]["gross"] for each in records)
    for command in (["generate", "--stdout"], ["inspect"], ["validate", "--dataset", "out"]):
        assert main([*command, "--schema", order, "--strict"]) == 2
        error = capfd.readouterr().err
        assert "no rule enforces 'Somebody has to sign' @ #/components/schemas/Order/x-cross-field-rules/0" in error
    assert main(["inspect", "--schema", order]) == 0
    out = capfd.readouterr().out
    assert "Rules:\n  total.gross: built in\n" in out
    assert "Sentences that no rule enforces:\n  Somebody has to sign\n" in out
    assert main(["validate", "--schema", order, "--dataset", "out", "-v"]) == 0
    assert "rule total.gross: held, 50 checked, 0 failed" in capfd.readouterr().out
