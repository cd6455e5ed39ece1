"""Goldens know the packs that they were made with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.errors import ExitCode, GoldenMismatch
from pytest_specmint.golden.cause import causes
from pytest_specmint.golden.golden import Golden, Terms
from pytest_specmint.golden.materialise import dataset_of
from pytest_specmint.golden.origin import Form, Origin, Subject, origin_of, read_origin
from pytest_specmint.golden.outcome import State
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.update import Action
from pytest_specmint.golden.values import Values

TOP = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
THING = '[{"kind": "thing", "names": ["thing"], "templates": ["{things}"]}]'
SCHEMA: dict[str, Any] = {"type": "object", "required": ["thing"], "properties": {"thing": {"type": "string"}}}
Install = Callable[..., Path]


def install(installed_pack: Install, *words: str, name: str = "acme", **about: Any) -> None:
    installed_pack(name, {"things.txt": TOP + "".join(f"{each}\n" for each in words), "semantics.json": THING}, **about)


def origin(form: Form = Form.RECIPE, schema: Any = SCHEMA, **options: Any) -> Origin:
    dataset = sm.generate(schema, **{"count": 5, "domain": "acme", **options})
    return origin_of(Subject(nodeid="t.py::x", root=Path()), dataset, Values(dataset).content(), form=form)


def test_an_origin_names_packs_and_is_read_again(installed_pack: Install) -> None:
    install(installed_pack, "anvil")
    made = origin()
    assert [(each.name, each.version, len(each.sha256)) for each in made.packs] == [("acme", "1.0", 64)]
    assert made.arguments is not None
    assert made.arguments.domain == ("acme",)
    assert read_origin(made.document(), "x") == made
    assert b'"domain"' in made.document()
    plain = origin(domain=None)
    assert b'"packs"' not in plain.document()
    assert b'"domain"' not in plain.document()
    assert read_origin(plain.document(), "x") == plain


def test_what_changed(installed_pack: Install) -> None:
    install(installed_pack, "anvil")
    install(installed_pack, "bolt", name="other")
    before = origin()
    assert causes(origin(domain=None), before) == ["pack acme 1.0 is used now"]
    assert causes(before, origin(domain=None)) == ["pack acme is not used any more"]
    assert causes(before, origin(domain="other")) == ["pack acme is not used any more", "pack other 1.0 is used now"]
    assert causes(origin(domain="acme,other"), origin(domain="other,acme")) == ["order of packs acme, other -> other, acme"]
    assert causes(before, origin(schema={**SCHEMA, "x-domain": "acme"}, domain=None)) == [
        "schema changed, outside its named properties"
    ]
    install(installed_pack, "rocket")
    assert causes(before, origin()) == ["pack acme 1.0 changed without a new version"]
    install(installed_pack, "anvil", version="1.10")
    newer = origin()
    assert causes(before, newer) == ["pack version acme 1.0 -> 1.10"]
    install(installed_pack, "anvil", version="1.9")
    assert causes(newer, origin()) == [
        "pack version acme 1.10 -> 1.9 (the golden is of a newer pack than the installed one)"
    ]


def test_a_recipe_is_made_again_with_its_packs(installed_pack: Install) -> None:
    install(installed_pack, "anvil", "rocket", "saw")
    made = sm.generate(SCHEMA, count=5, domain="acme")
    assert dataset_of(origin(), Path()).jsonl == made.jsonl


def test_a_recipe_of_other_packs_is_refused(installed_pack: Install) -> None:
    install(installed_pack, "anvil", version="1.1")
    made = origin()
    install(installed_pack, "anvil", version="1.0")
    with pytest.raises(GoldenMismatch, match=r"by pack acme 1\.1, which is newer than the installed 1\.0") as caught:
        dataset_of(made, Path())
    assert "install acme 1.1 or later" in str(caught.value.hint)
    assert caught.value.exit_code is ExitCode.GOLDEN
    install(installed_pack, "anvil", version="1.2")
    with pytest.raises(GoldenMismatch, match=r"by pack acme 1\.1, installed is 1\.2") as caught:
        dataset_of(made, Path())
    assert "--specmint-update-golden" in str(caught.value.hint)
    assert made.arguments is not None
    without = replace(made, arguments=replace(made.arguments, domain=()))
    with pytest.raises(GoldenMismatch, match="which is not named any more"):
        dataset_of(without, Path())
    missing = replace(made, arguments=replace(made.arguments, domain=("nowhere",)))
    with pytest.raises(GoldenMismatch, match="the golden's pack cannot be used: there is no pack 'nowhere'"):
        dataset_of(missing, Path())


def golden(folder: Path, action: Action) -> Golden:
    subject = Subject(nodeid="t.py::x", root=folder)
    return Golden(GoldenStore(folder / "g"), subject, Terms(action=action))


@pytest.mark.parametrize("action", [Action.WRITE, Action.PEND])
def test_a_golden_of_a_newer_pack_is_never_overwritten(installed_pack: Install, tmp_path: Path, action: Action) -> None:
    install(installed_pack, "anvil", version="1.1")
    first = golden(tmp_path, Action.WRITE)
    assert first == sm.generate(SCHEMA, count=5, domain="acme")
    outcome = first.settle(passed=True)
    assert outcome is not None
    assert outcome.state is State.WRITTEN
    kept = (tmp_path / "g.jsonl").read_bytes()

    install(installed_pack, "rocket", version="1.0")
    older = sm.generate(SCHEMA, count=5, domain="acme")
    compared = golden(tmp_path, Action.COMPARE)
    assert not compared == older  # noqa: SIM201 - the golden's own comparison
    assert "pack version acme 1.1 -> 1.0" in "\n".join(compared.explain())

    written = golden(tmp_path, action)
    assert written == older
    with pytest.raises(GoldenMismatch, match=r"by pack acme 1\.1, which is newer than the installed 1\.0"):
        written.settle(passed=True)
    assert (tmp_path / "g.jsonl").read_bytes() == kept

    install(installed_pack, "rocket", version="1.2")
    again = golden(tmp_path, Action.WRITE)
    assert again == sm.generate(SCHEMA, count=5, domain="acme")
    outcome = again.settle(passed=True)
    assert outcome is not None
    assert outcome.cause == ("pack version acme 1.1 -> 1.2",)
    assert b"rocket" in (tmp_path / "g.jsonl").read_bytes()
