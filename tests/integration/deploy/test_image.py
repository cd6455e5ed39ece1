"""The Dockerfile keeps its promises, as far as that can be told without a daemon that builds it."""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from click import Context

import pytest_specmint as sm
from pytest_specmint.cli.main import cli


class Instruction(NamedTuple):
    word: str
    rest: str


class Stage(NamedTuple):
    base: str
    name: str
    platform: str
    instructions: list[Instruction]


def parsed(text: str) -> tuple[dict[str, str], list[Stage]]:
    """The arguments before the first stage, and the stages."""
    whole = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, whole.splitlines())):
        word, _, rest = line.partition(" ")
        assert word.isupper(), line
        if word == "FROM":
            found = re.fullmatch(r"(?:--platform=(\S+) )?(\S+)(?: AS (\w+))?", rest)
            assert found is not None, line
            base = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], found[2])
            stages.append(Stage(base, found[3] or "", found[1] or "", []))
        elif not stages:
            assert word == "ARG", line
            name, _, value = rest.partition("=")
            arguments[name] = value
        else:
            stages[-1].instructions.append(Instruction(word, " ".join(rest.split())))
    return arguments, stages


@pytest.fixture(scope="module")
def stages(root: Path) -> list[Stage]:
    return parsed((root / "Dockerfile").read_text(encoding="utf-8"))[1]


def of(stage: Stage, word: str) -> list[str]:
    return [each.rest for each in stage.instructions if each.word == word]


def test_every_base_is_a_slim_python_of_a_tag(stages: list[Stage]) -> None:
    assert len(stages) == 3
    for stage in stages:
        assert re.fullmatch(r"python:3\.1[1-3]-slim-[a-z]+", stage.base), stage.base


def test_only_the_pure_wheel_is_built_on_the_builder_s_platform(stages: list[Stage]) -> None:
    assert [stage.platform for stage in stages] == ["$BUILDPLATFORM", "", ""]
    assert any("pip wheel" in each and "--no-deps" in each for each in of(stages[0], "RUN"))
    assert not re.search(r"amd64|x86_64|arm64|aarch64", "".join(each.rest for s in stages for each in s.instructions))


def test_the_last_stage_is_small_and_nobody_in_particular(stages: list[Stage]) -> None:
    last = stages[-1]
    assert of(last, "RUN") == []
    assert of(last, "COPY") == ["--from=installed /opt/specmint /opt/specmint"]
    (user,) = of(last, "USER")
    assert all(int(each) > 0 for each in user.split(":"))
    words = [each.word for each in last.instructions]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert of(last, "ENTRYPOINT") == ['["specmint-cli"]']
    assert of(last, "CMD") == ['["--help"]']
    assert of(last, "STOPSIGNAL") == []  # SIGTERM, as orchestrators send it: see test_faults
    (environment,) = of(last, "ENV")
    assert environment.startswith("PATH=/opt/specmint/bin:$PATH ")
    assert cli.get_command(Context(cli), "generate") is not None


def test_nothing_is_left_over_and_nothing_comes_from_elsewhere(stages: list[Stage]) -> None:
    names = [stage.name for stage in stages if stage.name]
    for stage in stages:
        assert of(stage, "ADD") == []
        for run in of(stage, "RUN"):
            assert "curl" not in run
            assert "apt-get" not in run
            for call in re.findall(r"pip (?:install|wheel) [^&]*", run):
                assert "--no-cache-dir" in call
        for copied in of(stage, "COPY"):
            source = re.match(r"--from=(\w+) ", copied)
            assert source is None or source[1] in names


def context_of(root: Path, stages: list[Stage], folder: Path) -> Path:
    """What .dockerignore lets through of what the stages copy."""
    lines = (root / ".dockerignore").read_text(encoding="utf-8").split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let = {line.removeprefix("!") for line in rules if line.startswith("!")}
    ignored = [line.removeprefix("**/") for line in rules if line.startswith("**/")]
    asked = {name for each in of(stages[0], "COPY") for name in each.split()[:-1]}
    assert asked == let
    for name in sorted(asked):
        source = root / name
        if source.is_dir():
            shutil.copytree(
                source,
                folder / name,
                ignore=lambda _, names: [
                    each for each in names if any(fnmatch.fnmatch(each, rule) for rule in ignored)
                ],
            )
        else:
            shutil.copyfile(source, folder / name)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="commands of a shell")
def test_what_it_runs_runs_outside_too(root: Path, stages: list[Stage], tmp_path: Path) -> None:
    """Each RUN, in its order, below another root directory; what is needed comes from here instead of from an index."""
    context = tmp_path / "source"
    context.mkdir()
    context_of(root, stages, context)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "SPECMINT_"))}
    environment |= {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "EXTRAS": ""}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    commands = [run for stage in stages for run in of(stage, "RUN")]
    assert len(commands) == 2
    for command in commands:
        moved = re.sub(r"(?<![\w.])/(?=wheels|opt/)", f"{shlex.quote(str(tmp_path))}/", command)
        subprocess.run(moved, shell=True, cwd=context, env=environment, check=True, capture_output=True, timeout=240)
    bin_ = tmp_path / "opt" / "specmint" / "bin"
    assert not (bin_ / "pip").exists()
    schema = root / "schemas" / "fintech" / "payment_transaction.json"
    made = subprocess.run(
        [bin_ / "specmint-cli", "generate", "--schema", schema, "--count", "20", "--seed", "7", "--stdout"],
        env=environment | {"PYTHONPATH": sysconfig.get_path("purelib")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert made.stdout == sm.generate(schema, seed=7, count=20).jsonl


def test_its_context_is_enough_to_build_the_package(root: Path, stages: list[Stage], tmp_path: Path) -> None:
    context = context_of(root, stages, tmp_path)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "wheels"]
    subprocess.run(command, cwd=context, check=True, capture_output=True, timeout=120)
    (wheel,) = (context / "wheels").glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for path in (root / "pytest_specmint").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert str(path.relative_to(root)) in names
