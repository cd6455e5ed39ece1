"""Trying one domain: its pack's example schemas and the goldens of the project, really made and compared."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.check.ruled import RuledVerifier
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import SpecmintError, UsageError
from pytest_specmint.golden.materialise import dataset_of
from pytest_specmint.golden.origin import read_origin
from pytest_specmint.job import Job, Mode
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.registry import pack_named
from pytest_specmint.pipeline.blocks import byte_blocks, record_blocks
from pytest_specmint.safety.fields import Field
from pytest_specmint.schema.load import load_schema
from pytest_specmint.trial.identifiers import check_digits
from pytest_specmint.trial.tally import EXAMPLES, Rate, Tally, Trial, together

RECORDS = 1000
"""Records of each schema that are judged, and"""
TIMED = 10_000
"""records that are timed."""
LEAST_RATE = 500.0
"""Records a second, from section 19.4 of the design."""
ORIGIN = ".golden.json"


class Plan(Struct, frozen=True):
    """What is to be tried."""

    goldens: bool = True
    edges: bool = True
    performance: bool = True
    seed: int = 0


def try_domain(name: str, root: Path, plan: Plan) -> Trial:
    """Try a domain with the schemas and goldens below ``root``. Raises `PackError`, `UsageError` without schemas."""
    pack = pack_named(name)
    schemas = [each.schema for each in pack.about.examples]
    missing = [each for each in schemas if not (root / each).is_file()]
    if missing or not schemas:
        raise UsageError(
            f"the schemas of pack {name} are not here: {', '.join(missing) or 'it names none'}",
            hint="run it where these paths lead from, or name the directory with --root",
        )
    jobs = [_job(root / each, name, plan.seed) for each in schemas]
    trial = Trial(
        name,
        pack.version,
        tuple(schemas),
        valid=together(map(_valid, jobs)),
        identifiers=together(_identifiers(job) for job in jobs),
        least_rate=LEAST_RATE,
    )
    if plan.goldens:
        trial = replace(trial, goldens=together(_goldens(root, name)))
    if plan.edges:
        trial = replace(trial, edges=together(map(_edges, jobs)))
    if plan.performance:
        trial = replace(trial, rates=tuple(_rate(job, shown) for job, shown in zip(jobs, schemas, strict=True)))
    return trial


def _job(schema: Path, domain: str, seed: int) -> Job:
    return Job(load_schema(schema), seed, RECORDS, 0, AS_OF, domain=(domain,))


def _judge(job: Job) -> Verifier:
    """By the schema as it is written, and by all error rules; not by what generation made of them."""
    rules = job.compiled_rules()
    binding = [each for each in rules.rules if each.rule.severity.value == "error"] if rules else []
    return RuledVerifier(job.schema, binding)


def _valid(job: Job) -> Tally:
    judge, tally = _judge(job), Tally()
    for records in record_blocks(job):
        wrong = judge.failures(records)
        words = tuple(
            f"{job.schema.source}: record {tally.total + at}: {judge.violations(records[at], 1)[0].message}"
            for at in wrong[:EXAMPLES]
        )
        tally += Tally(len(records), len(records) - len(wrong), words)
    return tally


def _identifiers(job: Job) -> Tally:
    field = Field(base_vocabulary())
    return together(check_digits(records, field) for records in record_blocks(job))


def _edges(job: Job) -> Tally:
    """A record for each boundary point: a case each."""
    edged = replace(job, mode=Mode.EDGE)
    targets = len(edged.targets())
    return _valid(replace(edged, count=targets)) if targets else Tally()


def _rate(job: Job, shown: str) -> Rate:
    job.plan()
    began = perf_counter()
    made = sum(lines.count(b"\n") for lines in byte_blocks(replace(job, count=TIMED)))
    return Rate(shown, made, perf_counter() - began)


def _goldens(root: Path, domain: str) -> Iterator[Tally]:
    """Each golden of the domain's folder, made again from its origin."""
    for origin in sorted((root / "golden" / domain).rglob(f"*{ORIGIN}")):
        yield _golden(origin, root)


def _golden(path: Path, root: Path) -> Tally:
    shown = path.relative_to(root).as_posix()
    lines = path.with_name(path.name.removesuffix(ORIGIN) + ".jsonl")
    try:
        origin = read_origin(path.read_bytes(), shown)
        made = dataset_of(origin, root).sha256
    except SpecmintError as error:
        return Tally(1, 0, (f"{shown}: {error.message}",))
    kept = sha256(lines.read_bytes()).hexdigest() if lines.is_file() else origin.content.sha256
    problems: Sequence[str] = []
    if made != kept:
        problems = [f"{shown}: made again, the records have the digest {made[:12]}, the golden {kept[:12]}"]
    return Tally(1, 0 if problems else 1, tuple(problems))
