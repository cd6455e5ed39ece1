"""Write the tables of the reference from the code: ``python docs/make_reference.py``."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from tables import commands, errors, formats, observe, plugin, settings, table  # noqa: E402 - found by the line above

BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"

Made = Callable[[], Iterator[list[str]] | str]

PAGES: Mapping[str, tuple[Made, ...]] = {
    "reference.md": (plugin.markers, plugin.fixtures, plugin.calls, plugin.options, plugin.hooks),
    "reference/cli.md": (commands.overview, commands.commands),
    "reference/config.md": (settings.settings,),
    "reference/keywords.md": (settings.keywords,),
    "reference/errors.md": (errors.codes, errors.errors),
    "reference/formats.md": (formats.formats, formats.types),
    "observability.md": (observe.events, observe.metrics),
}
"""The pages, and what is made anew in each, between marks that bear its name."""


def rewritten(page: str, text: str) -> str:
    """The page with its tables made anew."""
    for made in PAGES[page]:
        begin, end = BEGIN.format(made.__name__), END.format(made.__name__)
        if not text.count(begin) == text.count(end) == 1:
            raise SystemExit(f"{page} lacks the marks {begin} and {end}")
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        rows = made()
        text = f"{before}{begin}\n{rows if isinstance(rows, str) else table(rows)}\n{end}{after}"
    return text


if __name__ == "__main__":
    for name in PAGES:
        path = DOCS / name
        path.write_text(rewritten(name, path.read_text(encoding="utf-8")), encoding="utf-8")
