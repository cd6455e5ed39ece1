"""The fixture specmint_dataset and its marker, as a user's test suite sees them."""

import json

import pytest

SCHEMA = {
    "type": "object",
    "required": ["id", "amount"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 0, "maximum": 999},
    },
}


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.mkdir("schemas") / "order.json").write_text(json.dumps(SCHEMA))
    return pytester


def test_the_marker_decides_the_data(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest, pytest_specmint as sm

        @pytest.mark.specmint(schema="schemas/order.json", seed=7, count=5, start=3, as_of="2026-01-01")
        def test_data(specmint_dataset):
            assert len(specmint_dataset) == 5
            assert specmint_dataset.seed == 7 and specmint_dataset.start == 3
            assert specmint_dataset == sm.generate("schemas/order.json", seed=7, count=8)[3:]
        """
    )
    project.runpytest().assert_outcomes(passed=1)


def test_schemas_may_be_mappings_and_lie_beside_the_test(project: pytest.Pytester) -> None:
    folder = project.mkdir("inner")
    (folder / "near.json").write_text(json.dumps({"$defs": {"n": {"type": "integer", "minimum": 1, "maximum": 3}}}))
    (folder / "test_near.py").write_text(
        "import pytest\n"
        "@pytest.mark.specmint(schema='near.json#/$defs/n', count=20)\n"
        "def test_near(specmint_dataset):\n"
        "    assert set(specmint_dataset) <= {1, 2, 3}\n"
        "@pytest.mark.specmint({'const': 5})\n"
        "def test_mapping(specmint_dataset):\n"
        "    assert list(specmint_dataset) == [5] * 10\n"
    )
    project.runpytest().assert_outcomes(passed=2)


def test_a_class_or_module_marker_serves_its_tests_and_the_closest_wins(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.specmint(schema="schemas/order.json", seed=1, count=2)

        def test_module(specmint_dataset):
            assert len(specmint_dataset) == 2

        @pytest.mark.specmint(schema="schemas/order.json", seed=1, count=4)
        def test_own(specmint_dataset):
            assert len(specmint_dataset) == 4
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_without_a_seed_it_follows_from_the_node_id(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json")
        @pytest.mark.parametrize("case", ["a", "b"])
        def test_seed(specmint_dataset, case):
            print("SEED", case, specmint_dataset.seed)
        """
    )

    def seeds(*arguments: str) -> set[str]:
        output = project.runpytest("-s", *arguments).stdout.lines
        return {line[line.index("SEED") :].strip(". ") for line in output if "SEED" in line}

    both = seeds()
    assert len({line.split()[-1] for line in both}) == 2
    assert seeds("-k", "b") < both


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('schema="schemas/order.json", sead=1', ["unknown argument 'sead'", "did you mean 'seed'?"]),
        ('schema="schemas/order.json", count="5"', ["count must be a whole number from 1 on, not '5'"]),
        ('schema="schemas/order.json", count=0', ["count must be a whole number from 1 on, not 0"]),
        ('schema="schemas/order.json", golden="../x.jsonl"', ["golden must be", "a relative path that ends in .jsonl"]),
        ("seed=1", ["needs a schema"]),
        ('schema="schemas/none.json"', ["schema 'schemas/none.json' does not exist"]),
        ('"a.json", "b.json"', ["takes one positional argument"]),
        ('"a.json", schema="b.json"', ["got the schema twice"]),
    ],
)
def test_mistakes_in_the_marker_stop_the_run_and_name_the_test(
    project: pytest.Pytester, arguments: str, words: list[str]
) -> None:
    project.makepyfile(
        test_bad=f"""
        import pytest

        def test_other():
            raise SystemExit("never runs")  # the whole module counts as not collected

        @pytest.mark.specmint({arguments})
        def test_wrong(specmint_dataset):
            pass
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    text = "\n".join(result.outlines)
    for word in ["test_bad.py::test_wrong: @pytest.mark.specmint", *words]:
        assert word in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[1]", "a schema is an object or a boolean"),
        ('{"type": "strin"}', "not a valid JSON Schema"),
        ('{"type": "integer", "minimum": 3, "maximum": 2}', "minimum 3 exceeds maximum 2 @ #"),
    ],
)
def test_a_schema_that_is_none_is_an_error_of_its_test(project: pytest.Pytester, content: str, words: str) -> None:
    (project.path / "schemas" / "bad.json").write_text(content)
    project.makepyfile(
        test_bad="""
        import pytest

        @pytest.mark.specmint(schema="schemas/bad.json")
        def test_wrong(specmint_dataset):
            pass
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*UsageError: test_bad.py::test_wrong: *{words.replace('[', '?')}*"])


def test_the_fixture_without_a_marker_says_what_is_missing(project: pytest.Pytester) -> None:
    project.makepyfile("def test_bare(specmint_dataset): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*needs @pytest.mark.specmint(schema=*"])


def test_the_marker_is_listed(project: pytest.Pytester) -> None:
    project.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.specmint(schema, *"])
