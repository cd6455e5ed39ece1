"""Packs are read file by file; what is wrong with one is told with its file and line."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pytest_specmint.errors import ExitCode
from pytest_specmint.packs.check import check_pack
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.pack import Pack, read_pack, version_key
from pytest_specmint.packs.registry import BUILT_IN, pack_named
from pytest_specmint.version import ENGINE_VERSION

ABOUT = """{
  "name": "acme",
  "version": "1.0",
  "title": "Acme",
  "description": "What Acme does.",
  "licence": "MIT",
  "sources": [
    {"title": "ours", "licence": "MIT"}
  ]
}
"""
TOP = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
WHOLE = {
    "pack.json": ABOUT,
    "things.txt": f"{TOP}anvil\nrocket\n",
    "tables/shops.csv": f'{TOP}code,town,"floors"\nA1,"Amber, Old Town",3\nB2,Brook,1\n',
    "semantics.json": '[\n {"kind": "thing", "names": ["thing"], "templates": ["{things} of {shops.town|lower}"]}\n]\n',
    "rules.yaml": "- id: few\n  assert: n < 9\n- id: shop\n  assert: code in table('shops.code')\n",
    "context.md": "# Acme\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, "str | bytes | None"]], Path]:
    """The folder of a pack that is whole but for what is given."""

    def write(changes: Mapping[str, "str | bytes | None"]) -> Path:
        for name, content in {**WHOLE, **changes}.items():
            path = tmp_path / "acme" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "acme"

    return write


def test_a_whole_pack(folder: Callable[..., Path]) -> None:
    pack = read_pack(folder({}))
    check_pack(pack)
    assert (pack.name, pack.version, pack.about.title) == ("acme", "1.0", "Acme")
    assert pack.lists["things"] == ("anvil", "rocket")
    shops = pack.tables["shops"]
    assert shops.columns == ("code", "town", "floors")
    assert shops.rows == (("A1", "Amber, Old Town", "3"), ("B2", "Brook", "1"))
    assert shops.column("town") == ("Amber, Old Town", "Brook")
    assert (shops.title, shops.source, shops.licence) == ("Things.", "written for this test", "MIT")
    assert [rule.id for rule in pack.rules] == ["few", "shop"]
    assert pack.meanings[0].templates == ("{things} of {shops.town|lower}",)
    assert pack.context == "# Acme\n"
    with pytest.raises(KeyError):
        shops.column("size")
    with pytest.raises(AttributeError):
        shops.rows = ()  # type: ignore[misc]


def test_nothing_is_read_before_it_is_needed(folder: Callable[..., Path]) -> None:
    broken = {
        "things.txt": b"\xff",
        "tables/shops.csv": "x",
        "semantics.json": "{",
        "rules.yaml": "{",
        "context.md": b"\xff",
    }
    pack = read_pack(folder(broken))
    assert pack.name == "acme"
    assert "things" in pack.lists
    assert "shops" in pack.tables
    for read in (
        lambda: pack.lists["things"],
        lambda: pack.tables["shops"],
        lambda: pack.meanings,
        lambda: pack.rules,
        lambda: pack.context,
    ):
        with pytest.raises(PackError):
            read()


def test_a_pack_of_little(tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text(ABOUT)
    pack = read_pack(tmp_path)
    check_pack(pack)
    assert (len(pack.lists), len(pack.tables), pack.meanings, pack.rules, pack.context) == (0, 0, (), (), "")


def test_the_digest_tells_states_of_a_pack_apart(folder: Callable[..., Path]) -> None:
    before = read_pack(folder({})).sha256
    assert read_pack(folder({"README.md": "not of the pack"})).sha256 == before
    seen = {before}
    for name, content in WHOLE.items():
        seen.add(read_pack(folder({name: content + "\n"})).sha256)
    assert len(seen) == 1 + len(WHOLE)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("pack.json", "{\n ?", "pack.json, line 2"),
        (
            "pack.json",
            ABOUT.replace('"MIT",\n', '"MIT",\n  "licences": 1,\n', 1),
            "line 7: Object contains unknown field `licences`",
        ),
        ("pack.json", ABOUT.replace('"1.0"', '"one"'), "pack.json, line 3: 'one' is not a version"),
        ("pack.json", ABOUT.replace('"1.0"', "1"), "pack.json, line 3: Expected `str`, got `int`"),
        ("pack.json", ABOUT.replace('"acme"', '"Acme Inc"'), "pack.json, line 2: 'Acme Inc' cannot be a pack's name"),
        ("pack.json", ABOUT.replace('"title": "ours", ', ""), "line 8: Object missing required field `title`"),
        ("pack.json", ABOUT.replace('  "licence": "MIT",\n', ""), "missing required field `licence`"),
        (
            "pack.json",
            ABOUT.replace('"licence": "MIT",\n', '"licence": "MIT", "engine": "new",\n'),
            "line 6: engine 'new'",
        ),
        ("pack.json", ABOUT.encode("utf-16"), "pack.json, line 1: is not UTF-8"),
        ("things.txt", f"{TOP}anvil\nrocket\nanvil\n", "things.txt, line 6: 'anvil' stands on line 4 already"),
        ("things.txt", f"{TOP}anvil \n", "things.txt, line 4: 'anvil ' begins or ends with a blank"),
        ("things.txt", f"{TOP}an\u200bvil\n", "things.txt, line 4:"),
        ("things.txt", f"{TOP}cafe\u0301\n", "things.txt, line 4: is not in Unicode's normal form C"),
        ("things.txt", TOP.encode() + b"caf\xe9\n", "things.txt, line 4: is not UTF-8"),
        ("things.txt", TOP, "things.txt: holds no words"),
        ("things.txt", "anvil\n", "things.txt: the comments on top do not say source and licence"),
        ("tables/shops.csv", f"{TOP}code,town,floors\nA1,x\n", "tables/shops.csv, line 5: 2 cells below 3 columns"),
        ("tables/shops.csv", f"{TOP}code,town,floors\nA1,,1\n", "line 5: town is empty"),
        (
            "tables/shops.csv",
            f"{TOP}code,town,floors\nA,x,1\n\nA,y,1\n",
            "line 7: the key 'A' stands on line 5 already",
        ),
        ("tables/shops.csv", f"{TOP}code,code,floors\nA,x,1\n", "line 4: two columns are named 'code'"),
        ("tables/shops.csv", f"{TOP}code,Town,floors\nA,x,1\n", "line 4: 'Town' cannot be a column's name"),
        ("tables/shops.csv", f'{TOP}code,town,floors\nA,x,1\nB,"x"y,1\n', "line 6: is not CSV"),
        ("tables/shops.csv", f"{TOP}code,town,floors\nA, x,1\n", "line 5: town ' x' begins or ends with a blank"),
        ("tables/shops.csv", f"{TOP}code,town,floors\n", "tables/shops.csv: holds no rows"),
        ("tables/shops.csv", "code,town\nA,x\n", "tables/shops.csv: the comments on top do not say source"),
        (
            "tables/shops.csv",
            f"# Weight: floors\n{TOP}code,town\nA,x\n",
            "line 5: there is no column 'floors' to weigh by",
        ),
        ("tables/shops.csv", f"# Weight: n\n{TOP}code,n\nA,1\nB,0\n", "line 7: '0' cannot be a weight"),
        ("tables/shops.csv", f"# Weight: n\n{TOP}code,n\nA,1.5\n", "line 6: '1.5' cannot be a weight"),
        ("tables/shops.csv", f"# Weight: n\n{TOP}code,n\nA,-1\n", "line 6: '-1' cannot be a weight"),
        ("tables/shops.csv", f"# Group: n\n{TOP}code,m\nA,1\n", "line 5: there is no column 'n' to group by"),
        ("tables/shops.csv", f"# Join: town towns\n{TOP}code,town\nA,x\n", "'town towns' joins no table"),
        ("tables/shops.csv", f"# Join: twon shops\n{TOP}code,town\nA,x\n", "'twon shops' joins no table"),
        ("semantics.json", "[\n {]", "semantics.json, line 2: is not JSON"),
        ("semantics.json", "{}", "semantics.json: is not a list"),
        (
            "semantics.json",
            '[\n {"kind": "a", "names": ["a"], "templates": ["x"]},\n 3]',
            "semantics.json, line 3: a meaning is an object",
        ),
        ("semantics.json", '[{"kind": "a", "name": ["a"]}]', "line 1: unknown key 'name'; did you mean 'names'?"),
        ("semantics.json", '[{"kind": "a", "names": [], "templates": ["x"]}]', "a: names must be a list of texts"),
        ("semantics.json", '[{"kind": "a", "names": ["a"]}]', "a: templates must be a list of texts"),
        (
            "semantics.json",
            '[{"kind": "a", "names": ["aB"], "templates": ["x"]}]',
            "the name 'aB' is not in snake case",
        ),
        ("semantics.json", '[{"kind": "", "names": ["a"], "templates": ["x"]}]', "kind must be a name in snake case"),
        (
            "rules.yaml",
            "- id: few\n  assert: n < 9\n- id: few\n  assert: n < 8\n",
            "rules.yaml, line 3: two rules are named 'few'",
        ),
        ("rules.yaml", "- id: few\n  assrt: n < 9\n", "rules.yaml, line 1: unknown key 'assrt'"),
        ("rules.yaml", "- id: few\n  assert: [\n", "rules.yaml"),
        ("rules.yaml", "- id: few\n  severity: bad\n  assert: n < 9\n", "rules.yaml, line 2: 'bad' is no severity"),
        ("rules.yaml", "- id: few\n  assert: n.upper() == 3\n", "rules.yaml, line 2: only the functions"),
        ("rules.yaml", "- id: few\n  assert: n in table('shop')\n", "rules.yaml, line 2: there is no table 'shop'"),
        (
            "rules.yaml",
            "- id: few\n  assert: n < 2\n- id: many\n  assert: n > 2\n",
            "rules.yaml, line 1: rules that cannot hold together: few, many",
        ),
        ("rules.yaml", "- id: few\n  assert: a < 2\n  rate: 0.5\n", "rules.yaml, line 3"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    folder: Callable[..., Path], file: str, content: "str | bytes", words: str
) -> None:
    with pytest.raises(PackError) as caught:
        check_pack(read_pack(folder({file: content})))
    assert words in str(caught.value)
    assert file in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{thing}", "there is no list 'thing'; did you mean 'things'?"),
        ("{things|loud}", "there is no transform 'loud'"),
        ("{shop.town}", "there is no table 'shop'; did you mean 'shops'?"),
        ("{shops.towns}", "there is no column 'towns'; did you mean 'town'?"),
        ("{9..1}", "the range is empty"),
        ("{hex:x}", "needs a number"),
    ],
)
def test_templates_name_what_there_is(folder: Callable[..., Path], template: str, words: str) -> None:
    rows = f'[{{"kind": "thing", "names": ["thing"], "templates": ["{template}"]}}]'
    with pytest.raises(PackError) as caught:
        check_pack(read_pack(folder({"semantics.json": rows})))
    assert words in str(caught.value)
    assert "semantics.json, line 1: thing: {" in str(caught.value)


@pytest.mark.parametrize("template", ["{things}", "{shops.code|lower}", "{cities}", "{1..9}{01..09}", "{hex:4}-{AZ:2}"])
def test_templates_may_name_what_the_base_has(folder: Callable[..., Path], template: str) -> None:
    rows = f'[{{"kind": "thing", "names": ["thing"], "templates": ["{template}"]}}]'
    check_pack(read_pack(folder({"semantics.json": rows})))


@pytest.mark.parametrize(
    ("demand", "fits"),
    [
        (f">={ENGINE_VERSION}", True),
        (f">={ENGINE_VERSION + 1}", False),
        (f">=1, <{ENGINE_VERSION + 1}", True),
        (f">=1,<{ENGINE_VERSION}", False),
    ],
)
def test_the_engine_that_a_pack_is_made_for(folder: Callable[..., Path], demand: str, fits: bool) -> None:
    about = ABOUT.replace('"licence": "MIT",\n', f'"licence": "MIT",\n  "engine": "{demand}",\n', 1)
    if fits:
        assert read_pack(folder({"pack.json": about})).about.engine == demand
        return
    with pytest.raises(PackError, match=f"is made for engine {demand}, this is {ENGINE_VERSION}") as caught:
        read_pack(folder({"pack.json": about}))
    assert "newer" in str(caught.value.hint)


def test_a_folder_without_a_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"is not a pack: it has no pack\.json"):
        read_pack(tmp_path)


def test_versions_compare_by_their_numbers() -> None:
    assert sorted(["1.10", "1.9", "2", "1.9.1", "0.1"], key=version_key) == ["0.1", "1.9", "1.9.1", "1.10", "2"]
    assert version_key("1.0") == version_key("1")


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_built_in_packs_are_whole(name: str) -> None:
    pack = pack_named(name)
    check_pack(pack)
    assert isinstance(pack, Pack)
    assert pack.name == name
    assert pack.about.licence == "MIT"
    assert pack.about.sources
    if name != "base":
        assert pack.lists
        assert pack.tables
        assert pack.meanings
        assert pack.rules
        assert pack.context


def test_joined_tables(installed_pack: Callable[..., Path]) -> None:
    towns = f"{TOP}name,state\nAmberford,OR\nBrightwater,WA\n"
    shops = f"# Join: town towns\n{TOP}code,town\nA,Amberford\nB,Brightwater\nC,Amberford\n"
    installed_pack("acme", {"tables/towns.csv": towns, "tables/shops.csv": shops})
    table = pack_named("acme").tables["shops"]
    assert table.columns == ("code", "town", "town_state")
    assert table.column("town_state") == ("OR", "WA", "OR")
    installed_pack("acme", {"tables/towns.csv": towns, "tables/shops.csv": shops + "D,Cedarton\n"})
    with pytest.raises(PackError, match=r"shops\.csv: town 'Cedarton' is no key of the table 'towns'"):
        _ = pack_named("acme").tables["shops"]
    again = shops.replace("code,town\nA,Amberford\nB,Brightwater\nC,Amberford", "code,town,town_state\nA,Amberford,x")
    installed_pack("acme", {"tables/towns.csv": towns, "tables/shops.csv": again})
    with pytest.raises(PackError, match=r"joining 'towns' makes a second column 'town_state'"):
        _ = pack_named("acme").tables["shops"]
