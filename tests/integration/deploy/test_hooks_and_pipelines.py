"""Hooks for pre-commit, and pipelines: their forms, and their commands, run in a project that uses SpecMint."""

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import pytest_specmint as sm

ROOT = Path(__file__).parents[3]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
OURS = ROOT / ".github" / "workflows" / "ci.yml"
GITHUB = ROOT / "docs" / "ci" / "github-actions.yml"
GITLAB = ROOT / "docs" / "ci" / "gitlab-ci.yml"
USED = ROOT / "docs" / "ci" / "pre-commit.yaml"


def environment(**more: str) -> dict[str, str]:
    """This one, with our programs first, and without what changes how pytest, git and SpecMint behave."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "SPECMINT_", "PYTEST_", "PRE_COMMIT")) and name != "CI"
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{plain['PATH']}"
    return {**plain, "PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the examples."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.pending")
    return Path(shutil.copytree(ROOT / "examples", tmp_path / "project", ignore=ignored))


def run(line: str | list[str], project: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    shell = isinstance(line, str)
    command = ["bash", "-euc", line] if shell else line
    return subprocess.run(command, cwd=project, env=environment(**more), capture_output=True, text=True, timeout=300)


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-workflows", OURS), ("vendor.github-workflows", GITHUB), ("vendor.gitlab-ci", GITLAB)],
    ids=["ours", "github", "gitlab"],
)
def test_pipelines_have_the_form_that_they_must_have(schema: str, file: Path) -> None:
    done = run(["check-jsonschema", "--builtin-schema", schema, str(file)], ROOT)
    assert done.returncode == 0, done.stdout


def test_hooks_have_the_form_that_they_must_have() -> None:
    for command in (["validate-manifest", ".pre-commit-hooks.yaml"], ["validate-config", str(USED)]):
        done = run(["pre-commit", *command], ROOT)
        assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------- pre-commit


def used_hooks() -> list[dict[str, Any]]:
    """The hooks of the example configuration, as if they stood in the repository itself; nothing is installed."""
    defined = {hook["id"]: hook for hook in HOOKS}
    (repository,) = yaml.safe_load(USED.read_text(encoding="utf-8"))["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == defined.keys()
    return [{**defined[hook["id"]], **hook, "language": "system"} for hook in repository["hooks"]]


@pytest.fixture
def repository(project: Path, tmp_path: Path) -> Path:
    """The examples under git, with data and with the hooks of the example configuration."""
    (project / "data").mkdir()
    (project / "data" / "orders-2024.jsonl").write_bytes(sm.generate(project / "schemas" / "order.json", count=5).jsonl)
    (project / "notes.jsonl").write_text('"of nobody\'s concern"\n')
    config = {"repos": [{"repo": "local", "hooks": used_hooks()}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    for command in ("git init -q -b main", "git add -A"):
        assert run(command, project).returncode == 0
    return project


def outcomes(repository: Path, tmp_path: Path) -> dict[str, str]:
    """What pre-commit says of each hook, run on all files."""
    done = run("pre-commit run --all-files --verbose --color never", repository, PRE_COMMIT_HOME=str(tmp_path / "home"))
    names = {hook["name"]: hook["id"] for hook in HOOKS}
    found = {}
    for line in done.stdout.splitlines():
        name, _, state = line.partition("...")
        if name in names:
            found[names[name]] = state.strip(".")
    assert len(found) == len(HOOKS), done.stdout + done.stderr
    return found


def test_the_hooks_pass_where_all_is_well(repository: Path, tmp_path: Path) -> None:
    assert set(outcomes(repository, tmp_path).values()) == {"Passed"}


def test_each_hook_fails_where_it_must(repository: Path, tmp_path: Path) -> None:
    order = repository / "schemas" / "order.json"
    order.write_text(
        order.read_text().replace('"maximum": 9,', '"maximum": 3,').replace('"maximum": 9', '"maximum": 3')
    )
    (repository / "schemas" / "impossible.json").write_text('{"type": "integer", "minimum": 3, "maximum": 1}')
    (repository / "data" / "orders-2025.jsonl").write_text('{"email": "someone@gmail.com"}\n')
    assert run("git add -A", repository).returncode == 0
    assert set(outcomes(repository, tmp_path).values()) == {"Failed"}


# ---------------------------------------------------------------- pipelines


def test_our_own_pipeline_runs_environments_that_there_are() -> None:
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    known = {section.removeprefix("testenv:") for section in tox.sections()} | {"py311", "py312", "py313"}
    jobs = yaml.safe_load(OURS.read_text(encoding="utf-8"))["jobs"]
    tests, checks = jobs["tests"]["strategy"]["matrix"]["include"], jobs["checks"]["strategy"]["matrix"]["env"]
    used = {each["env"] for each in tests} | set(checks)
    assert used <= known
    assert {name.strip() for name in tox["tox"]["env_list"].split(",")} <= used
    for each in tests:
        assert not each["env"].startswith("py") or each["env"] == f"py{each['python'].replace('.', '')}"


def test_what_our_own_pipeline_compares_is_the_same_by_the_package(tmp_path: Path) -> None:
    (step,) = (step for step in yaml.safe_load(OURS.read_text())["jobs"]["image"]["steps"] if "name" in step)
    made, install, compared = step["run"].splitlines()
    assert install == "python -m pip install -e ."
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    inside = made.partition("specmint:ci ")[2]
    assert run(f"specmint-cli {inside}\n{compared}", tmp_path).returncode == 0


def github_steps() -> Iterator[dict[str, Any]]:
    for job in yaml.safe_load(GITHUB.read_text(encoding="utf-8"))["jobs"].values():
        yield from (step for step in job["steps"] if "run" in step)


def gitlab_lines(part: str) -> list[str]:
    job = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["tests"]
    return [str(line) for line in job[part]]


def test_they_install_what_there_is() -> None:
    name = "pytest-specmint"
    (install,) = (step["run"] for step in github_steps() if "pip" in step["run"])
    assert [install] == gitlab_lines("before_script") == [f"python -m pip install {name}"]
    assert f'name = "{name}"' in (ROOT / "pyproject.toml").read_text()


def commands(*, failing: bool) -> list[str]:
    """The commands of the GitHub workflow that run when all is well, or when something failed."""
    return [s["run"] for s in github_steps() if ("if" in s) == failing and "pip" not in s["run"]]


@pytest.mark.parametrize(
    "lines",
    [commands(failing=False), [*gitlab_lines("script"), *gitlab_lines("after_script")]],
    ids=["github", "gitlab"],
)
def test_their_commands_pass_where_all_is_well(lines: list[str], project: Path) -> None:
    assert len(lines) >= 3
    for line in lines:
        done = run(line, project, CI="true")
        assert done.returncode == 0, (line, done.stdout, done.stderr)


@pytest.mark.parametrize("where", ["github", "gitlab"])
def test_a_change_ends_as_a_patch_that_applies(where: str, project: Path, tmp_path: Path) -> None:
    script = commands(failing=False) if where == "github" else gitlab_lines("script")
    after = commands(failing=True) if where == "github" else gitlab_lines("after_script")
    schema = project / "schemas" / "order.json"
    schema.write_text(schema.read_text().replace('"maximum": 9', '"maximum": 3'))
    run("git init -q -b main && git add -A", project)
    said = tmp_path / "summary.md"
    codes = [run(line, project, CI="true").returncode for line in script]
    assert [code != 0 for code in codes] == [False, True, True]  # lint passes; goldens and tests do not
    for line in after:
        done = run(line, project, CI="true", GITHUB_STEP_SUMMARY=str(said))
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    if where == "github":
        assert "quantity" in said.read_text()
    assert run("git apply goldens.patch; find golden -name '*.pending' -delete", project).returncode == 0
    assert run("pytest", project).returncode == 0
    assert run("specmint-cli golden check", project).returncode == 0
