"""Which packs a dataset is made with, and what becomes of its bytes and its identity."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint import plan_cache
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.check import check_pack
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.pack import read_pack
from pytest_specmint.packs.registry import offers, pack_named
from pytest_specmint.packs.vocabulary import vocabulary_of
from pytest_specmint.pipeline.blocks import line_blocks
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.notices import notices

TOP = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
THING = '[{"kind": "thing", "names": ["thing"], "templates": ["{things}"]}]'
SCHEMA: dict[str, Any] = {"type": "object", "required": ["thing"], "properties": {"thing": {"type": "string"}}}

Install = Callable[..., Path]


def words(*entries: str) -> str:
    return TOP + "".join(f"{each}\n" for each in entries)


def made(schema: Any = SCHEMA, **options: Any) -> set[str]:
    return {record["thing"] for record in sm.generate(schema, **{"count": 60, **options})}


# ---------------------------------------------------------------- by name


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, ()),
        ("fintech", ("fintech",)),
        ("fintech, acme", ("fintech", "acme")),
        (["fintech", "acme"], ("fintech", "acme")),
        (("fintech,ecommerce", "acme"), ("fintech", "ecommerce", "acme")),
    ],
)
def test_names(given: Any, names: tuple[str, ...]) -> None:
    assert domain_names(given) == names


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("fintech,fintech", "domain names the pack 'fintech' twice"),
        (["acme", "fintech", "acme"], "domain names the pack 'acme' twice"),
        ("", "domain must name packs, not ''"),
        (["acme", 3], "domain must name packs, not 3"),
        (7, "domain must name packs, not 7"),
        ("base", "which is always there"),
    ],
)
def test_what_names_no_pack(given: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        sm.generate(SCHEMA, domain=given)
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_missing_pack() -> None:
    with pytest.raises(PackError, match="there is no pack 'finteck'") as caught:
        sm.generate(SCHEMA, domain="finteck")
    assert "did you mean 'fintech'?" in str(caught.value.hint)
    assert "pip install" in str(caught.value.hint)
    assert "specmint.packs" in str(caught.value.hint)


# ---------------------------------------------------------------- by the schema


@pytest.mark.parametrize(
    "schema",
    [
        {**SCHEMA, "x-domain": "acme"},
        {**SCHEMA, "x-domain": ["acme"]},
        {"$ref": "#/$defs/a", "$defs": {"a": {**SCHEMA, "x-domain": "acme"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": SCHEMA}, "x-domain": "acme"},
        {"allOf": [{**SCHEMA, "x-domain": "acme"}]},
    ],
)
def test_a_schema_names_its_packs(installed_pack: Install, schema: Any) -> None:
    installed_pack("acme", {"things.txt": words("anvil", "rocket"), "semantics.json": THING})
    assert made(schema) == {"anvil", "rocket"}


def test_a_part_of_a_document_has_the_packs_of_the_whole(installed_pack: Install, schema_file: Any) -> None:
    installed_pack("acme", {"things.txt": words("anvil"), "semantics.json": THING})
    path = schema_file({"x-domain": "acme", "$defs": {"a": SCHEMA, "b": {**SCHEMA, "x-domain": []}}})
    assert made(f"{path}#/$defs/a") == {"anvil"}
    assert made(f"{path}#/$defs/b") != {"anvil"}


def test_a_schema_keeps_its_packs_when_values_are_given(installed_pack: Install, schema_file: Any) -> None:
    from pytest_specmint.overrides.compose import composed
    from pytest_specmint.overrides.read import read_overrides

    installed_pack("acme", {"things.txt": words("anvil"), "semantics.json": THING})
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "n": {"type": "integer"}}, "x-domain": "acme"}
    path = schema_file({"$defs": {"a": schema}})
    records = list(composed(sm.generate(f"{path}#/$defs/a").job, read_overrides({}, {"n": 3})))
    assert {record["thing"] for record in records} == {"anvil"}
    assert {record["n"] for record in records} == {3}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "x-domain must name packs, not 3"),
        (["fintech", None], "x-domain must name packs, not None"),
        (["fintech", "fintech"], "x-domain names the pack 'fintech' twice"),
        ("", "x-domain must name packs"),
    ],
)
def test_what_a_schema_cannot_name(value: Any, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        sm.generate({**SCHEMA, "x-domain": value})
    assert message in str(caught.value)
    assert caught.value.pointer == "#/x-domain"


def test_both_may_name_the_same_pack_and_the_call_comes_first(installed_pack: Install) -> None:
    installed_pack("one", {"things.txt": words("anvil"), "semantics.json": THING})
    installed_pack("two", {"things.txt": words("rocket"), "semantics.json": THING})
    schema = {**SCHEMA, "x-domain": ["one", "two"]}
    assert made(schema) == {"anvil"}
    assert made(schema, domain="two") == {"rocket"}
    job = sm.generate(schema, domain="two").job
    assert [pack.name for pack in job.packs()] == ["two", "one"]


def test_where_a_schema_names_packs_without_effect() -> None:
    inner = {"type": "string", "x-domain": "fintech"}
    schema = {
        "x-domain": "fintech",
        "$ref": "#/$defs/a",
        "$defs": {"a": {"x-domain": "fintech", "allOf": [{"x-domain": "fintech", "properties": {"a": inner}}]}},
    }
    (notice,) = notices(load_schema(schema))
    assert notice.name == "x-domain"
    assert notice.places == ("#/$defs/a/allOf/0/properties/a",)


# ---------------------------------------------------------------- what comes of it


def named(path: str) -> Any:
    """A schema without the pack that it names, and without rules, which know the pack's tables."""
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    return {key: value for key, value in schema.items() if key not in {"x-domain", "x-rules"}}


