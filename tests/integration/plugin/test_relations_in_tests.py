"""Registries in tests: repeat visits through every door, shards, overrides and goldens."""

import json

import pytest

PATIENT = {
    "type": "object",
    "required": ["id", "sex", "born"],
    "properties": {
        "id": {"type": "string", "pattern": "^PT[0-9]{4}$", "x-unique": True},
        "sex": {"enum": ["F", "M"]},
        "born": {"type": "string", "format": "date"},
    },
}
CLAIM = {
    "x-entities": {"patients": {"schema": {"$ref": "patient.json"}, "count": 8}},
    "type": "object",
    "required": ["claim", "patient"],
    "properties": {"claim": {"type": "integer"}, "patient": {"$ref": "patient.json", "x-ref": "patients"}},
}


@pytest.fixture
def clinic(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".json", claim=json.dumps(CLAIM), patient=json.dumps(PATIENT))
    return pytester


def test_every_door(clinic: pytest.Pytester) -> None:
    clinic.makepyfile(
        """
        import pytest
        import pytest_specmint as sm

        pytestmark = pytest.mark.specmint(schema="claim.json", count=60, seed=5)


        def test_dataset(specmint_dataset):
            known = {}
            for each in specmint_dataset:
                patient = each["patient"]
                assert known.setdefault(patient["id"], patient) == patient
            assert len(known) == 8


        def test_override(specmint_factory):
            women = specmint_factory("claim.json", count=40, seed=5, overrides={"/patient/sex": "F"})
            everybody = {each["patient"]["id"]: each["patient"] for each in specmint_factory("claim.json", count=200, seed=5)}
            assert {each["patient"]["sex"] for each in women} == {"F"}
            assert all(everybody[each["patient"]["id"]]["born"] for each in women)


        @sm.specmint_each(schema="claim.json", count=5, seed=5)
        def test_each(specmint_record):
            assert specmint_record["patient"]["id"].startswith("PT")
        """
    )
    clinic.runpytest("-q").assert_outcomes(passed=7)


def test_a_golden_of_a_schema_with_a_registry(clinic: pytest.Pytester) -> None:
    clinic.makepyfile(
        """
        import pytest

        @pytest.mark.specmint(schema="claim.json", count=20, seed=5)
        def test_golden(specmint_dataset, specmint_golden):
            assert specmint_dataset == specmint_golden
        """
    )
    clinic.runpytest("-q", "--specmint-update-golden")
    clinic.runpytest("-q").assert_outcomes(passed=1)
    (clinic.path / "patient.json").write_text(
        json.dumps(
            {
                **PATIENT,
                "required": ["id", "sex", "born", "name"],
                "properties": {**PATIENT["properties"], "name": {"type": "string"}},
            }
        )
    )  # type: ignore[dict-item]
    clinic.runpytest("-q").assert_outcomes(failed=1)


def test_an_unknown_dataset_is_told(clinic: pytest.Pytester) -> None:
    (clinic.path / "lost.json").write_text(json.dumps({"properties": {"a": {"x-ref": "nobody#/id"}}}))
    clinic.makepyfile(
        """
        import pytest

        @pytest.mark.specmint(schema="lost.json")
        def test_it(specmint_dataset):
            pass
        """
    )
    result = clinic.runpytest("-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*x-ref: there is no dataset 'nobody'*"])
