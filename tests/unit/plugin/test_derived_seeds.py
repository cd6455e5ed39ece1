"""Seeds from ids."""

from types import SimpleNamespace

import pytest

from pytest_specmint.job import MAX_SEED
from pytest_specmint.plugin import marker
from pytest_specmint.plugin.seeds import derived_seed, function_id, node_id


def test_they_are_what_they_were() -> None:
    assert derived_seed("test_x.py::test_y") == 16215740116384315758


def test_every_input_counts() -> None:
    seeds = [
        derived_seed("a"),
        derived_seed("b"),
        derived_seed("a", "b"),
        derived_seed("ab"),
        derived_seed("a", "", 1),
        derived_seed("a", "", 11),
        derived_seed("a", "1"),
        derived_seed("a", "b", 1),
    ]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


def test_the_greatest_seed_is_the_engines() -> None:
    assert marker.MAX_SEED == MAX_SEED


@pytest.mark.parametrize(("name", "original"), [("test_y[a-1]", "test_y"), ("test_y", None)])
def test_ids(name: str, original: str | None) -> None:
    parent = SimpleNamespace(nodeid="test_x.py::TestA")
    item = SimpleNamespace(
        nodeid=f"test_x.py::TestA::{name}@group", parent=parent, name=name, originalname=original, funcargs={}
    )
    assert node_id(item) == f"test_x.py::TestA::{name}"
    assert function_id(item) == "test_x.py::TestA::test_y"


def test_the_id_of_what_is_no_test() -> None:
    assert node_id(SimpleNamespace(nodeid="pkg/test_x.py", parent=SimpleNamespace())) == "pkg/test_x.py"


def test_half_a_character_in_an_id_is_no_fault() -> None:
    assert derived_seed("\ud800") != derived_seed("\ud801")
