"""`specmint-cli benchmark`: how fast a schema is on this machine, as a report for people or as a document for programs.

The document of ``--json`` is one line of canonical JSON; `benchmark.schema.json` beside this file is its JSON Schema.
Every figure was measured in this run; those that could not be are null, and said to be missing. What is measured a
number of times comes as median, least, greatest and all values.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import click
import msgspec

from pytest_specmint import config
from pytest_specmint.api import parse_day
from pytest_specmint.cli.domain import domain_option, locale_option
from pytest_specmint.cli.source import NAMES, schema_of, schema_options
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import OutputError, UsageError

if TYPE_CHECKING:
    from pytest_specmint.job import Job
    from pytest_specmint.report.document import Change, Comparison

COUNTS = "1000,10000"
RUNS = 3
_MEGA = 1_000_000
_NAME_WIDTH = 34
_RATE_WIDTH = 34
_PARTS = {
    "generation": "generation",
    "run": "run (generation, checks)",
    "validation": "validation of every record",
    "reference": "orjson.dumps of the same records",
}
Content = Mapping[str, Any]


@click.command(name="benchmark", short_help="Measure a schema on this machine.")
@schema_options
@domain_option
@locale_option
@click.option(
    "--runs", type=int, default=RUNS, metavar="N", help=f"How often each figure is measured (default {RUNS})."
)
@click.option("--counts", default=COUNTS, metavar="N,…", help=f"Numbers of records (default {COUNTS}).")
@click.option("--seed", type=int, help="Seed, 0 to 2^64-1 (default 0).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--save", metavar="FILE", help="Write the JSON document there, to compare with later.")
@click.option("--compare", metavar="FILE", help="Compare with a saved document of the same schema.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Measure a schema on this machine: compiling, generating, checking, memory, beside orjson.dumps of its records.

    Times are those of the wall clock, of one process; close what else is running. Records are made as usual, whatever
    mode the settings say.

    Example: specmint-cli benchmark --schema order.json --runs 5 --save before.json
    """
    settings = config.resolve(
        {name: options[name] for name in (*NAMES, "seed", "domain", "locale")}, config=options["config_file"]
    )
    runs, counts = _runs(options["runs"]), _counts(options["counts"])
    job = _job(settings, counts)
    saved = None if options["compare"] is None else _saved(Path(options["compare"]), job, counts)
    content = _measured(job, counts, runs)
    if options["save"] is not None:
        _save(Path(options["save"]), content)
    _print(content, saved, as_json=options["as_json"])


def _runs(runs: int) -> int:
    if runs < 1:
        raise UsageError(f"runs must be at least 1, not {runs}", hint="three or more tell a difference from noise")
    return runs


def _counts(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"0*[1-9][0-9]{0,17}", word) for word in words):
        raise UsageError(f"counts must be whole numbers from 1 on, not {text!r}", hint=f"as in --counts {COUNTS}")
    return sorted(set(map(int, words)))


def _job(settings: config.Settings, counts: Sequence[int]) -> "Job":
    from pytest_specmint.engine.settings import Sizes
    from pytest_specmint.job import Job
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.packs.locale_names import locale_tag

    sizes = Sizes(settings["array_spread"].value, settings["text_spread"].value, settings["presence"].value)
    day, domain = parse_day(settings["as_of"].value), domain_names(settings["domain"].value)
    job = Job(schema_of(settings), settings["seed"].value, max(counts), 0, day, sizes, domain=domain)
    return msgspec.structs.replace(job, locale=locale_tag(settings["locale"].value))


def _measured(job: "Job", counts: Sequence[int], runs: int) -> dict[str, Any]:
    from pytest_specmint.report.benchmark import measure
    from pytest_specmint.report.document import document
    from pytest_specmint.report.machine import peak_memory, system

    benchmark = measure(job, counts, runs, perf_counter_ns, peak_memory)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return document(benchmark, job, runs=runs, system=system(), created_at=now)


def _print(content: dict[str, Any], saved: Content | None, *, as_json: bool) -> None:
    from pytest_specmint.engine.wording import printable
    from pytest_specmint.report.document import compared, comparison_document

    comparison = None if saved is None else compared(saved, content)
    if as_json:
        more = {} if comparison is None else {"comparison": comparison_document(comparison)}
        write_whole(_bytes({**content, **more}))
        return
    lines = [*_report(content), *(_comparison(comparison) if comparison else ())]
    text = "".join(printable(line).rstrip() + "\n" for line in lines)
    write_whole(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))


