"""Data made inside tests and fixtures: ``specmint_factory(schema, count=3, customer__name="Ada")``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING, Any

from pytest_specmint.errors import SpecmintError, UsageError
from pytest_specmint.plugin.callers import Callers
from pytest_specmint.plugin.datasets import is_enriched, job_of
from pytest_specmint.plugin.marker import NAME, Asked, arguments, given
from pytest_specmint.plugin.schemas import Asking, schemas_of
from pytest_specmint.plugin.seeds import derived_seed
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset

SchemaName = str | PathLike[str] | Mapping[str, Any] | bool


def asked_of(what: str, values: Mapping[str, Any]) -> Asked:
    """Checked arguments of a call; `UsageError` names those that are wrong."""
    known = arguments(Asked)
    wrong = given(NAME, (), {name: value for name, value in values.items() if name in known}).mistakes
    if wrong:
        raise UsageError(f"{what}: {'; '.join(wrong)}", hint=f"{what} takes what @pytest.mark.{NAME} takes")
    return Asked(**{name: value for name, value in values.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Factory:
    """Makes records on demand; the fixture ``specmint_factory`` gives it.

    Without a seed, records follow from the calling test or fixture and the number of its calls so far: the same in any
    order, on any worker. Overrides are given by JSON pointer (``overrides={"/customer/name": "Ada"}``) or by name
    (``customer__name="Ada"``); every record is valid with them, or the call fails and says why.
    """

    callers: Callers

    def __call__(
        self,
        schema: SchemaName,
        *,
        count: int | None = None,
        seed: int | None = None,
        start: int = 0,
        as_of: str | date | None = None,
        schema_root: str | PathLike[str] | None = None,
        draft: str | int | None = None,
        view: str | None = None,
        mode: str = "usual",
        llm: str | None = None,
        domain: str | Sequence[str] | None = None,
        locale: str | None = None,
        rules: Any = None,
        overrides: Mapping[str, Any] | None = None,
        validate: bool = True,
        **overrides_by_name: Any,
    ) -> list[Any]:
        """A list of ``count`` records (by default the ini key ``specmint_count``)."""
        asked = {
            "schema": schema,
            "count": count,
            "seed": seed,
            "start": start,
            "as_of": as_of,
            "schema_root": schema_root,
            "draft": draft,
            "view": view,
            "mode": mode,
            "llm": llm,
            "domain": domain,
            "locale": locale,
            "rules": rules,
        }
        __tracebackhide__ = True
        try:
            return list(self.dataset(asked, overrides, overrides_by_name, validate=validate))
        except SpecmintError as error:
            if error.hint and not getattr(error, "__notes__", None):
                error.add_note(f"hint: {error.hint}")
            raise

    def one(self, schema: SchemaName, **options: Any) -> Any:
        """A single record; takes what a call takes, but ``count``."""
        __tracebackhide__ = True
        if "count" in options:
            raise UsageError("one() gives one record", hint="for several call the factory itself, or batch()")
        return self(schema, count=1, **options)[0]

    def batch(self, schema: SchemaName, count: int, **options: Any) -> list[Any]:
        """A list of ``count`` records; takes what a call takes."""
        __tracebackhide__ = True
        return self(schema, count=count, **options)

    def dataset(
        self,
        values: Mapping[str, Any],
        overrides: Mapping[str, Any] | None,
        by_name: Mapping[str, Any],
        *,
        validate: bool,
    ) -> "Dataset":
        """The dataset of a call, by the call's arguments."""
        from pytest_specmint.overrides.compose import composed
        from pytest_specmint.overrides.read import read_overrides

        asked = asked_of("specmint_factory", values)
        changed = read_overrides(overrides, by_name)
        who = self.callers.asking()
        seed = self._seed(who, asked) if asked.seed is None else asked.seed
        dataset = composed(job_of(who, replace(asked, seed=seed), ""), changed, validate=validate)
        if is_enriched(asked):
            from pytest_specmint.plugin.enriching import enriched, place_of

            protected = frozenset(each.pointer for each in changed)
            dataset = enriched(who, dataset.job, asked, place_of(who), base=dataset, protected=protected)
        self.callers.note(dataset)
        who.config.hook.pytest_specmint_dataset_generated(node=who.node, name="specmint_factory", dataset=dataset)
        return dataset

    def _seed(self, who: Asking, asked: Asked) -> int:
        """From the caller and its number of calls; outside of tests and fixtures from the schema alone."""
        shift = plugin_config(who.config).seed
        own = self.callers.seed(shift)
        return derived_seed(schemas_of(who.config).load(who, asked).sha256, shift=shift) if own is None else own
