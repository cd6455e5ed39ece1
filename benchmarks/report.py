"""Tables of figures in Markdown, and the document that holds them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from result import Curve, Figure, Outcome
from scale import SCHEMAS

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TITLES: Mapping[str, str] = {
    "generation": "Generation and verification",
    "whole": "The whole command",
    "workers": "Two workers",
    "memory": "Memory",
    "peers": "Peers",
    "startup": "Start-up, plugin, fixture, compilation",
    "files": "Record files",
    "micro": "Kinds of nodes",
    "growth": "Growth",
    "suites": "Suites of tests",
    "enrichment": "Language models",
    "rules": "Rules",
    "parts": "Datasets in parts",
    "forms": "Formats",
}


def report(machine: str, commands: Sequence[str], loads: Sequence[str], outcomes: Mapping[str, Outcome]) -> str:
    """All tables: the targets first, then what each part shows besides, then what was left out."""
    figures = [figure for outcome in outcomes.values() for figure in outcome.figures]
    targets = sorted((each for each in figures if each.number), key=lambda each: each.number)
    how = " and ".join(f"`{each}`" for each in dict.fromkeys(commands))
    blocks = [f"{machine}.", f"Measured by {how}; load of the machine before each part: {', '.join(loads)}."]
    if any("--quick" in each for each in commands):
        blocks.append(
            "**Taken with `--quick`: counts this small show that everything runs, the figures mean nothing.**"
        )
    if targets:
        blocks += ["### Targets", targets_table(targets)]
    for name, outcome in outcomes.items():
        rest = [each for each in outcome.figures if not each.number]
        if rest:
            blocks += [f"### {TITLES[name]}", _plain(rest) if name in {"micro", "growth"} else schemas_table(rest)]
        curves = [each for each in outcome.curves if each.plot in {"growth", "records"}]
        if curves:
            blocks.append(curves_table(curves))
    skipped = [f"- {words}" for outcome in outcomes.values() for words in outcome.skipped]
    if skipped:
        blocks += ["### Not measured, or in doubt", "\n".join(skipped)]
    return "\n\n".join(blocks) + "\n"


def targets_table(figures: Iterable[Figure]) -> str:
    """A row per target; medians, and below what must not be missed the verdict."""
    rows = []
    for label, group in _grouped(figures).items():
        first = group[0]
        sign = "≥" if first.at_least else "≤"
        missed = [each.schema or "it" for each in group if not each.reached]
        verdict = "reached" if not missed else "MISSED" if len(missed) == len(group) else f"MISSED: {', '.join(missed)}"
        rows.append(
            [str(first.number), label, *_cells(group), f"{sign} {_text(first.target or 0, first.unit)}", verdict]
        )
    return _table(["", "figure", *SCHEMAS, "by itself", "target", ""], rows)


def schemas_table(figures: Iterable[Figure]) -> str:
    """A row per figure, a column per schema."""
    rows = [[label, *_cells(group)] for label, group in _grouped(figures).items()]
    return _table(["figure", *SCHEMAS, "by itself"], rows)


def curves_table(curves: Iterable[Curve]) -> str:
    """A row per curve, its points in words."""
    rows = [
        [f"{each.name}, {each.y_label}", " · ".join(f"{x:,.0f}: {y:,.1f}" for x, y in each.points)] for each in curves
    ]
    return _table(["curve", "size: cost"], rows)


def _plain(figures: Iterable[Figure]) -> str:
    """Figures whose subjects are no schemas of the repository: a row per subject."""
    all_of_them = list(figures)
    names = list(dict.fromkeys(each.name for each in all_of_them)) if all_of_them[0].schema else [""]
    if all_of_them[0].schema:
        subjects = dict.fromkeys(each.schema for each in all_of_them)
        found = {(each.schema, each.name): each for each in all_of_them}
        rows = [[subject, *(spread(found[subject, name]) for name in names)] for subject in subjects]
        return _table(["kind", *names], rows)
    rows = [
        [_of(each), spread(each), f"≤ {each.target:g}", "level" if each.reached else "GROWS"] for each in all_of_them
    ]
    return _table(["figure", "found", "level up to", ""], rows)


def _of(figure: Figure) -> str:
    return f"{figure.name} ({figure.schema})" if figure.schema else figure.name


def _grouped(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    groups: dict[str, list[Figure]] = {}
    for each in figures:
        groups.setdefault(each.name, []).append(each)
    return groups


def _cells(group: list[Figure]) -> list[str]:
    found = {each.schema: spread(each) for each in group}
    return [found.get(name, "") for name in [*SCHEMAS, ""]]


def spread(figure: Figure) -> str:
    """The median."""
    return _text(figure.value.median, figure.unit)


def _text(value: float, unit: str) -> str:
    if unit == "x":
        return f"{value:.2f}" if abs(value) < 100 else f"{value:,.0f}"
    digits = 0 if abs(value) >= 100 or unit == "/s" else 1
    return f"{value:,.{digits}f}{'' if unit == '/s' else ' ' + unit}"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def in_document(path: Path, measured: str) -> None:
    """Put the tables between the markers of the document; all else stays."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{path} lacks the lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{measured}\n{END}{after}", encoding="utf-8")
