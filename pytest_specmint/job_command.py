"""The command line that prints a record of a job."""

import shlex

from msgspec.structs import asdict

from pytest_specmint.engine.settings import USUAL_SIZES
from pytest_specmint.job import Job, Mode, RelatedJob


def command_for(job: Job, index: int) -> str:
    """The command that prints the record of this index."""
    source = job.schema.source
    where = "SCHEMA.json" if source is None else source + ("" if job.schema.place == "#" else job.schema.place)
    given = {"--view": job.schema.view, **_changed(job)}
    options = "".join(f" {name} {value}" for name, value in given.items() if value is not None)
    files = dict.fromkeys(rule.source for rule in job.rules if rule.source)
    options += "".join(f" --rules {shlex.quote(each)}" for each in files)
    return (
        f"specmint-cli generate --schema {shlex.quote(where)} --seed {job.seed} "
        f"--index {index} --as-of {job.as_of.isoformat()}{options}"
    )


def _changed(job: Job) -> dict[str, object]:
    """Options of the command line by which a job differs from the usual."""
    usual = asdict(USUAL_SIZES)
    sizes = {f"--{name.replace('_', '-')}": value for name, value in asdict(job.sizes).items() if value != usual[name]}
    domain = {"--domain": ",".join(job.domain)} if job.domain else {}
    related = ",".join(map(_named, job.related))
    domain |= {"--related": shlex.quote(related)} if related else {}
    locale = {"--locale": job.locale} if job.locale else {}
    return {**domain, **locale, **({} if job.mode is Mode.USUAL else {"--mode": job.mode}), **sizes}


def _named(related: RelatedJob) -> str:
    """A related dataset as the command line names it."""
    job = related.job
    return f"{related.name}={job.schema.source or 'SCHEMA.json'}:{job.count}:{job.seed}"
