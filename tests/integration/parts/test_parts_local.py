"""Datasets in parts on this machine: the same whatever makes them, whole or not at all, one run at a time."""

import json
import os
import signal
from hashlib import sha256

import pytest
from cluster import COUNT, PARTS, Box, ended, kill, staged_by, until

LEAF = 65_536


def test_parts_joined_are_the_file_of_a_run_without(box: Box, whole: dict[str, bytes]) -> None:
    given = ("generate", "-s", "small.json", "-n", str(COUNT), "--seed", "7", "--no-record-files", "-o", "one")
    assert box.run(*given).code == 0
    joined = b"".join(whole[f"part-{number:05d}.jsonl"] for number in range(PARTS))
    assert joined == (box.directory / "one" / "dataset.jsonl").read_bytes()


def test_the_manifest_lists_range_bytes_and_digest_of_each_part(whole: dict[str, bytes]) -> None:
    manifest = json.loads(whole["manifest.json"])
    files = manifest["parts"]["files"]
    assert (manifest["parts"]["format"], len(files)) == ("jsonl", PARTS)
    assert sorted(whole) == sorted(["manifest.json", *(each["file"] for each in files)])
    at, lines = 0, b""
    for number, each in enumerate(files):
        data = whole[each["file"]]
        assert (each["number"], each["start"], each["bytes"]) == (number, at, len(data))
        assert (each["records"], each["sha256"]) == (data.count(b"\n"), sha256(data).hexdigest())
        at += each["records"]
        lines += f"{each['start']} {each['records']} {each['leaves'][0]}\n".encode()
    assert at == manifest["dataset"]["records"] == COUNT
    assert manifest["dataset"]["tree_sha256"] == sha256(lines).hexdigest()


def test_workers_make_the_same(box: Box, whole: dict[str, bytes]) -> None:
    ran = box.generate("-o", "two", "--workers", "2")
    assert ran.code == 0, ran.err
    assert box.files("two") == whole
    assert f"parts {PARTS}, tree sha256" in ran.err


def test_the_cut_changes_neither_digest_nor_id(box: Box, whole: dict[str, bytes]) -> None:
    assert box.generate("-o", "larger", "--part-records", str(4 * LEAF)).code == 0
    larger, smaller = box.manifest("larger"), json.loads(whole["manifest.json"])
    assert len(larger["parts"]["files"]) == 2
    assert (larger["dataset"], larger["dataset_id"]) == (smaller["dataset"], smaller["dataset_id"])


def test_a_killed_run_is_continued(box: Box, whole: dict[str, bytes]) -> None:
    target = box.directory / "out"
    for kept in range(3):
        run = box.begin("-o", "out", "--resume")
        until(lambda kept=kept: len(list(target.glob("_specmint/part-*.json"))) > kept and staged_by(target))
        kill(run)
        assert not (target / "manifest.json").exists()
        assert all(path.read_bytes() == whole[path.name] for path in target.glob("part-*"))
    ran = box.generate("-o", "out", "--resume")
    assert ran.code == 0, ran.err
    assert "kept)" in ran.err
    assert box.files("out") == whole


def test_what_is_not_whole_is_made_again(box: Box, whole: dict[str, bytes]) -> None:
    assert box.generate("-o", "out").code == 0
    changed, short = box.directory / "out" / "part-00001.jsonl", box.directory / "out" / "part-00002.jsonl"
    changed.write_bytes(changed.read_bytes()[:-2] + b"!\n")
    short.write_bytes(short.read_bytes()[:-100])
    (box.directory / "out" / "part-00003.jsonl").unlink()
    ran = box.generate("-o", "out", "--resume", "--workers", "2")
    assert ran.code == 0, ran.err
    assert f"parts {PARTS} ({PARTS - 3} kept)" in ran.err
    assert box.files("out") == whole


def test_a_run_that_is_cancelled_can_be_continued(box: Box, whole: dict[str, bytes]) -> None:
    run = box.begin("-o", "out", "--workers", "2")
    until((box.directory / "out" / "_specmint" / "part-00000.json").exists)
    os.kill(run.pid, signal.SIGINT)
    ran = ended(run)
    assert ran.code == 130
    assert "nothing was left half-written" in ran.err
    assert not [name for name in box.files("out") if "specmint-" in name or name == "manifest.json"]
    assert box.generate("-o", "out", "--resume").code == 0
    assert box.files("out") == whole


def test_a_worker_that_is_killed_is_replaced(box: Box, whole: dict[str, bytes]) -> None:
    run = box.begin("-o", "out", "--workers", "2")
    os.kill(until(lambda: staged_by(box.directory / "out")), signal.SIGKILL)
    ran = ended(run)
    assert ran.code == 0, ran.err
    assert "a worker process ended by signal 9: part" in ran.err
    assert box.files("out") == whole


def test_two_runs_at_one_target(box: Box, whole: dict[str, bytes]) -> None:
    first = box.begin("-o", "out")
    until(lambda: staged_by(box.directory / "out"))
    os.kill(first.pid, signal.SIGSTOP)  # it is quick
    second = box.generate("-o", "out")
    os.kill(first.pid, signal.SIGCONT)
    assert second.code == 6
    assert f"is being written by another run: process {first.pid}, since " in second.err
    assert ended(first).code == 0
    assert box.files("out") == whole


def test_what_is_there_is_not_overwritten_unasked(box: Box, whole: dict[str, bytes]) -> None:
    assert box.generate("-o", "out", count=10).code == 0
    before = box.files("out")
    for more, said in (
        ((), "holds a dataset already"),
        (("--resume",), "differs in gen.count, whole"),
        (("--resume", "--start", "3"), "differs in gen.count, gen.start, whole"),
    ):
        ran = box.generate("-o", "out", *more)
        assert (ran.code, box.files("out")) == (6, before), ran.err
        assert said.partition(", whole")[0] in ran.err
    assert box.generate("-o", "out", "--overwrite").code == 0
    assert box.files("out") == whole


