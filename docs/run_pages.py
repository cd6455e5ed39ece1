"""Do what a page of the documentation shows, and compare: ``python docs/run_pages.py docs/tutorial.md``.

The blocks of a page are carried out in their order, in one temporary directory that holds copies of ``schemas/``,
``golden/``, ``examples/``, ``deploy/`` and ``docs/ci/``:

- ``console``: each line after ``$`` is a command, what follows it is its output, standard error included. An ``…``
  stands for any text, alone on a line for any lines; a command without output may print what it likes. Commands
  succeed, but where a comment says ``# exit code 7``. ``cd`` lasts until the page ends.
- ``bash`` and ``sh``: each line is a command.
- ``python``: run in one module per page; a ``text`` block right after it is what it prints.
- any block right after a paragraph that ends with a file's name and a colon (```name.json`:``) is that file's content.
- ``json``, ``yaml`` and ``toml`` must at least be such.

A block is left alone where the paragraph before it says why ``no test runs`` it.

With ``--write`` the outputs that differ are put into the page.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPIED = ("schemas", "golden", "examples", "deploy", "docs/ci")
SPARED = "no test runs"
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"(?:.*\s)?`([\w./-]+\.\w+)`:", re.DOTALL)
_CODE = re.compile(r"#.*\bexit code (\d+)")
_NEIGHBOURS = ("asyncio", "hypothesispytest", "insta", "pytest_cov", "randomly", "rerunfailures")
_SECONDS = 300


class Block(NamedTuple):
    """A fenced block: its language, content, place in the page, and the paragraph before it."""

    kind: str
    content: str
    start: int
    end: int
    before: str


class Command(NamedTuple):
    """A line of a console, and the output that is shown for it; None where none is."""

    line: str
    shown: str | None

    @property
    def code(self) -> int:
        """The exit code that is promised."""
        found = _CODE.search(self.line)
        return int(found[1]) if found else 0


class Mismatch(AssertionError):
    """The page shows something else than there is."""


def blocks_of(page: str) -> Iterator[Block]:
    """The blocks of a page."""
    at = 0
    for found in _FENCE.finditer(page):
        paragraphs = [each for each in re.split(r"\n\s*\n", page[at : found.start()]) if each.strip()]
        before = paragraphs[-1].strip() if paragraphs else ""
        yield Block(found[1], found[2], found.start(2), found.end(2), before)
        at = found.end()


def commands_of(content: str) -> Iterator[Command]:
    """The commands of a console; a line that ends with a backslash goes on."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        last = next(i for i, line in enumerate(lines) if not line.endswith("\\\n"))
        yield Command("".join(lines[: last + 1]).rstrip("\n"), "".join(lines[last + 1 :]) or None)


