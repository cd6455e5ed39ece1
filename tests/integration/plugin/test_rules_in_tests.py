"""Tests that bring rules: by marker, factory and register, and what goldens say of them."""

import json

import pytest

SCHEMA = {
    "type": "object",
    "required": ["n", "m"],
    "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 99}, "m": {"type": "integer", "minimum": 0, "maximum": 99}},
}  # fmt: skip


@pytest.fixture
def shed(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".json", thing=json.dumps(SCHEMA), large='[{"id": "large", "assert": "n > 50"}]')
    return pytester


def test_every_door_takes_rules(shed: pytest.Pytester) -> None:
    shed.makeconftest(
        """
        import pytest_specmint

        pytest_specmint.register("thing.json", name="things", rules="large.json", count=3)
        """
    )
    shed.mkdir("sub").joinpath("beside.yaml").write_text("- {id: small, assert: m < 10}\n")
    shed.path.joinpath("sub", "test_all.py").write_text(
        """
import pytest
import pytest_specmint


def even(record):
    return record["n"] % 2 == 0


EVEN = pytest_specmint.PythonRule("even", even)
pytestmark = pytest.mark.specmint(schema="thing.json", rules="large.json", count=20)


def test_marker(specmint_dataset):
    assert all(each["n"] > 50 for each in specmint_dataset)


@pytest.mark.specmint(rules=["large.json", "beside.yaml", EVEN, {"id": "own", "assert": "n != 60"}])
def test_several(specmint_dataset):
    assert all(each["n"] > 50 and each["m"] < 10 and even(each) and each["n"] != 60 for each in specmint_dataset)


@pytest.mark.specmint(rules=[])
def test_the_closest_marker_wins(specmint_dataset):
    assert not all(each["n"] > 50 for each in specmint_dataset)


@pytest_specmint.specmint_each(schema="thing.json", rules=EVEN, count=3)
def test_each(specmint_record):
    assert even(specmint_record)


@pytest.mark.specmint_each(schema="thing.json", rules="large.json", count=3, invalid=True)
def test_near_misses(specmint_record):
    assert specmint_record is not None


def test_factory(specmint_factory):
    assert all(each["n"] > 50 for each in specmint_factory("thing.json", rules="large.json", count=5))
    assert specmint_factory.one("thing.json", rules={"id": "sum", "derive": {"m": "n"}}, n=7) == {"n": 7, "m": 7}
    values = pytest_specmint.each_of([1, 2, 3])
    made = specmint_factory("thing.json", rules={"id": "order", "assert": "n < m"}, n=values, count=3)
    assert [each["n"] for each in made] == [1, 2, 3]
    assert all(each["n"] < each["m"] for each in made)


def test_register(things):
    assert all(each["n"] > 50 for each in things)
"""
    )
    shed.runpytest_inprocess("-q").assert_outcomes(passed=11)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ('"lrge.json"', "*rules file 'lrge.json' does not exist below*did you mean 'large.json'?*"),
        ("3", "*rules must be the path of a rules file, a rule, a PythonRule, or a list of these, not 3*"),
        ('{"id": "a", "assert": "k > 3"}', "*the schema has no field k*"),
        ('["large.json", {"id": "large", "assert": "n > 3"}]', "*two rules are named 'large'*"),
        ("[len]", "*rules must be *"),
    ],
)
def test_what_is_no_rule(shed: pytest.Pytester, rules: str, words: str) -> None:
    shed.makepyfile(
        f"""
        import pytest

        @pytest.mark.specmint(schema="thing.json", rules={rules})
        def test_it(specmint_dataset):
            pass
        """
    )
    result = shed.runpytest_inprocess("-q")
    assert result.ret != 0
    assert "INTERNALERROR" not in result.stdout.str()
    (result.stdout if words.strip("*").split()[0] in result.stdout.str() else result.stderr).fnmatch_lines([words])


def test_a_golden_names_the_rule_that_changed(shed: pytest.Pytester) -> None:
    shed.makepyfile(
        """
        import pytest

        @pytest.mark.specmint(schema="thing.json", rules="large.json", seed=1)
        def test_it(specmint_dataset, specmint_golden):
            assert specmint_dataset == specmint_golden
        """
    )
    assert shed.runpytest_inprocess("-q", "--specmint-update-golden").ret == 0
    shed.runpytest_inprocess("-q").assert_outcomes(passed=1)
    shed.path.joinpath("large.json").write_text('[{"id": "large", "assert": "n > 80"}]')
    result = shed.runpytest_inprocess("-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*cause: *rules of large.json: large changed*",
            "*reproduce: specmint-cli generate --schema thing.json *--rules large.json",
        ]
    )


def test_a_rule_that_raises_fails_the_test_that_asks_for_it(shed: pytest.Pytester) -> None:
    shed.makepyfile(
        """
        import pytest
        import pytest_specmint

        def wrong(record):
            return record["k"] > 3

        @pytest.mark.specmint(schema="thing.json", rules=pytest_specmint.PythonRule("wrong", wrong))
        def test_it(specmint_dataset):
            list(specmint_dataset)
        """
    )
    result = shed.runpytest_inprocess("-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*rule wrong cannot judge record 0: check raised KeyError: 'k' in *"])


def test_smaller_records_hold_them_too(shed: pytest.Pytester) -> None:
    shed.makepyfile(
        """
        import pytest

        @pytest.mark.specmint_each(schema="thing.json", rules={"id": "sum", "assert": "n + m == 120"}, count=1, seed=1)
        def test_it(specmint_record):
            assert specmint_record["n"] + specmint_record["m"] == 120
            assert specmint_record["n"] > 1000
        """
    )
    result = shed.runpytest_inprocess("-q")
    result.assert_outcomes(failed=1)
    assert "== 120" not in "\n".join(line for line in result.outlines if line.startswith("E "))
