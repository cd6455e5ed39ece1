"""The documentation as a site: built without a warning, and made of nothing that comes from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    nowhere = "http://127.0.0.1:9"
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return target


class Loaded(HTMLParser):
    """What a browser loads for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img", "iframe", "source", "video"}:
            self.urls.append(given.get("src") or "")
        if tag == "link" and given.get("rel") not in {"canonical", "prev", "next"}:
            self.urls.append(given.get("href") or "")


def test_every_page_is_there_and_found(site: Path) -> None:
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    for page in PAGES:
        assert (site / page).is_file(), page
        assert f'"{page.as_posix()}' in index, page
    assert not list(site.rglob("*.py"))


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in PAGES:
        loaded = Loaded()
        loaded.feed((site / page).read_text(encoding="utf-8"))
        assert loaded.urls
        for url in loaded.urls:
            assert not re.match(r"(?i)(https?:)?//", url), (page, url)
            assert not url or (site / page).parent.joinpath(url.partition("?")[0]).resolve().exists(), (page, url)
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text), style
        assert "@import" not in text


def test_included_files_are_shown(site: Path) -> None:
    page = (site / "how-to" / "ci.html").read_text(encoding="utf-8")
    assert "--8&lt;--" not in page
    for words in ("specmint-golden-check", "actions/checkout", "GITHUB_STEP_SUMMARY", "junitxml"):
        assert words in page
