"""The README does what it says: every command, option and code block in it is executed."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import pytest_specmint as sm
from pytest_specmint import config
from pytest_specmint.cli.main import cli, main
from pytest_specmint.errors import ExitCode
from pytest_specmint.plugin.options import OPTIONS
from tests.command_line import every_command

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PAGES = re.findall(r"<!-- page -->\n(.*?)<!-- end -->", README, re.DOTALL)
"""Parts that are carried out like pages of the documentation."""
OTHERS = re.sub(r"<!-- page -->\n.*?<!-- end -->", "", README, flags=re.DOTALL)
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", OTHERS, re.DOTALL)
COMMAND_LINES = [
    line.rpartition("&& ")[2]
    for kind, block in BLOCKS
    if kind == "bash"
    for line in block.splitlines()
    if "specmint-cli" in line
]


def blocks(kind: str) -> list[str]:
    return [block for each, block in BLOCKS if each == kind]


@pytest.fixture
def workplace(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schemas").symlink_to(root / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_line_succeeds_in_order(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert len(COMMAND_LINES) == 21
    for line in COMMAND_LINES:
        assert main(shlex.split(line)[1:]) == 0, (line, capfd.readouterr().err)


def test_record_seven_alone_is_record_seven_of_the_whole(workplace: Path, capfdbinary: Any) -> None:
    (alone,) = (line for line in COMMAND_LINES if "--index 7" in line)
    assert main(shlex.split(alone)[1:]) == 0
    whole = sm.generate("schemas/fintech/payment_transaction.json", seed=2024, count=50)
    assert capfdbinary.readouterr().out == whole.jsonl.splitlines(keepends=True)[7]


def test_the_parts_that_are_pages_do_what_they_show(pages: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("\n".join(PAGES), encoding="utf-8")
    assert pages.run_page(page) > 10


def test_the_python_blocks_run(pytester: pytest.Pytester, root: Path) -> None:
    tests, api = blocks("python")
    (pytester.path / "schemas").symlink_to(root / "schemas")
    exec(compile(api, "README", "exec"), {})
    pytester.makepyfile(test_payments=tests)
    pytester.runpytest().assert_outcomes(passed=1, failed=1)
    pytester.runpytest("--specmint-update-golden").assert_outcomes(passed=2)
    pytester.runpytest().assert_outcomes(passed=2)


def test_the_failure_it_shows_is_the_failure_there_is(pytester: pytest.Pytester, root: Path) -> None:
    (pytester.path / "schemas").symlink_to(root / "schemas")
    pytester.makepyfile(test_payments=blocks("python")[0])
    pytester.runpytest("--specmint-update-golden")
    pytester.makepyfile(test_payments=blocks("python")[0].replace("2024", "2025"))
    shown = [line for line in blocks("text")[0].splitlines() if line.startswith("E ")]
    assert len(shown) == 6
    found = pytester.runpytest().stdout.lines
    assert [line for line in found if line in shown] == shown


def test_the_life_of_a_golden(tmp_path: Path, root: Path) -> None:
    """Each command of the block, in its order; those that are said to fail do."""
    (block,) = blocks("sh")
    shutil.copytree(root / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    surroundings = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}
    surroundings["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{surroundings['PATH']}"
    first, *lines = block.splitlines()
    assert first == "cd examples"
    for line in lines:
        done = subprocess.run(
            line, shell=True, cwd=tmp_path / "examples", env=surroundings, capture_output=True, text=True, timeout=120
        )
        fails = "fail" in line.partition("#")[2]
        assert (done.returncode != 0) == fails, (line, done.stdout, done.stderr)
    assert "maximum 9" not in (tmp_path / "examples" / "goldens.md").read_text()
    assert (
        "schema changed: /properties/lines/items/properties/quantity changed"
        in (tmp_path / "examples" / "goldens.md").read_text()
    )


def test_the_settings_file_is_one(workplace: Path) -> None:
    (workplace / "specmint.toml").write_text(blocks("toml")[0])
    assert main(["generate", "--quiet"]) == 0
    assert sm.validate("schemas/ecommerce/customer_order.json", "orders").valid == 250


def test_the_table_of_exit_codes_is_complete() -> None:
    rows = {row[0]: row[1] for row in re.findall(r"^\| `?(\w+)`? \| (.*?) \|", README, re.MULTILINE)}
    assert {str(int(code)) for code in ExitCode} <= rows.keys()


def test_every_option_that_users_see_is_in_the_readme_or_in_the_help() -> None:
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    known = {"--help", "--version", *(option.option for option in OPTIONS)}
    for name, command in every_command():
        assert isinstance(command, click.Group) or "Example:" in (command.help or ""), name
        for option in command.params:
            if isinstance(option, click.Option):
                known |= set(option.opts) | set(option.secondary_opts)
                assert option.hidden or option.help, (name, option.name)
    assert mentioned <= known | {"--schema-root"}, mentioned - known


def test_settings_and_options_agree() -> None:
    command = cli.get_command(click.Context(cli), "generate")
    assert command is not None
    assert {key.name for key in config.KEYS} <= {option.name for option in command.params}
