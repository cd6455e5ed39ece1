"""What the options of ``generate`` ask for: a dataset or several, a shard of it, a format, and how it is made."""

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pytest_specmint import config
from pytest_specmint.api import parse_day, parse_mode
from pytest_specmint.cli.ruling import rules_of
from pytest_specmint.cli.source import schema_of
from pytest_specmint.engine.settings import Sizes
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.packs.locale_names import locale_tag
from pytest_specmint.shards import Shard, shard_of

if TYPE_CHECKING:
    from pytest_specmint.pipeline.recipe import Execution
    from pytest_specmint.rendering.format import Format


def job_of(settings: config.Settings, *, invalid: bool) -> Job:
    """The dataset that the settings describe."""
    schema = schema_of(settings)
    mode = parse_mode(settings["mode"].value)
    if invalid and mode is not Mode.USUAL:
        raise UsageError(f"--invalid and --mode {mode} exclude each other", hint="make two datasets")
    return Job(
        schema,
        settings["seed"].value,
        settings["count"].value,
        settings["start"].value,
        parse_day(settings["as_of"].value),
        Sizes(settings["array_spread"].value, settings["text_spread"].value, settings["presence"].value),
        Mode.INVALID if invalid else mode,
        rules=rules_of(settings["rules"].value),
        domain=domain_names(settings["domain"].value),
        locale=locale_tag(settings["locale"].value),
    )


def several_of(settings: config.Settings, options: dict[str, Any]) -> "dict[str, Job] | None":
    """The datasets that are meant, by name, if they are several."""
    if settings["datasets"].value is None and settings["related"].value is None:
        if options["only"] is not None:
            raise UsageError("--only needs --datasets", hint="without it there is only one dataset")
        return None
    from pytest_specmint.cli.several import jobs

    if settings["datasets"].value is not None:
        return jobs(settings, None)
    return jobs(settings, job_of(settings, invalid=options["invalid"]))


def one_of(several: "dict[str, Job]", settings: config.Settings, options: dict[str, Any]) -> Job:
    """The dataset that is meant alone, with what was said about its records."""
    from pytest_specmint.cli.several import main_name
    from pytest_specmint.datasets.jobs import in_names

    if options["only"] is None:
        return several[main_name(settings)]
    job = in_names(several, options["only"])
    count = job.count if options["count"] is None else options["count"]
    mode = Mode.INVALID if options["invalid"] else parse_mode(settings["mode"].value)
    return replace(job, start=settings["start"].value, count=count, mode=mode)


def shard_asked(settings: config.Settings, whole: Job, index: int | None) -> Shard | None:
    """The part that is asked for; None where all is."""
    text = settings["shard"].value
    if text is None:
        return None
    if index is not None:
        raise UsageError("--index and a shard exclude each other", hint="an index counts from the first record of all")
    return shard_of(text, whole.start, whole.count)


def format_of(settings: config.Settings, job: Job) -> "Format":
    """The form that records are written in; raises `UsageError` for near misses in another than JSON Lines."""
    from pytest_specmint.output.formats import JSONL, format_named

    form = format_named(settings["format"].value, job.packs())
    if form is not JSONL and job.mode is Mode.INVALID:
        raise UsageError(
            f"--invalid and --format {form.name} exclude each other",
            hint="near misses lack what the format needs: they are JSON Lines",
        )
    return form


def execution_of(settings: config.Settings) -> "Execution":
    """In how many processes, and what is checked."""
    from pytest_specmint.pipeline.recipe import Execution

    workers = settings["workers"].value
    if workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}", hint="leave --workers away for one")
    return Execution(workers, settings["check_all"].value)
