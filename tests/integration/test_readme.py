"""The README does what it says: every command, option and code block in it is executed."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from pytest_specmint.marker import Marker

import pytest_specmint as sm
from pytest_specmint import config
from pytest_specmint.cli.main import COMMANDS, cli, main
from pytest_specmint.errors import ExitCode

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
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
    assert len(COMMAND_LINES) == 15
    for line in COMMAND_LINES:
        assert main(shlex.split(line)[1:]) == 0, (line, capfd.readouterr().err)


def test_record_seven_alone_is_record_seven_of_the_whole(workplace: Path, capfdbinary: Any) -> None:
    (alone,) = (line for line in COMMAND_LINES if "--index 7" in line)
    assert main(shlex.split(alone)[1:]) == 0
    whole = sm.generate("schemas/fintech/payment_transaction.json", seed=2024, count=50)
    assert capfdbinary.readouterr().out == whole.jsonl.splitlines(keepends=True)[7]


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
    (path,) = pytester.path.rglob("*.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[7] = re.sub('"currency":"[A-Z]+"', '"currency":"XXX"', lines[7])
    path.write_text("".join(lines), encoding="utf-8")
    shown = [line for line in blocks("text")[0].splitlines() if line.startswith("E ")]
    patterns = [re.sub(r"\S*golden/\S+", "*", re.sub(r'"[A-Z]{3}"', "*", line)) for line in shown]
    pytester.runpytest().stdout.fnmatch_lines(patterns)


def test_the_settings_file_is_one(workplace: Path) -> None:
    (workplace / "specmint.toml").write_text(blocks("toml")[0])
    assert main(["generate", "--quiet"]) == 0
    assert sm.validate("schemas/ecommerce/customer_order.json", "orders").valid == 250


def test_the_tables_are_complete() -> None:
    rows = {row[0]: row[1] for row in re.findall(r"^\| `?(\w+)`? \| (.*?) \|", README, re.MULTILINE)}
    assert set(Marker.__slots__) <= rows.keys()
    assert {str(int(code)) for code in ExitCode} <= rows.keys()


def test_every_option_that_users_see_is_in_the_readme_or_in_the_help() -> None:
    context = click.Context(cli)
    mentioned = set(re.findall(r"--[a-z][a-z-]+", README))
    known = {"--help", "--version", "--specmint-update-golden"}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert "Example:" in (command.help or "")
        for option in command.params:
            assert isinstance(option, click.Option)
            known |= set(option.opts) | set(option.secondary_opts)
            assert option.hidden or option.help
    assert mentioned <= known | {"--schema-root"}, mentioned - known


def test_settings_and_options_agree() -> None:
    command = cli.get_command(click.Context(cli), "generate")
    assert command is not None
    assert {key.name for key in config.KEYS} <= {option.name for option in command.params}