def matches(shown: str, real: str) -> bool:
    """Whether a real output is the shown one, in which … stands for any text, alone on a line for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else ".*?".join(map(re.escape, line.split("…"))) + r"[ \t]*\n"
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, real if real.endswith("\n") or not real else f"{real}\n") is not None


def _renewed(shown: str, real: str) -> str:
    """The real output, with … where the shown one had it and where times stand."""
    if matches(shown, real):
        return shown
    loose = [line for line in shown.splitlines() if "…" in line and line.strip() != "…"]
    lines = []
    for line in real.splitlines():
        kept = next((each for each in loose if matches(each, line)), None)
        lines.append(kept or re.sub(r"(?<= seconds )\d+\.\d+|(?<= in )\d+\.\d+(?=s( |$))", "…", line).rstrip())
    return "".join(f"{line}\n" for line in lines)


def environment(home: Path) -> dict[str, str]:
    """What commands see: our programs first, no colours, none of the caller's settings."""
    ours = ("SPECMINT_", "PYTEST_", "GIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours) and name != "CI"}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
        "HOME": str(home),
        "NO_COLOR": "1",
        "COLUMNS": "120",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": " ".join(["-p no:cacheprovider", *(f"-p no:{name}" for name in _NEIGHBOURS)]),
        "SPECMINT_PLAN_CACHE": "off",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


@contextmanager
def _imported(module: ModuleType) -> Iterator[None]:
    """Functions of the module are found by its name meanwhile, as those of a file would be."""
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        del sys.modules[module.__name__]


class Run:
    """One page, carried out in a directory."""

    def __init__(self, page: str, folder: Path, *, write: bool = False) -> None:
        self.page, self._folder, self._write = page, folder, write
        self._here = folder / "work"
        self._module = ModuleType("page")
        self._changes: list[tuple[int, int, str]] = []
        for name in COPIED:
            shutil.copytree(ROOT / name, self._here / name, ignore=shutil.ignore_patterns("__pycache__", "*.pending"))

    def all(self) -> int:
        """Carry out every block, and give how many were; raises `Mismatch`."""
        done, blocks = 0, list(blocks_of(self.page))
        for block, after in zip(blocks, [*blocks[1:], None], strict=False):
            if SPARED in " ".join(block.before.split()):
                continue
            if named := _FILE.fullmatch(block.before):
                self._file(named[1], block)
            elif block.kind == "python":
                follows = after is not None and after.kind == "text" and not after.before
                self._python(block, after if follows else None)
            else:
                _KINDS.get(block.kind, Run._leave)(self, block)
            done += 1
        for start, end, text in reversed(self._changes):
            self.page = self.page[:start] + text + self.page[end:]
        return done

    def _file(self, name: str, block: Block) -> None:
        path = self._here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.content, encoding="utf-8")

    def _console(self, block: Block) -> None:
        made = [(command, self._done(command.line, command.code)) for command in commands_of(block.content)]
        if not made:
            raise Mismatch(f"a console without a command after $:\n{block.content}")
        self._compare(block, [("$ " + command.line + "\n", command.shown, real) for command, real in made])

    def _shell(self, block: Block) -> None:
        for line in block.content.splitlines():
            found = _CODE.search(line)
            self._done(line, int(found[1]) if found else 0)

    def _python(self, block: Block, shown: Block | None) -> None:
        printed = io.StringIO()
        with chdir(self._here), redirect_stdout(printed), _imported(self._module):
            exec(compile(block.content, "page", "exec"), vars(self._module))  # noqa: S102 - our own pages
        if shown is not None:
            self._compare(shown, [("", shown.content, printed.getvalue())])

    def _compare(self, block: Block, parts: list[tuple[str, str | None, str]]) -> None:
        wrong = [part for part in parts if part[1] is not None and not matches(part[1], part[2])]
        if wrong and not self._write:
            head, shown, real = wrong[0]
            raise Mismatch(f"{head}shown:\n{shown}\nreal:\n{real}")
        if wrong:
            text = "".join(head + ("" if shown is None else _renewed(shown, real)) for head, shown, real in parts)
            self._changes.append((block.start, block.end, text))

    def _done(self, line: str, code: int) -> str:
        """The output of a command, with paths as a reader has them."""
        told = self._folder / "pwd"
        script = f"{line}\ncode=$?\npwd > {told}\nexit $code"
        done = subprocess.run(  # noqa: S603 - our own pages
            ["bash", "-c", script],  # noqa: S607
            cwd=self._here,
            env=environment(self._folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
        output = done.stdout.decode("utf-8", "replace")
        if done.returncode != code:
            raise Mismatch(f"$ {line}\nexit code {done.returncode}, not {code}:\n{output}")
        self._here = Path(told.read_text(encoding="utf-8").strip())
        return output.replace(f"{self._folder}/work", "/home/you/project")

    def _json(self, block: Block) -> None:
        json.loads(block.content)

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.content)

    def _yaml(self, block: Block) -> None:
        import yaml

        list(yaml.safe_load_all(block.content))

    def _leave(self, block: Block) -> None:
        """Nothing can be done with it."""


_KINDS: dict[str, Callable[[Run, Block], None]] = {
    "console": Run._console,
    "bash": Run._shell,
    "sh": Run._shell,
    "json": Run._json,
    "toml": Run._toml,
    "yaml": Run._yaml,
}


def run_page(path: Path, *, write: bool = False) -> int:
    """Carry out a page; gives how many of its blocks were. Raises `Mismatch`."""
    with tempfile.TemporaryDirectory(prefix="specmint-page-") as folder:
        run = Run(path.read_text(encoding="utf-8"), Path(folder).resolve(), write=write)
        done = run.all()
    if write:
        path.write_text(run.page, encoding="utf-8")
    return done


if __name__ == "__main__":
    for name in (each for each in sys.argv[1:] if each != "--write"):
        print(f"{name}: {run_page(Path(name), write='--write' in sys.argv)} blocks")