def test_without_packs_nothing_changes() -> None:
    plain = sm.generate(named("schemas/fintech/payment_transaction.json"), seed=1, count=20)
    assert "packs" not in plain.manifest
    assert plain.job.packs() == ()
    assert "--domain" not in plain.command(0)


def test_packs_are_part_of_the_identity(installed_pack: Install) -> None:
    plain = sm.generate(SCHEMA, count=5)
    installed_pack("acme")
    first = sm.generate(SCHEMA, count=5, domain="acme")
    assert first.jsonl == plain.jsonl  # a pack that says nothing
    assert first.manifest["packs"] == [{"name": "acme", "version": "1.0"}]
    installed_pack("acme", version="1.1")
    second = sm.generate(SCHEMA, count=5, domain="acme")
    assert len({each.manifest["dataset_id"] for each in (plain, first, second)}) == 3
    assert second.manifest["packs"] == [{"name": "acme", "version": "1.1"}]
    assert second.command(3).endswith("--index 3 --as-of 2025-01-01 --domain acme")


@pytest.mark.parametrize("domain", ["healthcare", "fintech", "ecommerce"])
def test_the_bytes_do_not_depend_on_how_they_are_made(domain: str) -> None:
    schema = {
        "healthcare": "schemas/healthcare/claim_837p_slim.json",
        "fintech": "schemas/fintech/payment_transaction.json",
        "ecommerce": "schemas/ecommerce/product_catalog.json",
    }[domain]
    whole = sm.generate(schema, seed=3, count=300, domain=domain)
    assert whole.jsonl == sm.generate(schema, seed=3, count=300).jsonl  # it names its pack
    assert whole.jsonl != sm.generate(named(schema), seed=3, count=300).jsonl
    parallel = b"".join(map(bytes, line_blocks(whole.job, Execution(2, block=64))))
    assert parallel == whole.jsonl
    part = sm.generate(schema, seed=3, count=7, start=150, domain=domain)
    assert part.jsonl == b"".join(whole.jsonl.splitlines(keepends=True)[150:157])
    assert sm.validate(schema, whole).valid == 300


def test_near_misses_and_boundary_values_take_packs(installed_pack: Install) -> None:
    installed_pack("acme", {"things.txt": words("anvil"), "semantics.json": THING})
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "n": {"type": "integer"}}, "required": ["thing", "n"]}
    missed = sm.near_misses(schema, count=40, domain="acme")
    assert "anvil" in [miss.record.get("thing") for miss in missed if isinstance(miss.record, dict)]
    edges = sm.generate(schema, count=40, mode="edge", domain="acme")
    assert "anvil" in {record["thing"] for record in edges}


