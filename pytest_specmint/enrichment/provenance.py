"""Where the values of enriched records come from: a line per value in a sidecar, counts for manifest and run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.enrichment.cassette import Run
from pytest_specmint.enrichment.items import Asked
from pytest_specmint.enrichment.model import Origin
from pytest_specmint.enrichment.outcome import Outcome

PROVENANCE_FILE = "provenance.jsonl"


class Counts:
    """What became of all items of a run."""

    def __init__(self) -> None:
        self.asked = 0
        self.corrections = 0
        """Items that were asked for a second time."""
        self.calls = 0
        self.origins: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()
        self.fallbacks: Counter[str] = Counter()
        """By reason."""
        self.givers: set[tuple[str, str]] = set()
        """Provider and model of every answer."""

    def add(self, asked: Asked, outcomes: Sequence[Outcome]) -> None:
        """Count a record."""
        self.origins[Origin.DETERMINISTIC.value] += len(asked.protected)
        self.asked += len(outcomes)
        for each in outcomes:
            self.origins[each.origin.value] += 1
            if each.failure is not None:
                self.fallbacks[each.failure.value] += 1
            else:
                self.sources[each.source.value] += 1
                self.givers.add((each.given.provider, each.given.model))

    @property
    def degraded(self) -> bool:
        """Whether anything fell back."""
        return bool(self.fallbacks)

    def shares(self) -> dict[str, float]:
        """Of the values that were asked for, by origin."""
        asked = {name: count for name, count in self.origins.items() if name != Origin.DETERMINISTIC.value}
        return {name: round(count / self.asked, 4) for name, count in sorted(asked.items())} if self.asked else {}


def lines_of(asked: Asked, outcomes: Sequence[Outcome], run: Run | None) -> bytes:
    """The sidecar's lines of a record."""
    prompt = {} if run is None else {"prompt_version": run.terms.prompt}
    rows = [
        {"record": asked.index, "pointer": each.pointer, "origin": "deterministic", "reason": each.protected}
        for each in asked.protected
    ]
    return b"".join(canonical_bytes(row) + b"\n" for row in [*rows, *(_row(each, prompt) for each in outcomes)])


def _row(outcome: Outcome, prompt: Mapping[str, Any]) -> dict[str, Any]:
    item, given = outcome.question.item, outcome.given
    row: dict[str, Any] = {"record": item.index, "pointer": item.pointer, "origin": outcome.origin.value, **prompt}
    if outcome.origin.value != outcome.source.value:
        row["source"] = outcome.source.value
    if outcome.failure is not None:
        row["reason"] = outcome.failure.value
    told = {"detail": outcome.detail, **msgspec.to_builtins(given)}
    return {**row, **{name: value for name, value in told.items() if value}}


def manifest_section(mode: str, run: Run | None, counts: Counts) -> dict[str, Any]:
    """What a manifest says: the same for a recording and all its replays."""
    body: dict[str, Any] = {
        "mode": mode,
        "values": {"asked": counts.asked, "protected": counts.origins[Origin.DETERMINISTIC.value]},
        "fallbacks": dict(sorted(counts.fallbacks.items())),
        "provider": None,
    }
    if run is None:
        return body
    terms = run.terms
    others = sorted(counts.givers - {(terms.provider, terms.model)} - {("", "")})
    told: dict[str, Any] = {
        "provider": terms.provider,
        "model": terms.model,
        "parameters": {"temperature": terms.temperature, "max_tokens": run.max_tokens},
        "seed_supported": run.takes_seed,
        "prompt_version": terms.prompt,
    }
    if run.digest:
        told["model_digest"] = run.digest
    if terms.context:
        told["context_sha256"] = terms.context
    if others:
        told["also"] = [{"provider": provider, "model": model} for provider, model in others]
    return {**body, **told}


def run_section(source: str, counts: Counts, dispatched: Any, context: Sequence[Path] = ()) -> dict[str, Any]:
    """What a run's report says; ``dispatched`` is the dispatcher's, None where nobody was asked."""
    told = {} if dispatched is None else {"dispatch": _plain(dispatched)}
    return {
        "source": source,
        **({"context": [str(each) for each in context]} if context else {}),
        "calls": counts.calls,
        "corrections": counts.corrections,
        "values": {"asked": counts.asked, **{name: counts.origins[name] for name in sorted(counts.origins)}},
        "shares": counts.shares(),
        "fallbacks": dict(sorted(counts.fallbacks.items())),
        **told,
    }


def _plain(report: Any) -> Any:
    """As JSON: amounts of money as texts, so that no digit is lost."""
    return msgspec.to_builtins(report)


def words(counts: Counts, dispatched: Any) -> str:
    """A run in a few words, for the closing line."""
    kept = counts.asked - sum(counts.fallbacks.values())
    share = f" ({kept / counts.asked:.1%})" if counts.asked else ""
    parts = [f"{kept:,} of {counts.asked:,} values enriched{share}"]
    if counts.calls:
        parts.append(f"{counts.calls:,} call{'' if counts.calls == 1 else 's'}")
    retries = 0 if dispatched is None else sum(each.retries for each in dispatched.providers)
    parts += [f"{retries:,} retries"] if retries else []
    parts += [f"{counts.corrections:,} corrected"] if counts.corrections else []
    parts += [f"{count:,} {reason}" for reason, count in sorted(counts.fallbacks.items())]
    if dispatched is not None and dispatched.cost:
        parts.append(f"${dispatched.cost:.4f}")
    return ", ".join(parts)
