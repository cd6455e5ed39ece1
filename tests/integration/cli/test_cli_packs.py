"""`specmint-cli packs`, and packs of others: from a template to a wheel to data."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.errors import ExitCode
from tests import documents

Run = Callable[..., tuple[int, str, str]]
NEIGHBOURS = ("insta", "randomly", "rerunfailures", "asyncio", "hypothesispytest", "pytest_cov")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """The schema of payments, naming no pack."""
    schema = json.loads(Path("schemas/fintech/payment_transaction.json").read_text(encoding="utf-8"))
    path = tmp_path / "payment.json"
    path.write_text(json.dumps({key: value for key, value in schema.items() if key != "x-domain"}), encoding="utf-8")
    return str(path)


def generated(run: Run, schema: str, *options: str) -> tuple[int, list[Any], str]:
    code, out, err = run("generate", "--schema", schema, "--count", "30", "--stdout", *options)
    return code, [json.loads(line) for line in out.splitlines()], err


def test_domain_may_be_given_again(run: Run, plain: str) -> None:
    code, records, _ = generated(run, plain, "--domain", "fintech", "--domain", "ecommerce")
    assert code == 0
    assert all(record["requires_approval"] for record in records if record["amount"] > 10_000)
    assert generated(run, plain, "--domain", "fintech,ecommerce")[1] == records
    assert generated(run, plain)[1] != records


def test_domain_is_a_setting(run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, wanted, _ = generated(run, plain, "--domain", "fintech,ecommerce")
    for text in ('domain = ["fintech", "ecommerce"]', 'domains = "fintech, ecommerce"'):
        config = tmp_path / "specmint.toml"
        config.write_text(text)
        assert generated(run, plain, "--config", str(config))[1] == wanted
    monkeypatch.setenv("SPECMINT_DOMAIN", "fintech,ecommerce")
    assert generated(run, plain)[1] == wanted
    (tmp_path / "specmint.toml").write_text("domain = [3]")
    code, _, err = generated(run, plain, "--config", str(tmp_path / "specmint.toml"))
    assert code == ExitCode.USAGE
    assert "domain from" in err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--domain", "fintech", "--domain", "fintech"), "names the pack 'fintech' twice"),
        (("--domain", "fintehc"), "did you mean 'fintech'?"),
        (("--domain", ""), "must name packs"),
    ],
)
def test_what_names_no_pack_is_a_usage_error(run: Run, plain: str, given: tuple[str, ...], words: str) -> None:
    code, _, err = generated(run, plain, *given)
    assert code == ExitCode.USAGE
    assert words in err
    assert "hint: " in err


def test_the_manifest_names_the_packs(run: Run, tmp_path: Path) -> None:
    schema = "schemas/fintech/payment_transaction.json"
    assert run("generate", "--schema", schema, "--domain", "fintech", "--out", str(tmp_path / "o"), "--quiet")[0] == 0
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text())
    assert manifest["packs"] == [{"name": "fintech", "version": "1.1"}]


def test_inspect_and_benchmark_take_packs(run: Run, plain: str) -> None:
    schema = plain
    code, out, _ = run("inspect", "--schema", schema, "--domain", "fintech", "--json")
    assert code == 0
    assert "payment_purpose" in out
    assert "packs:     fintech 1.1\n" in run("inspect", "--schema", schema, "--domain", "fintech")[1]
    assert "packs:" not in run("inspect", "--schema", schema)[1]
    code, out, _ = run(
        "benchmark", "--schema", schema, "--domain", "fintech", "--runs", "1", "--counts", "10", "--json"
    )
    assert code == 0


# ---------------------------------------------------------------- packs list, show


def test_list(run: Run, installed_pack: Callable[..., Path]) -> None:
    installed_pack("acme", version="2.1")
    installed_pack("fintech", dist="their-fintech")
    code, out, _ = run("packs", "list", "--json")
    assert code == 0
    rows = {(row["name"], row["from"].partition(" ")[0]): row for row in documents.read("packs list", out)["packs"]}
    assert [name for name, _ in rows] == ["healthcare", "fintech", "fintech", "ecommerce", "base", "acme"]
    assert rows["acme", "acme-acme"]["version"] == "2.1"
    assert rows["healthcare", "pytest-specmint"]["tables"] > 0
    assert "2 packs have this name" in rows["fintech", "their-fintech"]["problem"]
    assert "2 packs have this name" in rows["fintech", "pytest-specmint"]["problem"]
    text = run("packs", "list")[1].splitlines()
    assert text[0].split() == ["pack", "version", "lists", "tables", "meanings", "rules", "from"]
    assert any(line.startswith("acme ") and "2.1" in line for line in text)


def test_list_names_what_is_broken_and_goes_on(run: Run, installed_pack: Callable[..., Path]) -> None:
    installed_pack("acme", {"semantics.json": "["})
    code, out, _ = run("packs", "list")
    assert code == 0
    assert "problem: pack acme: semantics.json, line 1: is not JSON" in out
    assert "base" in out


@pytest.mark.parametrize("name", ["healthcare", "fintech", "ecommerce", "base"])
def test_show(run: Run, name: str) -> None:
    code, out, err = run("packs", "show", name, "--json")
    assert code == 0, err
    shown = documents.read("packs show", out)
    assert shown["name"] == name
    assert len(shown["sha256"]) == 64
    for each in (*shown["lists"].values(), *shown["tables"].values()):
        assert each["source"]
        assert each["licence"]
        assert each.get("words") or each.get("rows")
    assert all(each["templates"] for each in shown["meanings"])
    text = run("packs", "show", name)[1]
    assert text.startswith(f"{name} {shown['version']}: {shown['title']}\n")
    for each in (*shown["lists"], *shown["tables"], *(rule["id"] for rule in shown["rules"])):
        assert f"\n  {each}" in text
    assert all(Path(example["schema"]).is_file() for example in shown["examples"])


def test_show_a_folder_that_is_not_installed(run: Run, installed_pack: Callable[..., Path]) -> None:
    folder = installed_pack("acme", {"semantics.json": "[\n3]"})
    code, _, err = run("packs", "show", str(folder))
    assert code == ExitCode.USAGE
    assert "pack acme: semantics.json, line 2: a meaning is an object" in err
    (folder / "semantics.json").write_text("[]")
    code, out, _ = run("packs", "show", str(folder))
    assert code == 0
    assert out.startswith("acme 1.0: acme\n")
    assert documents.read("packs show", run("packs", "show", str(folder), "--json")[1])["from"] == ""


def test_show_nothing_of_this_name(run: Run) -> None:
    code, _, err = run("packs", "show", "helthcare")
    assert code == ExitCode.USAGE
    assert "did you mean 'healthcare'?" in err


# ---------------------------------------------------------------- packs init


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "north-sea"
    assert main(["packs", "init", str(folder)]) == 0
    return folder


def test_init_writes_a_project(project: Path) -> None:
    files = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    module = "src/specmint_pack_north_sea"
    assert files == {
        "README.md",
        "pyproject.toml",
        "schemas/shipment.json",
        "tests/test_pack.py",
        *(f"{module}/{name}" for name in ("__init__.py", "cargo.txt", "context.md", "pack.json", "rules.yaml")),
        f"{module}/semantics.json",
        f"{module}/tables/depots.csv",
    }
    assert not [
        path for path in project.rglob("*") if path.is_file() and "@" in path.read_text().replace("@pytest", "")
    ]


def test_init_keeps_what_is_there(run: Run, project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    code, _, err = run("packs", "init", str(project))
    assert code == ExitCode.IO
    assert "not empty" in err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("name", "words"), [("Über", "cannot be a pack's name"), ("fintech", "there is a pack 'fintech'")]
)
def test_init_refuses_names(run: Run, tmp_path: Path, name: str, words: str) -> None:
    code, _, err = run("packs", "init", str(tmp_path / "new"), "--name", name)
    assert code == ExitCode.USAGE
    assert words in err
    assert not (tmp_path / "new").exists()


def test_the_template_is_a_wheel_that_works(project: Path, tmp_path: Path, root: Path) -> None:
    """Built, installed into a directory of its own, found there by its entry point, and tested by its own tests."""
    wheels, site = tmp_path / "wheels", tmp_path / "site"
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = _python(["-c", build, str(wheels)], cwd=project)
    (wheel,) = wheels.glob("*.whl")
    assert wheel.name == done.stdout.strip().splitlines()[-1] == "specmint_pack_north_sea-1.0-py3-none-any.whl"
    _python(
        ["-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", str(site), str(wheel)], cwd=tmp_path
    )

    surroundings = {"PYTHONPATH": os.pathsep.join([str(root), str(site)])}
    command = ["-m", "pytest_specmint", "generate", "--schema", "schemas/shipment.json", "--domain", "north-sea"]
    made = _python([*command, "--count", "50", "--stdout"], cwd=project, **surroundings)
    shipments = [json.loads(line) for line in made.stdout.splitlines()]
    assert len(shipments) == 50
    assert {each["origin"]["code"] for each in shipments} == {"AMB", "BRI", "COR", "DUN", "ELM"}
    assert all(each["crane"] for each in shipments if each["weight_kg"] > 1000)
    listed = _python(["-m", "pytest_specmint", "packs", "list"], cwd=project, **surroundings).stdout
    assert "north-sea" in listed
    assert "specmint-pack-north-sea 1.0 (specmint_pack_north_sea)" in listed

    others = [word for name in NEIGHBOURS for word in ("-p", f"no:{name}")]
    tested = _python(["-m", "pytest", "-q", "-p", "no:cacheprovider", *others], cwd=project, **surroundings)
    assert "3 passed" in tested.stdout


def _python(arguments: list[str], cwd: Path, **surroundings: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"} | surroundings
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done