def _bytes(content: Content) -> bytes:
    from pytest_specmint.canonical_json import canonical_bytes

    return canonical_bytes(content) + b"\n"


# ---------------------------------------------------------------- files


def _save(path: Path, content: Content) -> None:
    from pytest_specmint.output.atomic import write_file

    write_file(path, _bytes(content))


def _saved(path: Path, job: "Job", counts: Sequence[int]) -> Content:
    """A saved document that can be compared with what is to be measured."""
    content = _read(path)
    mine = {
        "sha256": job.schema.sha256,
        "place": job.schema.place,
        "draft": job.schema.dialect,
        "view": job.schema.view,
    }
    for name, value in mine.items():
        if content["schema"][name] != value:
            raise UsageError(
                f"{path} is of another schema: its {name} is {content['schema'][name]}, not {value}",
                hint="compare with a file that was saved for this schema: benchmark --schema … --save FILE",
            )
    known = [scenario["records"] for scenario in content["scenarios"]]
    if not set(known) & set(counts):
        words = ",".join(map(str, known))
        raise UsageError(f"{path} has no figures for these numbers of records", hint=f"pass --counts {words}")
    return content


def _read(path: Path) -> Content:
    import jsonschema_rs
    import orjson

    hint = "pass a file that benchmark --save wrote"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}", hint=hint) from error
    form = orjson.loads(Path(__file__).with_name("benchmark.schema.json").read_bytes())
    try:
        content: Content = orjson.loads(raw)
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {str(error).partition(chr(10))[0]}", hint=hint) from None
    try:
        jsonschema_rs.Draft202012Validator(form).validate(content)
    except jsonschema_rs.ValidationError as error:
        where = "/".join(map(str, error.instance_path)) or "the document"
        raise UsageError(f"{path} is not a saved benchmark: {error.message[:200]} ({where})", hint=hint) from None
    return content


# ---------------------------------------------------------------- words


def _report(content: Content) -> Iterator[str]:
    rows = {
        "schema": _schema(content["schema"]),
        "system": _system(content["system"]),
        "versions": ", ".join(f"{name} {each or 'unknown'}" for name, each in content["system"]["packages"].items()),
        "runs": _how(content["options"]),
        "compile": _compiling(content),
    }
    yield from (f"{name + ':':11}{value}" for name, value in rows.items())
    dumped = content["compile"]["toReference"]
    if dumped is not None:
        yield f"{'':11}together as long as orjson.dumps takes for {dumped:,.0f} records"
    for scenario in content["scenarios"]:
        yield ""
        yield from _scenario(scenario)
    yield ""
    last = content["scenarios"][-1]
    closing = {
        "peak memory": _memory(content["peakMemory"]),
        "checks": _checks(last, proven=content["plan"]["proven"]),
        "schema compliance": _compliance(last),
        "cross-field rules": _rules(**content["crossFieldRules"]),
        "language model": "no provider configured: latencies p50 and p95 not measured",
    }
    yield from (f"{name + ':':19}{value}" for name, value in closing.items())


def _schema(schema: Content) -> str:
    place = "" if schema["place"] == "#" else schema["place"]
    view = f", view {schema['view']}" if schema["view"] else ""
    return f"{schema['source']}{place}, {schema['draft']}{view}, sha256 {schema['sha256'][:16]}"


def _system(system: Content) -> str:
    cores = f"{system['cores']} cores" if system["cores"] else "cores unknown"
    if system["usableCores"] != system["cores"]:
        cores += f" ({system['usableCores']} usable)"
    memory = f"{system['memory'] / 1e9:.1f} GB" if system["memory"] else "memory unknown"
    cpu = system["cpu"] if system["cpu"] == system["machine"] else f"{system['cpu']} ({system['machine']})"
    return f"{system['python']}, {system['platform']}, {cpu}, {cores}, {memory}"


def _how(options: Content) -> str:
    if options["runs"] == 1:
        return f"1, which says nothing about noise; seed {options['seed']}, as of {options['asOf']}"
    spread = "median (least..greatest) by the wall clock, one process"
    return f"{options['runs']}: {spread}; seed {options['seed']}, as of {options['asOf']}"