def test_a_run_without_packs_reads_none() -> None:
    code = (
        "import sys, pytest_specmint as sm\n"
        "list(sm.generate({'properties': {'name': {'type': 'string'}}}, count=3))\n"
        "print([m for m in ('yaml', 'importlib.metadata', 'csv', 'pytest_specmint.packs.registry') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- several packs


def test_each_pack_means_its_own_lists(installed_pack: Install) -> None:
    installed_pack("one", {"things.txt": words("anvil"), "semantics.json": THING})
    other = THING.replace('"thing"', '"gadget"').replace("{things}", "{things|upper} from {carriers}")
    installed_pack("two", {"things.txt": words("rocket"), "semantics.json": other, "carriers.txt": words("Aston")})
    schema = {"type": "object", "required": ["thing", "gadget", "carrier"], "additionalProperties": False}
    schema["properties"] = {name: {"type": "string"} for name in ("thing", "gadget", "carrier")}
    records = list(sm.generate(schema, count=40, domain=["one", "two"]))
    assert {record["thing"] for record in records} == {"anvil"}
    assert {record["gadget"] for record in records} == {"ROCKET from Aston"}
    assert {record["carrier"] for record in records} == {"Aston"}  # what the base says means what comes first


def test_the_base_is_meant_where_a_pack_has_no_such_list(installed_pack: Install) -> None:
    installed_pack("one", {"cities.txt": words("Aston")})
    installed_pack("two", {"semantics.json": THING.replace("{things}", "{cities}")})
    assert "Aston" not in made(domain=["one", "two"], count=500)
    vocabulary = vocabulary_of((pack_named("one"), pack_named("two")), base_vocabulary())
    assert vocabulary.lists["cities"] == ("Aston",)
    assert "Abbot Hollow" in vocabulary.lists["base/cities"]
    assert "two/cities" not in vocabulary.lists
    assert "none/cities" not in vocabulary.lists


def test_tables_are_known_by_their_columns(installed_pack: Install) -> None:
    table = f"{TOP}code,town\nA1,Aston\nB2,Brook\n"
    files = {"tables/shops.csv": table, "semantics.json": THING.replace("{things}", "{shops.code}/{shops.town|lower}")}
    installed_pack("acme", files)
    assert made(domain="acme") <= {f"{a}/{b}" for a in ("A1", "B2") for b in ("aston", "brook")}
    vocabulary = vocabulary_of((pack_named("acme"),), base_vocabulary())
    assert vocabulary.tables["shops"].rows == (("A1", "Aston"), ("B2", "Brook"))
    assert vocabulary.lists["shops.town"] == ("Aston", "Brook")
    assert "shops.size" not in vocabulary.lists
    assert len(vocabulary.lists) == len(list(vocabulary.lists))


def test_two_packs_with_a_table_of_the_same_name(installed_pack: Install) -> None:
    for name, code in (("one", "A1"), ("two", "B2")):
        meaning = f'[{{"kind": "t", "names": ["{name}"], "templates": ["{{shops.code}}"]}}]'
        installed_pack(name, {"tables/shops.csv": f"{TOP}code,town\n{code},Aston\n", "semantics.json": meaning})
    schema = {"type": "object", "required": ["one", "two"], "properties": {"one": {"type": "string"}}}
    schema["properties"]["two"] = {"type": "string"}  # type: ignore[index]
    records = list(sm.generate(schema, count=20, domain="one,two"))
    assert {(record["one"], record["two"]) for record in records} == {("A1", "B2")}
    vocabulary = vocabulary_of((pack_named("one"), pack_named("two")), base_vocabulary())
    assert vocabulary.tables["two/shops"].rows[0][0] == "B2"


# ---------------------------------------------------------------- packs of others


def test_two_packs_of_one_name(installed_pack: Install) -> None:
    installed_pack("acme", dist="acme-one")
    installed_pack("acme", dist="acme-two", version="2.0")
    with pytest.raises(PackError, match="two packs are named 'acme'") as caught:
        sm.generate(SCHEMA, domain="acme")
    assert "acme-one 1.0 (acme_one) and by acme-two 2.0 (acme_two)" in str(caught.value)
    assert "uninstall" in str(caught.value.hint)


def test_a_pack_named_as_one_of_ours(installed_pack: Install) -> None:
    installed_pack("fintech", dist="their-fintech")
    with pytest.raises(
        PackError, match=r"two packs are named 'fintech': by pytest-specmint .* and by their-fintech 1.0"
    ):
        sm.generate(SCHEMA, domain="fintech")
    assert sm.generate(SCHEMA, domain="healthcare").job.packs()[0].name == "healthcare"


def test_an_entry_point_may_name_a_pack_object(installed_pack: Install, tmp_path: Path) -> None:
    code = "from pathlib import Path\nfrom pytest_specmint.packs.pack import read_pack\nPACK = read_pack(Path(__file__).parent)\n"
    files = {"__init__.py": code, "things.txt": words("anvil"), "semantics.json": THING}
    installed_pack("acme", files, value="acme_acme:PACK")
    assert made(domain="acme") == {"anvil"}
    assert pack_named("acme").provider == "acme-acme 1.0 (acme_acme:PACK)"


@pytest.mark.parametrize(
    ("files", "value", "message"),
    [
        ({"__init__.py": "import nowhere_to_be_found"}, "", "cannot be loaded: ModuleNotFoundError"),
        ({"__init__.py": "1 / 0"}, "", "cannot be loaded: ZeroDivisionError"),
        ({"__init__.py": "raise SystemExit(3)"}, "", "cannot be loaded: SystemExit"),
        ({}, "acme_acme:NOTHING", "cannot be loaded: AttributeError"),
        ({"__init__.py": "PACK = 3"}, "acme_acme:PACK", "is a int, not a pack"),
        ({"pack.json": "{"}, "", "pack.json"),
        (
            {"pack.json": '{"name": "x", "version": "1", "title": "", "description": "", "licence": ""}'},
            "",
            "calls itself 'x'",
        ),
    ],
)
def test_a_broken_pack(installed_pack: Install, files: dict[str, str], value: str, message: str) -> None:
    installed_pack("acme", files, value=value)
    with pytest.raises(PackError) as caught:
        sm.generate(SCHEMA, domain="acme")
    assert message in str(caught.value)
    assert "acme-acme 1.0" in str(caught.value)
    assert caught.value.hint
    assert made(domain="fintech")  # others are not concerned


def test_all_packs_are_offered_ours_first(installed_pack: Install) -> None:
    installed_pack("zebra")
    installed_pack("acme")
    assert list(offers()) == ["healthcare", "fintech", "ecommerce", "base", "acme", "zebra"]


def test_a_pack_is_read_from_its_folder(installed_pack: Install) -> None:
    folder = installed_pack("acme", {"things.txt": words("anvil")})
    assert read_pack(folder).lists["things"] == pack_named("acme").lists["things"] == ("anvil",)


def test_a_pack_in_a_zip_file(installed_pack: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = f"{TOP}code,town\nA1,Aston\n"
    files = {"things.txt": words("anvil"), "semantics.json": THING, "tables/shops.csv": table, "context.md": "Words."}
    folder = installed_pack("acme", {**files, "rules.yaml": "- id: r\n  assert: thing in table('shops.code')\n"})
    site = folder.parent
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", site)
    shutil.rmtree(site)
    monkeypatch.syspath_prepend(archive)
    pack = pack_named("acme")
    check_pack(pack)
    assert pack.lists["things"] == ("anvil",)
    assert pack.tables["shops"].rows == (("A1", "Aston"),)
    assert (len(pack.rules), pack.context, len(pack.sha256)) == (1, "Words.", 64)
    assert made(domain="acme", schema={**SCHEMA, "properties": {"thing": {"type": "string", "maxLength": 9}}})


def test_domains_of_a_pack_are_nobodys(installed_pack: Install) -> None:
    installed_pack("acme", {"domains.txt": words("shop.example", "mail.acme.test", "example.com")})
    email = {"type": "object", "required": ["thing"], "properties": {"thing": {"type": "string", "format": "email"}}}
    assert {address.partition("@")[2] for address in made(email, domain="acme")} <= {
        "shop.example",
        "mail.acme.test",
        "example.com",
    }
    installed_pack("acme", {"domains.txt": words("shop.example", "acme.com")})
    with pytest.raises(PackError, match=r"domains\.txt: 'acme\.com', its 2\. word, may be somebody's"):
        made(email, domain="acme")


def test_a_kept_plan_is_that_of_the_pack_as_it_is(installed_pack: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words may change without a new version while a pack is written."""
    seen = []
    kept = plan_cache.recalled
    monkeypatch.setattr(
        plan_cache, "recalled", lambda identity, compiled: seen.append(identity) or kept(identity, compiled)
    )
    for word in ("anvil", "rocket", "anvil"):
        installed_pack("acme", {"things.txt": words(word), "semantics.json": THING})
        assert made(domain="acme") == {word}
    assert seen[0] == seen[2] != seen[1]