def test_strange_files_are_left_alone(box: Box) -> None:
    (box.directory / "out").mkdir()
    (box.directory / "out" / "thesis.txt").write_text("mine")
    for more in ((), ("--overwrite",), ("--resume",)):
        ran = box.generate("-o", "out", *more, count=10)
        assert (ran.code, box.files("out")) == (6, {"thesis.txt": b"mine"})
        assert "holds thesis.txt" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--part-records", "1000"), "a multiple of 65,536"),
        (("--part-records", "65536", "-n", "9000000000"), "are more than 100,000"),
        (("--stdout",), "exclude --stdout"),
        (("--index", "3"), "exclude --index"),
        (("--invalid",), "exclude --invalid"),
        (("--llm-mode", "fields"), "exclude a language model"),
        (("--resume", "--overwrite"), "exclude each other"),
        (("--record-files",), "exclude --record-files"),
        (("--engine", "dusk"), "unknown engine 'dusk'"),
        (("--scheduler", "tcp://127.0.0.1:1"), "--scheduler needs an engine"),
        (("--shard", "1/7"), "7 shards of 6 parts"),
        (("--workers", "0"), "at least 1"),
    ],
)
def test_mistakes(box: Box, arguments: tuple[str, ...], said: str) -> None:
    ran = box.generate("-o", "out", *arguments)
    assert ran.code == 1, ran.err
    assert said in ran.err
    assert "hint: " in ran.err
    assert not (box.directory / "out").exists()


def test_a_plan_of_parts(box: Box) -> None:
    ran = box.generate("-o", "out", "--dry-run")
    assert ran.code == 0
    assert "parts:          6 of 65,536 records" in ran.out


def test_parts_are_read_as_one(box: Box) -> None:
    assert box.generate("-o", "out", count=65_536 + 7).code == 0
    ran = box.run("validate", "--schema", "small.json", "out")
    assert (ran.code, "records 65,543, valid 65,543" in ran.err) == (0, True), ran.err
    last = box.directory / "out" / "part-00001.jsonl"
    last.write_bytes(last.read_bytes().replace(b'"ok":', b'"no":', 1))
    ran = box.run("validate", "--schema", "small.json", "out")
    assert (ran.code, "invalid 1" in ran.err) == (3, True), ran.err
    converted = box.run("convert", "--dataset", "out", "--format", "jsonl", "--out", "one.jsonl")
    assert converted.code == 0, converted.err
    assert (box.directory / "one.jsonl").read_bytes().endswith(last.read_bytes())
    (box.directory / "out" / "manifest.json").write_text('{"parts": 3}')
    ran = box.run("validate", "--schema", "small.json", "out")
    assert (ran.code, "manifest.json is damaged" in ran.err) == (3, True), ran.err


def test_parts_are_logged_and_counted(box: Box) -> None:
    told = ("--log-level", "info", "--log-format", "json", "--metrics-file", "m.prom")
    ran = box.generate("-o", "out", *told, count=65_536 + 7)
    assert ran.code == 0, ran.err
    events = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    parts = [each for each in events if each["event"] == "block_generated"]
    assert [(each["record_idx"], each["records"]) for each in parts] == [(0, 65_536), (65_536, 7)]
    assert events[-1]["sha256"] == box.manifest("out")["dataset"]["tree_sha256"]
    assert 'mode="deterministic"' in (box.directory / "m.prom").read_text()


def test_settings_of_a_file_ask_for_parts_where_there_is_a_place(box: Box) -> None:
    (box.directory / "specmint.toml").write_text('engine = "dask"\npart_records = 65536\nout = "memory://out"\n')
    for arguments in (("--stdout",), ("--index", "3")):
        ran = box.run("generate", "-s", "small.json", "-n", "5", *arguments)
        assert ran.code == 0, ran.err
        assert ran.out.startswith('{"id":')


def test_one_of_several_datasets_that_refer_to_each_other(box: Box) -> None:
    customer = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "pattern": "^C[0-9]{6}$", "x-unique": True}},
    }
    order = {
        "type": "object",
        "required": ["customer"],
        "properties": {"customer": {"type": "string", "x-ref": "customers#/id"}},
    }
    (box.directory / "customer.json").write_text(json.dumps(customer))
    (box.directory / "order.json").write_text(json.dumps(order))
    (box.directory / "shop.yaml").write_text(
        "datasets:\n"
        "  customers: {schema: customer.json, count: 1000, seed: 1}\n"
        "  orders: {schema: order.json, count: 70000, seed: 2}\n"
    )
    given = ("generate", "--datasets", "shop.yaml", "--only", "orders", "--no-record-files")
    assert box.run(*given, "-o", "one").code == 0
    ran = box.run(*given[:-1], "-o", "parts", "--part-records", "65536", "--workers", "2")
    assert ran.code == 0, ran.err
    files = box.files("parts")
    joined = files["part-00000.jsonl"] + files["part-00001.jsonl"]
    assert joined == (box.directory / "one" / "dataset.jsonl").read_bytes()
    assert box.manifest("parts")["related"] == box.manifest("one")["related"]
    ran = box.run(*given[:3], "-o", "all", "--part-records", "65536")
    assert (ran.code, "exclude --datasets without --only" in ran.err) == (1, True)
    ran = box.run("generate", "-s", "order.json", "--related", "customers=customer.json", "-o", "s", "--resume")
    assert (ran.code, "exclude --related" in ran.err) == (1, True)
