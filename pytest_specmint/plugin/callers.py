"""Who calls the factory: the running test, or the fixture that is being set up; each counts its calls by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.running import known_attempt, running
from pytest_specmint.plugin.schemas import Asking, asking
from pytest_specmint.plugin.seeds import derived_seed, node_id

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset

NOTED = 8
"""How many calls are told when a test fails."""


@dataclass(slots=True)
class _Fixture:
    """A fixture that is being set up."""

    identity: str
    asking: Asking
    calls: int = 0


class Callers:
    """A plugin that follows which fixture is being set up, so that its calls do not count as the test's."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._fixtures: list[_Fixture] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        """Calls from here on are the fixture's."""
        config = self._session.config
        number = getattr(request, "param_index", 0)
        path = config.rootpath / fixturedef.baseid.partition("::")[0]
        identity = f"{node_id(request.node)}::{fixturedef.baseid}::{fixturedef.argname}[{number}]"
        self._fixtures.append(_Fixture(identity, Asking(config, request.node, path)))
        try:
            return (yield)
        finally:
            self._fixtures.pop()

    def asking(self) -> Asking:
        """For whom data is made: the fixture that is being set up, the running test, or else the session."""
        return self._fixtures[-1].asking if self._fixtures else asking(running(self._session.config) or self._session)

    def seed(self, shift: int) -> int | None:
        """The seed of the next call; None where no test runs."""
        if self._fixtures:
            fixture = self._fixtures[-1]
            fixture.calls += 1
            return derived_seed(fixture.identity, f"call {fixture.calls}", shift)
        item = running(self._session.config)
        attempt = None if item is None else known_attempt(item)
        if item is None or attempt is None:
            return None
        attempt.calls += 1
        return derived_seed(node_id(item), f"call {attempt.calls}", shift)

    def note(self, dataset: "Dataset") -> None:
        """Remember what was made during a test, to tell it if the test fails."""
        item = running(self._session.config)
        attempt = None if item is None else known_attempt(item)
        if attempt is not None and len(attempt.made) <= NOTED:
            attempt.made.append(dataset)
