"""Goldens: missing, written, equal, tampered with; and what never happens."""

import json
from pathlib import Path

import pytest

from pytest_specmint.api import generate

SCHEMA = {
    "type": "object",
    "required": ["id", "amount", "party"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 100, "maximum": 999},
        "party": {"type": "object", "required": ["name"], "properties": {"name": {"enum": ["Ann", "Bob"]}}},
    },
}
TEST = """
    import pytest

    @pytest.mark.specmint(schema="schemas/order.json", seed=7, count=20)
    def test_golden(specmint_dataset, specmint_golden):
        assert specmint_dataset == specmint_golden
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.mkdir("schemas") / "order.json").write_text(json.dumps(SCHEMA))
    pytester.makepyfile(test_orders=TEST)
    return pytester


def goldens(project: pytest.Pytester) -> list[Path]:
    return sorted(project.path.rglob("*.jsonl"))


def test_a_missing_golden_fails_and_nothing_is_written(project: pytest.Pytester) -> None:
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*golden golden/test_orders/test_golden.jsonl does not exist",
            "*pytest test_orders.py::test_golden --specmint-update-golden",
        ]
    )
    assert goldens(project) == []


def test_update_writes_canonical_bytes_and_the_next_run_passes(project: pytest.Pytester) -> None:
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    (path,) = goldens(project)
    assert path.parent == project.path / "golden" / "test_orders"
    assert path.read_bytes() == generate(SCHEMA, seed=7, count=20).jsonl
    before = path.stat().st_mtime_ns
    project.runpytest().assert_outcomes(passed=1)
    assert path.stat().st_mtime_ns == before


def test_one_changed_byte_names_record_and_field_and_update_mends_it(project: pytest.Pytester) -> None:
    project.runpytest("--specmint-update-golden")
    (path,) = goldens(project)
    good = path.read_bytes()
    lines = good.split(b"\n")
    other = b'"Bob"' if b'"Ann"' in lines[12] else b'"Ann"'
    lines[12] = lines[12].replace(b'"Ann"', b'"???"').replace(b'"Bob"', b'"???"').replace(b'"???"', other)
    path.write_bytes(b"\n".join(lines))
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*1 of 20 records differ: party/name in 1",
            f"*record 12 /party/name: {other.decode()} -> *",
            "*reproduce: specmint-cli generate --schema schemas/order.json --seed 7 --index 12 *",
            "*accept:    pytest test_orders.py::test_golden --specmint-update-golden",
        ]
    )
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    assert path.read_bytes() == good
    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[:-1],
        lambda b: b + b"\n",
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b[:100],
        lambda b: b"",
    ],
)
def test_any_damage_to_the_bytes_fails(project: pytest.Pytester, damage) -> None:  # type: ignore[no-untyped-def]
    project.runpytest("--specmint-update-golden")
    (path,) = goldens(project)
    path.write_bytes(damage(path.read_bytes()))
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*cause:     the golden was changed by other means*"])


def test_a_failing_test_writes_no_golden(project: pytest.Pytester) -> None:
    project.makepyfile(test_orders=TEST + "\n        assert False\n")
    project.runpytest("--specmint-update-golden").assert_outcomes(failed=1)
    assert goldens(project) == []


def test_transformed_records_and_the_other_order_of_operands(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json", seed=7, count=20)
        def test_ids(specmint_dataset, specmint_golden):
            assert specmint_golden == [{"b": r["amount"], "a": r["id"]} for r in specmint_dataset]
        """
    )
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    project.runpytest().assert_outcomes(passed=1)
    (path,) = goldens(project)
    assert list(json.loads(path.read_text().splitlines()[0])) == ["a", "b"]
    path.write_text(path.read_text().replace('"b":', '"c":', 1))
    project.runpytest().stdout.fnmatch_lines(["*1 of 20 records differ: *b in 1*"])


def test_the_directory_is_an_ini_option_and_the_file_an_argument(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nspecmint_golden_dir = reviewed/data\n")
    project.makepyfile(test_orders=TEST.replace("count=20", 'count=20, golden="orders/seed_7.jsonl"'))
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    assert goldens(project) == [project.path / "reviewed" / "data" / "orders" / "seed_7.jsonl"]


def test_parameters_that_look_alike_have_goldens_of_their_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json", count=2)
        @pytest.mark.parametrize("case", ["a/b", "ab", "a b", "x" * 300])
        def test_golden(specmint_dataset, specmint_golden, case):
            assert specmint_dataset == specmint_golden
        """
    )
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=4)
    assert len(goldens(project)) == 4
    project.runpytest().assert_outcomes(passed=4)


def test_update_under_xdist_writes_every_golden(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json", count=3)
        @pytest.mark.parametrize("case", range(12))
        def test_golden(specmint_dataset, specmint_golden, case):
            assert specmint_dataset == specmint_golden
        """
    )
    project.runpytest_subprocess("-n2", "--specmint-update-golden").assert_outcomes(passed=12)
    assert len(goldens(project)) == 12
    project.runpytest_subprocess("-n2", "-p", "no:randomly").assert_outcomes(passed=12)


def test_syrupy_beside_us_neither_writes_nor_deletes_goldens(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_orders=TEST
        + """
    def test_theirs(snapshot):
        assert {"a": 1} == snapshot
    """
    )
    project.runpytest("--specmint-update-golden", "--snapshot-update", "-k", "theirs or golden").assert_outcomes(
        passed=2
    )
    (path,) = goldens(project)
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Ann", b"Eve"))
    result = project.runpytest("--snapshot-update")
    result.assert_outcomes(passed=1, failed=1)
    assert path.read_bytes() == before.replace(b"Ann", b"Eve")


def test_other_values_are_simply_unequal(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json", count=3)
        def test_golden(specmint_golden):
            assert specmint_golden != 5
            assert not specmint_golden.exists
        """
    )
    project.runpytest().assert_outcomes(passed=1)
