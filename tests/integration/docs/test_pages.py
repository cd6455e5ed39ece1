"""Every page of the documentation does what it shows: its commands run, its code too, and print what stands there."""

import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
NEEDS = {"how-to/spark.md": ("pyspark", "pyarrow"), "how-to/ray.md": ("ray", "pyarrow", "pandas")}
"""What is too large to have for a page, and not installed with the rest."""


@pytest.mark.filterwarnings("default")  # what Spark and Ray do in this process is not for us to judge
@pytest.mark.parametrize("page", PAGES)
def test_page(pages: ModuleType, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in NEEDS.get(page, ()):
        found = pytest.importorskip(package, reason=f"{page} is not tested: it needs {package}")
        if package == "ray":
            found.shutdown()  # the page starts a cluster of its own, whatever other tests have left
    if page == "how-to/spark.md" and shutil.which("java") is None:
        pytest.skip(f"{page} is not tested: it needs Java")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    pages.run_page(DOCS / page)


# ---------------------------------------------------------------- the one that carries them out


def run(pages: ModuleType, tmp_path: Path, page: str) -> int:
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    return int(pages.run_page(path))


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a", True),
        ("a  \n", "a\n", False),
        ("a\n", "a\nb\n", False),
        ("a…z\n", "abcz\n", True),
        ("a…z\n", "ab\ncz\n", False),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n…\n", "a\nb\n", True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_counts_as_the_same(pages: ModuleType, shown: str, real: str, same: bool) -> None:
    assert pages.matches(shown, real) is same


def test_blocks_share_a_directory_and_python_its_names(pages: ModuleType, tmp_path: Path) -> None:
    page = """
`in/a.txt`:

```text
hello
```

```console
$ cd in
$ cat a.txt
hello
$ echo two \\
  words
two words
```

```python
from pathlib import Path

word = Path("a.txt").read_text().strip()
```

```python
print(word)
```

```text
hello
```

This needs a network, so no test runs it:

```console
$ false
```
"""
    assert run(pages, tmp_path, page) == 5


@pytest.mark.parametrize(
    "block",
    [
        "```console\n$ false\n```\n",
        "```console\n$ true   # exit code 1\n```\n",
        "```console\n$ echo a\nb\n```\n",
        "```console\nb\n```\n",
        "```bash\nfalse\n```\n",
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\nassert False\n```\n",
        "```json\n{]\n```\n",
        "```toml\na\n```\n",
        "```console\n$ specmint-cli no-such-command\n```\n",
    ],
)
def test_a_page_that_is_wrong_fails(pages: ModuleType, tmp_path: Path, block: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        run(pages, tmp_path, f"# Page\n\n{block}")


def test_outputs_can_be_written_anew(pages: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(
        "```console\n$ printf 'a 1\\nb 2\\n'\nb …\nx\n$ echo same\nsame\n$ echo unseen\n```\n", encoding="utf-8"
    )
    pages.run_page(path, write=True)
    assert path.read_text() == (
        "```console\n$ printf 'a 1\\nb 2\\n'\na 1\nb …\n$ echo same\nsame\n$ echo unseen\n```\n"
    )
    pages.run_page(path)
