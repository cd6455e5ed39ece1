"""The reference names everything that can be said to SpecMint, and says of it what the code says."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from pytest_specmint import config
from pytest_specmint.cli.main import COMMANDS, cli
from pytest_specmint.errors import ExitCode
from pytest_specmint.schema.extensions import EXTENSIONS

PAGES = (
    *("reference.md", "reference/cli.md", "reference/config.md", "reference/keywords.md", "reference/errors.md"),
    "reference/formats.md",
    "observability.md",
)
DOCS = Path(__file__).parents[3] / "docs"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document() -> str:
    return text("reference.md")


def first_cells(page: str) -> set[str]:
    """What stands in the first column of the tables of a page, without marks."""
    return set(re.findall(r"^\| \[?`([^`]+)`", text(page), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_are_those_of_the_code(make: ModuleType, page: str) -> None:
    assert set(make.PAGES) == set(PAGES)
    assert make.rewritten(page, text(page)) == text(page), "write them anew: python docs/make_reference.py"


# ---------------------------------------------------------------- the command line


def every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found


def test_every_command_and_option_has_a_row() -> None:
    sections = re.split(r"^#{2,3} specmint-cli ", text("reference/cli.md"), flags=re.MULTILINE)[1:]
    by_name = {section.partition("\n")[0]: section for section in sections}
    commands = dict(every_command())
    assert list(by_name) == list(commands)
    for name, command in commands.items():
        rows = [line for line in by_name[name].splitlines() if line.startswith("| `-")]
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden and not isinstance(command, click.Group):
                for spelling in (*option.opts, *option.secondary_opts):
                    assert any(f"`{spelling}`" in row or f"`{spelling} " in row for row in rows), (name, spelling)
        assert "Example: `specmint-cli" in by_name[name]


def test_every_setting_keyword_exit_code_and_kind_of_error_has_a_row(make: ModuleType) -> None:
    assert {key.name for key in config.KEYS} <= first_cells("reference/config.md")
    assert EXTENSIONS.keys() <= first_cells("reference/keywords.md")
    assert {str(int(code)) for code in ExitCode} <= first_cells("reference/errors.md")
    kinds = {each.__name__ for each in make.errors.classes()}
    assert len(kinds) >= 13
    assert kinds <= first_cells("reference/errors.md")
    assert kinds == make.errors.CURES.keys()


# ---------------------------------------------------------------- the plugin


def shown(pytester: pytest.Pytester, option: str, pattern: str) -> set[str]:
    """What pytest itself tells of us."""
    return set(re.findall(pattern, pytester.runpytest(option).stdout.str()))


@pytest.mark.parametrize(
    ("option", "pattern", "least"),
    [
        ("--help", r"--specmint-[a-z-]+", 8),
        ("--help", r"\bspecmint_[a-z_]+(?= \()", 6),
        ("--fixtures", r"\bspecmint_[a-z]+(?= |$)", 8),
        ("--markers", r"(?<=@pytest\.mark\.)specmint\w*", 2),
    ],
    ids=["options", "ini keys", "fixtures", "markers"],
)
def test_what_pytest_tells_of_us_is_in_the_reference(
    pytester: pytest.Pytester, document: str, option: str, pattern: str, least: int
) -> None:
    names = shown(pytester, option, pattern)
    assert len(names) >= least
    assert {name for name in names if name not in document} == set()


def test_every_argument_of_the_markers_is_in_the_line_that_pytest_shows_and_in_a_row(
    pytester: pytest.Pytester, make: ModuleType
) -> None:
    lines = pytester.runpytest("--markers").stdout.str()
    for name in ("specmint", "specmint_each"):
        (line,) = re.findall(rf"@pytest\.mark\.{name}\((.*?)\):", lines)
        arguments = set(make.plugin.arguments(make.plugin.KINDS[name]))
        assert set(re.findall(r"(\w+)(?:=|,|$)", line)) >= arguments
        assert arguments <= first_cells("reference.md")


def test_every_hook_is_one_that_conftest_files_may_have(pytester: pytest.Pytester, document: str) -> None:
    hooks = set(re.findall(r"`(pytest_specmint_\w+)`", document))
    assert len(hooks) >= 4
    pytester.makeconftest("\n".join(f"def {hook}(): pass" for hook in sorted(hooks)))
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED
