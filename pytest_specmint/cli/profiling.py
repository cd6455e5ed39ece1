"""`generate --profile`: where a run's time goes, as a file for profile viewers and as a table of the plan's nodes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING

import click

from pytest_specmint.errors import UsageError

if TYPE_CHECKING:
    from cProfile import Profile

    from pytest_specmint.engine.profile import NodeTime, PlanTimes
    from pytest_specmint.job import Job

SLOWEST = 15
"""How many nodes are shown."""
MOST = 16_384
"""How many records are made for the table."""
_LONGEST_PATH = 60


@contextmanager
def profiled(job: "Job", path: str | None, *, quiet: bool = False) -> Iterator[None]:
    """Profile what happens in the block; nothing if there is no path.

    The file is in the form of `pstats`, and appears whole when the block ends, or not at all. The table comes from
    records that are made once more without the profiler, which would make small nodes look slow. Raises `OutputError`.
    """
    if path is None:
        yield
        return
    from cProfile import Profile
    from marshal import dumps

    from pytest_specmint.output.atomic import replaced_file

    with replaced_file(Path(path)) as file:
        profiler = Profile()
        _start(profiler)
        try:
            yield
        finally:
            profiler.disable()
        profiler.create_stats()
        file.write(dumps(profiler.stats))
    if not quiet:
        for line in _table(job):
            click.echo(line, err=True)


def refuse_profile(path: str, *, workers: int, out: str | None) -> None:
    """Raise `UsageError` where a profile would say nothing, or be in the way of the output."""
    if workers > 1:
        raise UsageError(
            f"--profile sees one process, not {workers}",
            hint="pass --workers 1: the bytes are the same",
        )
    if out is not None and Path(out).resolve() in Path(path).resolve().parents:
        raise UsageError(f"--profile {path} lies in --out {out}, which is replaced as a whole", hint="put it elsewhere")


def _start(profiler: "Profile") -> None:
    try:
        profiler.enable()
    except ValueError:  # Python 3.12 and later
        raise UsageError("another profiler is at work in this process", hint="leave --profile away") from None


def _table(job: "Job") -> Iterator[str]:
    from pytest_specmint.engine.profile import node_times
    from pytest_specmint.pipeline.blocks import related

    times = node_times(related(job, job.plan()), job.seed, job.start, min(job.count, MOST), perf_counter_ns)
    shown = times.nodes[:SLOWEST]
    paths = [_path(each) for each in shown]
    width = max(map(len, paths), default=0)
    yield (
        f"profile: the plan took {times.total / 1e6:,.1f} ms for {times.records:,} records, made again without the "
        f"profiler; nodes slowest first, without the nodes below them:"
    )
    yield f"  {'place':{width}}  {'kind':14}{'ms':>10}{'share':>8}{'values':>12}{'ns/value':>11}"
    for path, each in zip(paths, shown, strict=True):
        yield (
            f"  {path:{width}}  {each.kind:14}{each.nanoseconds / 1e6:>10,.2f}{_share(each.nanoseconds, times):>8}"
            f"{each.values:>12,}{each.per_value:>11,.1f}"
        )
    others = times.nodes[SLOWEST:]
    if others:
        rest = sum(each.nanoseconds for each in others)
        yield f"  {f'({len(others)} more nodes)':{width}}  {'':14}{rest / 1e6:>10,.2f}{_share(rest, times):>8}"
    yield f"  {'(rows put together)':{width}}  {'':14}{times.rows / 1e6:>10,.2f}{_share(times.rows, times):>8}"


def _path(node: "NodeTime") -> str:
    shown = node.path if len(node.path) <= _LONGEST_PATH else "..." + node.path[3 - _LONGEST_PATH :]
    more = node.places - 1
    return shown if not more else f"{shown} (and {more} more)"


def _share(nanoseconds: int, times: "PlanTimes") -> str:
    return f"{100 * nanoseconds / max(times.total, 1):.1f} %"
