"""What `--help` shows: what to do first, commands and options in groups, quickly."""

import re
from typing import Any

import click
import pytest

from pytest_specmint.cli.main import COMMANDS, GROUPS, cli, main
from pytest_specmint.cli.sections import OTHERS
from pytest_specmint.errors import ExitCode
from pytest_specmint.keys import SECTIONS
from tests.command_line import every_command


def shown(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capfd.readouterr().out


def groups(text: str) -> dict[str, list[str]]:
    """The first words of the rows below each heading."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if heading := re.fullmatch(r"(\S.*):", line):
            found[heading[1]] = []
        elif found and (row := re.match(r"  (-\S+|[a-z]+)", line)):
            found[list(found)[-1]].append(row[1].rstrip(","))
    return found


def test_alone_it_says_what_to_do_first(capfd: pytest.CaptureFixture[str]) -> None:
    text = shown(capfd)
    assert "Begin with:         specmint-cli generate --schema SCHEMA.json --stdout\n" in text
    assert text == shown(capfd, "--help")
    found = groups(text)
    assert {title: found[title] for title in GROUPS} == {title: list(each) for title, each in GROUPS.items()}


def test_what_it_says_first_works(capfd: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "RECORDS.jsonl").write_text('{"a": 1}\n{"a": 3, "b": "x"}\n')
    begin, infer, doctor = re.findall(r"^  .*[:?] +specmint-cli (.*)$", shown(capfd), re.MULTILINE)
    (tmp_path / "SCHEMA.json").write_text(shown(capfd, *infer.partition(" >")[0].split()))
    assert shown(capfd, *begin.split()).count("\n") == 10
    assert main(doctor.split()) == 0


def test_the_many_options_of_generate_stand_in_sections(capfd: pytest.CaptureFixture[str]) -> None:
    found = groups(shown(capfd, "generate", "--help"))
    assert list(found) == [*SECTIONS, OTHERS]
    assert found[OTHERS] == ["--dry-run", "--config", "-h"]
    assert "--seed" in found["What is made"]
    command = dict(every_command())["generate"]
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    assert sum(map(len, found.values())) == len(options) + 1


def test_the_lines_of_help_are_those_of_the_commands() -> None:
    context = click.Context(cli)
    for name, words in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == words, name


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("generat", "generate"),
        ("golden lst", "golden list"),
        ("cassette refrsh", "cassette refresh"),
        ("packs shwo", "packs show"),
        ("schema lnit", "schema lint"),
        ("config vaildate", "config validate"),
    ],
)
def test_a_misspelt_command_is_answered_with_the_nearest(
    capfd: pytest.CaptureFixture[str], given: str, near: str
) -> None:
    assert main(given.split()) == ExitCode.USAGE
    err = capfd.readouterr().err
    assert f"error: there is no command {given!r}\n" in err
    assert f"hint: did you mean {near!r}?\n" in err


@pytest.mark.parametrize(("given", "all_of"), [("xyzzy", ""), ("golden xyzzy", " golden")])
def test_a_command_like_no_other_is_answered_with_where_all_are(
    capfd: pytest.CaptureFixture[str], given: str, all_of: str
) -> None:
    assert main(given.split()) == ExitCode.USAGE
    assert f"hint: specmint-cli{all_of} --help lists all\n" in capfd.readouterr().err


@pytest.mark.parametrize("group", [name for name, each in every_command() if isinstance(each, click.Group)])
def test_every_group_knows_what_is_near(capfd: pytest.CaptureFixture[str], group: str) -> None:
    inner = next(name for name, _ in every_command() if name.startswith(f"{group} "))
    assert main([*group.split(), f"{inner.partition(' ')[2]}x"]) == ExitCode.USAGE
    assert f"did you mean {inner!r}?" in capfd.readouterr().err
