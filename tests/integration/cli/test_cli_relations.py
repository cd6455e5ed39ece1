"""Several datasets from the command line: made together, alone, in parts; judged; what is wrong with them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from tests import documents

CUSTOMERS = {
    "type": "object",
    "required": ["customer_id", "name"],
    "properties": {
        "customer_id": {"type": "string", "pattern": "^C[0-9]{6}$", "x-unique": True},
        "name": {"type": "string"},
        "since": {"type": "string", "format": "date"},
    },
    "additionalProperties": False,
}
ORDERS = {
    "type": "object",
    "required": ["order_id", "customer_id", "customer_name"],
    "properties": {
        "order_id": {"type": "string", "format": "uuid", "x-unique": True},
        "customer_id": {"type": "string", "x-ref": "customers#/customer_id"},
        "customer_name": {"type": "string", "x-ref": "customers#/name"},
    },
}
PARCELS = {
    "type": "object",
    "required": ["parcel", "order"],
    "properties": {"parcel": {"type": "integer"}, "order": {"type": "string"}},
}
FILE = """
seed: 7
datasets:
  parcels:
    schema: parcels.json
    count: 50
    links:
      order: {dataset: orders, pointer: /order_id, unique: true}
  orders: {schema: orders.json, count: 60}
  customers: {schema: customers.json, count: 20}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in (("customers", CUSTOMERS), ("orders", ORDERS), ("parcels", PARCELS)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    (tmp_path / "dataset.yaml").write_text(FILE)
    return tmp_path


def records(path: Path | str) -> list[Any]:
    return [json.loads(line) for line in (Path(path) / "dataset.jsonl").read_text().splitlines()]


def change(path: Path, number: int, **values: Any) -> None:
    lines = path.read_text().splitlines()
    lines[number] = json.dumps({**json.loads(lines[number]), **values})
    path.write_text("\n".join(lines) + "\n")


def fails(capfd: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert main([*arguments]) == code
    errors = capfd.readouterr().err
    assert "Traceback" not in errors
    assert f"exit code {code}" in errors
    return errors


# ---------------------------------------------------------------- making them


def test_one_command_makes_them_all(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out"]) == 0
    assert "datasets 3, records 130" in capfd.readouterr().err
    customers = {each["customer_id"]: each["name"] for each in records("out/customers")}
    orders = records("out/orders")
    assert len(customers) == 20
    assert all(customers[each["customer_id"]] == each["customer_name"] for each in orders)
    taken = [each["order"] for each in records("out/parcels")]
    assert len(set(taken)) == 50
    assert set(taken) <= {each["order_id"] for each in orders}
    assert (shop / "out/orders/record_0001.json").exists()


def test_manifests_name_what_is_referred_to(shop: Path) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    whole = json.loads((shop / "out/manifest.json").read_bytes())
    own = {name: json.loads((shop / "out" / name / "manifest.json").read_bytes()) for name in whole["datasets"]}
    assert sorted(own) == ["customers", "orders", "parcels"]
    assert all(whole["datasets"][name]["dataset_id"] == each["dataset_id"] for name, each in own.items())
    assert own["orders"]["related"] == {
        "customers": {"dataset_id": own["customers"]["dataset_id"], "records": 20, "seed": 7}
    }
    assert own["parcels"]["related"]["orders"]["dataset_id"] == own["orders"]["dataset_id"]
    assert own["parcels"]["related"]["links"] == {
        "order": {"dataset": "orders", "pointer": "/order_id", "unique": True}
    }
    assert "related" not in own["customers"]


def test_the_same_again_in_the_place_of_the_first(shop: Path) -> None:
    for _ in range(2):
        assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q", "--no-record-files"]) == 0
        made = {
            path.relative_to(shop): path.read_bytes()
            for path in (shop / "out").rglob("*")
            if path.name != "run.json" and path.is_file()
        }
    assert sorted(path.name for path in (shop / "out").iterdir()) == ["customers", "manifest.json", "orders", "parcels"]
    assert (
        main(["generate", "--datasets", "dataset.yaml", "--out", "two", "-q", "--no-record-files", "--workers", "2"])
        == 0
    )
    assert all((shop / "two" / path.relative_to("out")).read_bytes() == content for path, content in made.items())


def test_each_alone_has_the_same_bytes(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    capfd.readouterr()
    assert main(["generate", "--schema", "customers.json", "--count", "20", "--seed", "7", "--stdout", "-q"]) == 0
    assert capfd.readouterr().out == (shop / "out/customers/dataset.jsonl").read_text()
    orders = (shop / "out/orders/dataset.jsonl").read_text()
    command = ["generate", "--schema", "orders.json", "--related", "customers.json:20", "--seed", "7"]
    assert main([*command, "--count", "60", "--stdout", "-q"]) == 0
    assert capfd.readouterr().out == orders
    assert main([*command, "--index", "41"]) == 0
    assert capfd.readouterr().out == orders.splitlines(keepends=True)[41]
    for start, count in (("0", "25"), ("25", "35")):
        assert main([*command, "--start", start, "--count", count, "--stdout", "-q"]) == 0
    assert capfd.readouterr().out == orders


def test_one_of_them_alone(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    capfd.readouterr()
    parcels = (shop / "out/parcels/dataset.jsonl").read_text()
    only = ["generate", "--datasets", "dataset.yaml", "--only", "parcels"]
    assert main([*only, "--stdout", "-q"]) == 0
    assert capfd.readouterr().out == parcels
    assert main([*only, "--index", "7"]) == 0
    assert capfd.readouterr().out == parcels.splitlines(keepends=True)[7]
    assert main([*only, "--start", "10", "--count", "5", "--out", "part", "-q"]) == 0
    assert (shop / "part/dataset.jsonl").read_text() == "".join(parcels.splitlines(keepends=True)[10:15])
    assert main([*only, "--dry-run"]) == 0
    assert "records:" in capfd.readouterr().out


def test_related_datasets_are_written_with_the_one_that_refers(shop: Path) -> None:
    command = ["generate", "--schema", "orders.json", "--related", "customers.json:20:5", "--count", "30", "-q"]
    assert main([*command, "--out", "out"]) == 0
    assert sorted(path.name for path in (shop / "out").iterdir()) == ["customers", "manifest.json", "orders"]
    names = {each["customer_id"]: each["name"] for each in records("out/customers")}
    assert all(names[each["customer_id"]] == each["customer_name"] for each in records("out/orders"))


def test_seeds_and_days_of_all(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def made(*more: str) -> str:
        assert main(["generate", "--datasets", "dataset.yaml", "--only", "customers", "--stdout", "-q", *more]) == 0
        return capfd.readouterr().out

    assert made() == made("--seed", "7") != made("--seed", "8")
    assert made() == made("--as-of", "2025-01-01") != made("--as-of", "2020-01-01")


def test_settings_name_datasets_too(shop: Path) -> None:
    (shop / "specmint.toml").write_text('datasets = "dataset.yaml"\nout = "made"\n')
    assert main(["generate", "-q"]) == 0
    assert (shop / "made/orders/dataset.jsonl").exists()


def test_edge_and_near_misses_of_one(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    only = ["generate", "--datasets", "dataset.yaml", "--only", "orders", "--stdout", "-q"]
    assert main([*only, "--mode", "edge"]) == 0
    assert main([*only, "--invalid", "--count", "5"]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 65


def test_a_profile_of_one(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    only = ["generate", "--datasets", "dataset.yaml", "--only", "orders", "--profile", "times"]
    assert main([*only, "--stdout"]) == 0
    assert "Reference" in capfd.readouterr().err


# ---------------------------------------------------------------- looking at them


def test_inspect_tells_of_references(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--schema", "orders.json"]) == 0
    assert "refers to customers#/customer_id, which was not given" in capfd.readouterr().out
    assert main(["inspect", "--schema", "orders.json", "--related", "customers.json:20", "--json"]) == 0
    rows = {row["path"]: row for row in json.loads(capfd.readouterr().out)["rows"]}
    facts = rows["$.customer_id"]["facts"]
    assert facts["refersTo"] == {"to": "customers#/customer_id", "records": 20, "as": "", "unique": False}
    assert facts["patterns"] == ["^C[0-9]{6}$"]


def test_they_are_judged_together(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    judge = ["validate", "--datasets", "dataset.yaml", "--dataset", "out"]
    assert main(judge) == 0
    shown = capfd.readouterr()
    assert "orders: customer_id, customer_name to customers: 60 checked, all join" in shown.out
    assert "parcels: order to orders: 50 checked, all join" in shown.out
    assert "datasets 3, records 130, valid 130, invalid 0, unreadable 0, hold together 2 of 2" in shown.err
    change(shop / "out/orders/dataset.jsonl", 4, customer_name="Nobody Known")
    change(shop / "out/orders/dataset.jsonl", 9, customer_id="C999999")
    change(shop / "out/customers/dataset.jsonl", 3, customer_id=4)
    assert main(judge) == 3
    shown = capfd.readouterr()
    assert "do not join (line 5, 10" in shown.out
    assert "customers: line 4 /customer_id" in shown.err
    assert main([*judge, "--json"]) == 3
    document = documents.read("validate", capfd.readouterr().out)
    assert document["datasets"]["customers"]["invalid"] == 1
    assert document["references"][0]["dataset"] == "orders"
    assert document["references"][0]["broken"] >= 2


def test_a_missing_dataset_is_told(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    shutil.rmtree(shop / "out/orders")
    assert "cannot read dataset" in fails(capfd, 6, "validate", "--datasets", "dataset.yaml", "--dataset", "out")
    assert "is no directory" in fails(capfd, 1, "validate", "--datasets", "dataset.yaml", "--dataset", "nowhere")


def test_series_are_judged(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    visits = {
        "type": "object",
        "required": ["customer", "day", "n", "points", "sum"],
        "properties": {
            "customer": {"type": "string"},
            "day": {"type": "string", "format": "date"},
            "n": {"type": "integer"},
            "points": {"type": "integer", "minimum": 1, "maximum": 9},
            "sum": {"type": "integer", "minimum": 0},
        },
    }
    (shop / "visits.json").write_text(json.dumps(visits))
    (shop / "visits.yaml").write_text(
        """
datasets:
  customers: {schema: customers.json, count: 20}
  visits:
    schema: visits.json
    count: 80
    links: {customer: customers#/customer_id}
    series: {of: customers, events: {mean: 6}, order: day, number: n, running: {field: sum, amount: points}}
"""
    )
    assert main(["generate", "--datasets", "visits.yaml", "--out", "out", "-q"]) == 0
    judge = ["validate", "--datasets", "visits.yaml", "--dataset", "out"]
    assert main(judge) == 0
    assert "visits: events of customers: 80 checked, all follow" in capfd.readouterr().out
    manifest = json.loads((shop / "out/visits/manifest.json").read_bytes())
    assert manifest["related"]["series"]["order"] == "day"
    path = shop / "out/visits/dataset.jsonl"
    second = next(i for i, each in enumerate(records("out/visits")) if each["n"] == 2)
    for broken, words in (
        ({"day": "1990-01-01"}, "day falls"),
        ({"sum": 5000}, "sum does not add up"),
        ({"n": 9}, "n does not count on"),
    ):
        kept = path.read_bytes()
        change(path, second, **broken)
        assert main(judge) == 3
        assert words in capfd.readouterr().out
        path.write_bytes(kept)


# ---------------------------------------------------------------- what is wrong with them


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            "pointer: /order_id",
            "pointer: /ordr_id",
            2,
            ["parcels:", "there is no 'ordr_id'", "did you mean 'order_id'?"],
        ),
        ("dataset: orders", "dataset: oders", 2, ["parcels:", "there is no dataset 'oders'", "did you mean 'orders'?"]),
        (
            "      order: {",
            "      odrer: {",
            2,
            ["parcels:", "the link 'odrer' leads to nothing", "did you mean 'order'?"],
        ),
        ("count: 50", "count: 500", 2, ["500 records are to refer to one of orders each, but there are 60"]),
        ("count: 50", "count: many", 1, ["count of dataset parcels must be a whole number"]),
        ("    links:", "    link:", 1, ["dataset parcels has no setting 'link'", "did you mean 'links'?"]),
        ("seed: 7", "sede: 7", 1, ["a datasets file has no setting 'sede'", "did you mean 'seed'?"]),
        ("seed: 7", "seed: x", 1, ["seed of a datasets file must be a whole number"]),
        ("schema: parcels.json", "schema: none.json", 2, ["parcels:", "none.json"]),
        ("  parcels:", "  par/cels:", 1, ["'par/cels' is no name of a dataset"]),
        (
            "  customers: {schema: customers.json, count: 20}",
            "  customers: {count: 20}",
            1,
            ["dataset customers has no schema"],
        ),
        ("datasets:", "data:", 1, ["names no datasets"]),
        ("  customers: {schema: customers.json, count: 20}", "", 2, ["orders:", "there is no dataset 'customers'"]),
    ],
)
def test_bad_files(
    shop: Path, capfd: pytest.CaptureFixture[str], old: str, new: str, code: int, words: list[str]
) -> None:
    (shop / "dataset.yaml").write_text(FILE.replace(old, new))
    errors = fails(capfd, code, "generate", "--datasets", "dataset.yaml", "--out", "out")
    for each in (*words, "hint: "):
        assert each in errors
    assert not (shop / "out").exists()


def test_a_circle_is_named(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = FILE + "    links: {name: parcels#/order}\n"
    (shop / "dataset.yaml").write_text(
        file.replace("customers: {schema: customers.json, count: 20}", "customers:\n    schema: customers.json")
    )
    errors = fails(capfd, 2, "generate", "--datasets", "dataset.yaml", "--out", "out")
    assert "in a circle: parcels refers to orders refers to customers refers to parcels" in errors


def test_a_dataset_that_refers_to_itself(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own = {**CUSTOMERS, "properties": {**CUSTOMERS["properties"], "boss": {"x-ref": "customers#/customer_id"}}}  # type: ignore[dict-item]
    (shop / "customers.json").write_text(json.dumps(own))
    assert "customers refers to itself" in fails(capfd, 2, "generate", "--datasets", "dataset.yaml", "--out", "out")


def test_a_field_that_does_not_fit(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = {
        **ORDERS,
        "properties": {**ORDERS["properties"], "customer_id": {"type": "integer", "x-ref": "customers#/customer_id"}},
    }  # type: ignore[dict-item]
    (shop / "orders.json").write_text(json.dumps(wrong))
    errors = fails(capfd, 2, "generate", "--datasets", "dataset.yaml", "--out", "out")
    assert "orders: customers#/customer_id does not fit where it is referred to" in errors
    assert "@ #/properties/customer_id" in errors


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--datasets", "dataset.yaml"], 1, "no output given"),
        (["--datasets", "dataset.yaml", "--stdout"], 1, "add --only NAME"),
        (["--datasets", "dataset.yaml", "--index", "1"], 1, "add --only NAME"),
        (["--datasets", "dataset.yaml", "--out", "o", "--invalid"], 1, "add --only NAME"),
        (["--datasets", "dataset.yaml", "--out", "o", "--schema", "orders.json"], 1, "exclude each other"),
        (["--datasets", "dataset.yaml", "--only", "parcls", "--stdout"], 1, "did you mean 'parcels'?"),
        (["--schema", "orders.json", "--only", "orders", "--stdout"], 1, "--only needs --datasets"),
        (["--schema", "orders.json", "--stdout"], 2, "there is no dataset 'customers'"),
        (["--schema", "orders.json", "--related", "clients=customers.json", "--stdout"], 2, "there is clients"),
        (
            ["--schema", "orders.json", "--related", "customers.json", "--related", "customers.json:5", "--stdout"],
            1,
            "two datasets 'customers'",
        ),
        (["--schema", "orders.json", "--related", "orders.json", "--stdout"], 1, "two datasets 'orders'"),
        (["--datasets", "nowhere.yaml", "--out", "o"], 1, "nowhere.yaml"),
    ],
)
def test_options_that_do_not_go_together(
    shop: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert words in fails(capfd, code, "generate", *arguments)
    assert not (shop / "o").exists()


def test_strange_files_are_not_replaced(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    (shop / "out/orders/notes.txt").write_text("mine")
    assert "did not write" in fails(capfd, 6, "generate", "--datasets", "dataset.yaml", "--out", "out")
    assert (shop / "out/orders/notes.txt").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_kill_in_the_middle_leaves_nothing_half(shop: Path) -> None:
    command = [sys.executable, "-m", "pytest_specmint", "generate", "--datasets", "dataset.yaml", "--out", "out"]
    (shop / "dataset.yaml").write_text(FILE.replace("count: 60", "count: 3000000"))
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as child:
        while not next(shop.glob(".out.specmint-*/orders/dataset.jsonl"), None):
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    assert not (shop / "out").exists()
    (staging,) = [each for each in shop.glob(".out.specmint-*") if each.is_dir()]
    assert (staging / "customers/manifest.json").exists()
    assert not (staging / "manifest.json").exists()
    (shop / "dataset.yaml").write_text(FILE)
    assert main(["generate", "--datasets", "dataset.yaml", "--out", "out", "-q"]) == 0
    assert not list(shop.glob(".out*"))
    assert main(["validate", "--datasets", "dataset.yaml", "--dataset", "out"]) == 0
