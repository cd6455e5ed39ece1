"""The Kubernetes manifests: what they promise, and their commands, run here once per completion index."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_specmint.cli.main import main

COUNT = 50
FOLDER = Path(__file__).parents[3] / "deploy" / "kubernetes"


def documents(name: str) -> dict[str, Any]:
    """The objects of a file by their kind."""
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))}


JOB = documents("job.yaml")
CRON = documents("cronjob.yaml")
JOBS = {"job.yaml": JOB["Job"]["spec"], "cronjob.yaml": CRON["CronJob"]["spec"]["jobTemplate"]["spec"]}
every = pytest.mark.parametrize("spec", JOBS.values(), ids=JOBS)


def container(spec: dict[str, Any]) -> dict[str, Any]:
    (one,) = spec["template"]["spec"]["containers"]
    return dict(one)


def variables(spec: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container(spec)["env"]}


def test_kinds_and_versions() -> None:
    assert {kind: each["apiVersion"] for kind, each in {**JOB, **CRON}.items()} == {
        "ConfigMap": "v1",
        "PersistentVolumeClaim": "v1",
        "Job": "batch/v1",
        "CronJob": "batch/v1",
    }
    for each in (*JOB.values(), *CRON.values()):
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", each["metadata"]["name"])


@every
def test_a_pod_per_index(spec: dict[str, Any]) -> None:
    assert spec["completionMode"] == "Indexed"
    assert str(spec["completions"]) == variables(spec)["COMPLETIONS"]
    assert 1 <= spec["parallelism"] <= spec["completions"] <= int(variables(spec)["COUNT"])
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


@every
def test_pods_may_do_little(spec: dict[str, Any]) -> None:
    pod, one = spec["template"]["spec"], container(spec)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"USER {pod['securityContext']['runAsUser']}:" in (FOLDER.parents[1] / "Dockerfile").read_text()
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= one["resources"]["requests"].keys()
    assert "memory" in one["resources"]["limits"]
    assert not one["image"].endswith(":latest")
    assert ":" in one["image"]


@every
def test_what_is_mounted_is_there(spec: dict[str, Any]) -> None:
    pod, one = spec["template"]["spec"], container(spec)
    assert {each["name"] for each in pod["volumes"]} == {each["name"] for each in one["volumeMounts"]}
    paths = [each["mountPath"] for each in one["volumeMounts"]]
    assert variables(spec)["OUT"] in paths
    assert variables(spec)["SCHEMA"].rpartition("/")[0] in paths
    named = {key: each for volume in pod["volumes"] for key, each in volume.items() if key != "name"}
    assert named["configMap"]["name"] == JOB["ConfigMap"]["metadata"]["name"]
    assert named["persistentVolumeClaim"]["claimName"] == JOB["PersistentVolumeClaim"]["metadata"]["name"]
    assert variables(spec)["SCHEMA"].rpartition("/")[2] in JOB["ConfigMap"]["data"]


def test_every_night_ends_on_its_day() -> None:
    cron = CRON["CronJob"]["spec"]
    minute, hour, *rest = cron["schedule"].split()
    assert rest == ["*", "*", "*"]
    assert cron["timeZone"] == "Etc/UTC"
    assert cron["concurrencyPolicy"] == "Forbid"
    late = int(hour) * 3600 + int(minute) * 60 + cron["startingDeadlineSeconds"]
    assert late + JOBS["cronjob.yaml"]["activeDeadlineSeconds"] < 86_400


@every
def test_its_commands_make_shards_that_are_the_whole(spec: dict[str, Any], tmp_path: Path) -> None:
    one, given = container(spec), variables(spec)
    schema = tmp_path / "schema.json"
    schema.write_text(JOB["ConfigMap"]["data"]["schema.json"])
    assert main(["schema", "lint", str(schema)]) == 0
    (line,) = one["args"]
    assert one["command"] == ["sh", "-c"]
    assert not {f"$({name})" for name in given} & {*re.findall(r"\$\([^)]*\)", line)}  # Kubernetes would put these in
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    changed = {"SCHEMA": str(schema), "OUT": str(tmp_path / "data"), "COUNT": str(COUNT), "PATH": path}
    for index in range(spec["completions"]):
        surroundings = {**given, **changed, "JOB_COMPLETION_INDEX": str(index)}
        done = subprocess.run([*one["command"], line], env=surroundings, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shards = sorted((tmp_path / "data").rglob("shard-*"))
    assert len(shards) == spec["completions"]
    first = json.loads((shards[0] / "manifest.json").read_text())
    assert first["shard"]["of"] == spec["completions"]
    whole = ["generate", "--schema", str(schema), "--seed", given["SEED"], "--count", str(COUNT)]
    assert main([*whole, "--as-of", first["gen"]["as_of"], "--quiet", "--out", str(tmp_path / "whole")]) == 0
    joined = b"".join((shard / "dataset.jsonl").read_bytes() for shard in shards)
    assert joined == (tmp_path / "whole" / "dataset.jsonl").read_bytes()