def _compiling(content: Content) -> str:
    compiling = content["compile"]
    check, plan, validator = (_seconds(compiling[name]) for name in ("check", "plan", "validator"))
    return (
        f"plan of {content['plan']['nodes']:,} nodes {plan}, metaschema {check}, validator {validator}; measured once"
    )


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:,.2f} s"


def _scenario(scenario: Content) -> Iterator[str]:
    head = f"{scenario['records']:,} records of {scenario['bytesPerRecord']:,.0f} bytes"
    yield f"{head:{_NAME_WIDTH}}  {'records/s':{_RATE_WIDTH}}  time (orjson.dumps is 1)"
    for name, words in _PARTS.items():
        timing = scenario[name]
        if timing is None:
            yield f"  {words}: refused, integers beyond 64 bits"
            continue
        ratio = "1" if name == "reference" else _range(timing["toReference"], ",.2f")
        yield f"  {words:{_NAME_WIDTH}}{_range(timing['recordsPerSecond'], ',.0f'):{_RATE_WIDTH}}  {ratio}"


def _range(spread: Content | None, form: str) -> str:
    if spread is None:
        return "unknown"
    if len(spread["values"]) == 1:
        return f"{spread['median']:{form}}"
    return f"{spread['median']:{form}} ({spread['least']:{form}}..{spread['greatest']:{form}})"


def _memory(peak: Content) -> str:
    if peak["afterRun"] is None:
        return "unknown: this system does not tell"
    after = f"{peak['afterRun'] / _MEGA:,.0f} MB in the main process after a run of {peak['records']:,} records"
    if peak["beforeFirstRecord"] is None:
        return after
    return f"{after}; {peak['beforeFirstRecord'] / _MEGA:,.0f} MB before the first record"


def _checks(scenario: Content, *, proven: bool) -> str:
    validation, records = scenario["validation"], scenario["records"]
    share = validation["shareOfRun"]
    percent = {key: share[key] * 100 for key in ("median", "least", "greatest")}
    why = " (the others are valid by proof)" if validation["checkedInRun"] < records else ""
    if proven and not why:
        why = " (all of so few)"
    return (
        f"{_range({**percent, 'values': share['values']}, '.0f')} % of the run of {records:,} records, "
        f"which checks {validation['checkedInRun']:,} of them{why}"
    )


def _compliance(scenario: Content) -> str:
    percent = 100 * scenario["valid"] / scenario["records"]
    words = "100" if scenario["valid"] == scenario["records"] else f"{min(percent, 99.99):.2f}"
    return (
        f"{words} % ({scenario['valid']:,} of {scenario['records']:,} records, all checked; "
        f"{scenario['redrawn']:,} drawn again)"
    )


def _rules(sentences: int, enforced: int) -> str:
    if not sentences:
        return "none in this schema"
    told = f"{sentences} {'sentence' if sentences == 1 else 'sentences'} in this schema"
    return f"{told}, all enforced by rules" if enforced == sentences else f"{told}, {enforced} enforced by rules"


def _comparison(comparison: "Comparison") -> Iterator[str]:
    yield ""
    yield f"compared with the run of {comparison.created_at}"
    yield from (f"  not the same: {words}" for words in comparison.differences)
    yield f"  {'':44}{'then':>12}  {'now':>12}  {'now/then':>8}"
    yield from map(_change, comparison.changes)


def _change(change: "Change") -> str:
    figure = change.figure
    records = "" if figure.records is None else f", {figure.records:,} records"
    name = f"{figure.name}{records}, {'MB' if figure.unit == 'bytes' else 'ms' if figure.unit == 's' else figure.unit}"
    ratio = "" if change.ratio is None else f"{change.ratio:.2f}"
    old, new = (_amount(value, figure.unit) for value in (change.old, change.new))
    return f"  {name:44}{old:>12}  {new:>12}  {ratio:>8}  {change.verdict.value}"


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / _MEGA:,.1f}"
    if unit == "s":
        return f"{value * 1000:,.2f}"
    return f"{value:,.2f}" if unit == "x orjson.dumps" else f"{value:,.0f}"
