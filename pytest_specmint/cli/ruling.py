"""Rules between fields on the command line: the options, what became of each rule, and sentences nobody enforces."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.errors import SchemaError
from pytest_specmint.rules.enforced import speaks

if TYPE_CHECKING:
    from pytest_specmint.job import Job
    from pytest_specmint.rules.check import Outcome
    from pytest_specmint.rules.model import Rule
    from pytest_specmint.rules.placed import Ignored
    from pytest_specmint.rules.sentences import Sentence


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--rules`` and ``--strict``."""
    rules = click.option(
        "--rules",
        metavar="FILE",
        multiple=True,
        callback=_joined,
        help="Rules between fields besides those of the schema: YAML or JSON. Repeatable.",
    )
    strict = click.option(
        "--strict",
        is_flag=True,
        help="Fail where no rule enforces a sentence of the schema, or rules are without effect.",
    )
    return rules(strict(command))


def _joined(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> str | None:
    return ",".join(given) if given else None


def rules_of(setting: str | None) -> "tuple[Rule, ...]":
    """The rules of the files that a setting names, commas between; raises `RuleError`."""
    if not setting:
        return ()
    from pytest_specmint.rules.given import given_rules

    return given_rules([name.strip() for name in setting.split(",") if name.strip()])


def sentences(job: "Job") -> "tuple[Sentence, ...]":
    """The sentences beside the job's schema, each with the rules that enforce it."""
    from pytest_specmint.rules.sentences import sentences_of

    return sentences_of(job.schema, job.all_rules())


def rules_ignored(job: "Job") -> "tuple[Ignored, ...]":
    """Rules of the schema that have no effect where they stand."""
    if not speaks(job.schema):
        return ()
    from pytest_specmint.rules.placed import own

    return own(job.schema).ignored


def tell_ignored(job: "Job") -> None:
    """Say on standard error which rules have no effect."""
    for each in rules_ignored(job):
        click.echo(f"note: {each.pointer} has no effect {each.why}", err=True)


def refuse_unenforced(job: "Job") -> None:
    """Raise `SchemaError` for a sentence that no rule enforces, and for rules without effect."""
    for each in rules_ignored(job):
        raise SchemaError("rules without effect", pointer=each.pointer, hint=each.why)
    for sentence in sentences(job):
        if not sentence.rules:
            hint = 'write a rule and name it there: "sentences": ["…"], in x-rules or a file of --rules'
            raise SchemaError(f"no rule enforces {sentence.text!r}", pointer=sentence.pointer, hint=hint)


def words(outcome: "Outcome") -> str:
    """One rule in a line: how often it was checked, and how that went."""
    rule = outcome.rule
    state = "held" if outcome else "broken" if rule.severity.value == "error" else "below its rate"
    if not outcome.checked:
        return f"rule {rule.id}: never applied"
    if rule.scope.value == "dataset":
        figures = "".join(f", {name} = {value}" for name, value in outcome.numbers)
        return f"rule {rule.id}: {state}{figures}"
    share = outcome.held / outcome.checked
    rate = f" ({share:.1%} of {rule.rate:.0%})" if rule.severity.value == "warn" else ""
    return f"rule {rule.id}: {state}, {outcome.checked:,} checked, {outcome.failed:,} failed{rate}"


def told(outcomes: "Sequence[Outcome]", *, everything: bool) -> Iterator[str]:
    """The rules that are worth a line, each with its examples; or all of them."""
    for outcome in outcomes:
        if everything or not outcome:
            yield words(outcome)
            yield from (f"  {example}" for example in outcome.examples if not outcome)


def data(outcome: "Outcome") -> dict[str, Any]:
    """What became of a rule, for programs."""
    rule = outcome.rule
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "scope": rule.scope.value,
        "rate": rule.rate,
        "kept": bool(outcome),
        "checked": outcome.checked,
        "held": outcome.held,
        "failed": outcome.failed,
        "skipped": outcome.skipped,
        "numbers": dict(outcome.numbers),
        "examples": [
            {"record": each.number, "pointer": each.pointer, "values": dict(each.values)} for each in outcome.examples
        ],
    }
