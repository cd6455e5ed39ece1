"""How much a model would be asked, from the first records of a dataset: nobody is asked for it."""

from msgspec import Struct

from pytest_specmint.cells import parsed
from pytest_specmint.enrichment.items import Part, asked_of, grouped
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.prompt import SHARE, prompt_room
from pytest_specmint.enrichment.protection import linked_schema, tied_places
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks


class Outlook(Struct, frozen=True):
    """About how many values and calls there will be, without corrections and retries."""

    values: int
    calls: int


def outlook(job: Job, settings: LlmSettings, sample: Job) -> Outlook:
    """What enriching a job comes to, by a sample of it."""
    planner = Planner(linked_schema(job), settings.mode, tied_places(job), job.settings().vocabulary)
    records = [each for lines in byte_blocks(sample) for each in parsed(lines, exact=job.plan().exact)]
    asked = [asked_of(planner, settings.mode, job.seed, sample.start + i, each) for i, each in enumerate(records)]
    parts = [Part(each, each.questions) for each in asked if each.questions]
    tokens, letters = int(SHARE * settings.max_tokens), prompt_room(None)
    calls = len(list(grouped(parts, records=settings.batch, tokens=tokens, letters=letters)))
    times = job.count / sample.count
    return Outlook(round(sum(len(each.questions) for each in parts) * times), -(-calls * job.count // sample.count))
