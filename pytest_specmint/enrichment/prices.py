"""What models cost: list prices as dated data, and files of a user's own beside them.

The table that ships (``prices.json``) is a subset of a public one, named with its day and hash in every report. A
model that no table knows has no price, which is not a price of nothing: a paid provider is refused then.

Amounts are counted in whole units of 10⁻¹² dollars, which is a price per million tokens with six decimals for one
token: sums are exact, whatever the decimal context of the process.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.enrichment.model import Usage
from pytest_specmint.errors import BudgetError, UsageError

SHIPPED = Path(__file__).with_name("prices.json")
UNITS = 12
"""Amounts are whole numbers of 10 to the power of minus so many dollars."""
_SNAPSHOT = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2}|latest)\Z")
_HINT = (
    'give its price in a file, --llm-prices FILE: {{"models": {{"{provider}": {{"{model}": '
    '{{"input": "0.15", "output": "0.60"}}}}}}}}, in dollars per million tokens'
)


class Rates(Struct, frozen=True):
    """What one token costs, in units of 10⁻¹² dollars."""

    input: int
    cache_write: int
    """Of the input, written to a cache for later calls; the same as other input where nothing is said."""
    output: int

    @property
    def dearest_input(self) -> int:
        """The most that a token of the input can cost."""
        return max(self.input, self.cache_write)


class Price(Struct, frozen=True):
    """What a model costs; long calls may cost more a token, all of them."""

    usual: Rates
    long: Rates | None = None
    long_from: int = 0
    """How many tokens of input make a call long."""

    def at(self, input_tokens: int) -> Rates:
        """What each token costs in a call of so many tokens of input."""
        return self.long if self.long is not None and input_tokens >= self.long_from else self.usual

    def at_most(self, input_tokens: int, output_tokens: int) -> int:
        """The most that a call within these bounds can cost."""
        kinds = [self.usual]
        if self.long is not None and input_tokens >= self.long_from:
            kinds.append(self.long)
        return max(input_tokens * each.dearest_input + output_tokens * each.output for each in kinds)

    def of(self, usage: Usage, most_input: int, most_output: int) -> "Charge":
        """What a call cost that told its usage; where it does not, the bound takes its place and counts as assumed."""
        taken = most_input if usage.input_tokens is None else usage.input_tokens
        made = most_output if usage.output_tokens is None else usage.output_tokens
        rates = self.at(taken)
        dear = taken if usage.cache_written is None else min(usage.cache_written, taken)
        for_input = (taken - dear) * rates.input + dear * rates.dearest_input
        for_output = made * rates.output
        known = (0 if usage.input_tokens is None else for_input) + (0 if usage.output_tokens is None else for_output)
        return Charge(for_input + for_output, for_input + for_output - known)


class Charge(Struct, frozen=True):
    """What a call is charged at, and how much of that is a bound rather than known; units of 10⁻¹² dollars."""

    amount: int
    assumed: int = 0


NOTHING = Price(Rates(0, 0, 0))
"""Of a provider that costs no money."""


class Prices(Struct, frozen=True):
    """A table of prices, and where it comes from."""

    rows: Mapping[tuple[str, str], Price]
    """By provider and model."""
    date: str
    """The day of the table that ships, ``YYYY-MM-DD``."""
    sha256: str
    """Of all rows, in their canonical form; changes with a user's file."""

    def of(self, provider: str, model: str) -> Price:
        """A model's price, by its own name or, for a dated snapshot, the name without its date.

        Raises `BudgetError` where none is known.
        """
        for name in (model, _SNAPSHOT.sub("", model)):
            found = self.rows.get((provider, name))
            if found is not None:
                return found
        raise BudgetError(
            f"what {model or 'a model without a name'} costs at {provider} is not known (prices of {self.date})",
            hint=_HINT.format(provider=provider, model=model),
        )


def read_prices(own: Sequence[Path] = ()) -> Prices:
    """The table that ships, and over it the files of a user: JSON, ``{"models": {provider: {model: row}}}``.

    A row has ``input`` and ``output``, and may have ``cache_write`` and ``long`` (``from`` and the same again): texts
    of decimals, dollars per million tokens. Raises `UsageError` for a file that is not so.
    """
    shipped = _read(SHIPPED)
    models: dict[str, dict[str, Any]] = {name: dict(rows) for name, rows in _models(shipped, SHIPPED).items()}
    for path in own:
        for name, rows in _models(_read(path), path).items():
            models.setdefault(name, {}).update(rows)
    priced = {
        (provider, model): _price(row, f"{provider} {model}")
        for provider, rows in models.items()
        for model, row in rows.items()
    }
    return Prices(priced, shipped["date"], digest(models))


def digest(models: Mapping[str, Any]) -> str:
    """SHA-256 of rows in their canonical form, in hexadecimal."""
    return sha256(canonical_bytes(models)).hexdigest()


def dollars(amount: int) -> Decimal:
    """Units as dollars, exactly, without needless zeros."""
    whole, rest = divmod(amount, 10**UNITS)
    return Decimal(f"{whole}.{rest:0{UNITS}}".rstrip("0").removesuffix("."))


def shown(amount: int) -> str:
    """Units as words: ``$0.0123``, rounded up to the hundredth of a cent so that it is never too little."""
    steps = -(-amount // 10 ** (UNITS - 4))
    return f"${steps // 10**4}.{steps % 10**4:04d}"


def units(amount: Decimal, *, places: int = 0) -> int:
    """Dollars (or, with 6 places, dollars per million of something) as units, rounded down.

    Raises `ValueError` for what is no amount.
    """
    if not amount.is_finite() or amount < 0:
        raise ValueError(amount)
    numerator, denominator = amount.as_integer_ratio()
    return numerator * int(10 ** (UNITS - places)) // denominator


def _read(path: Path) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"prices {path} cannot be read: {error.strerror}", hint="check the name") from None
    except msgspec.DecodeError as error:
        raise UsageError(f"prices {path} are not JSON: {error}", hint="see the documentation of prices") from None


def _models(content: Any, path: Path) -> Mapping[str, Mapping[str, Any]]:
    models = content.get("models") if isinstance(content, dict) else None
    if not isinstance(models, dict) or not all(isinstance(rows, dict) for rows in models.values()):
        raise UsageError(f'prices {path} lack their table "models"', hint="rows by provider, then by model")
    return models


def _price(row: Any, of: str) -> Price:
    usual = _rates(row, of)
    if "long" not in row:
        return Price(usual)
    long = row["long"]
    if not isinstance(long, dict) or not isinstance(long.get("from"), int):
        raise _wrong(of, "long")
    return Price(usual, _rates(long, of), long["from"])


def _rates(row: Any, of: str) -> Rates:
    if not isinstance(row, dict):
        raise _wrong(of, "row")
    given, taken = _amount(row, "input", of), _amount(row, "output", of)
    return Rates(given, _amount(row, "cache_write", of) if "cache_write" in row else given, taken)


def _amount(row: Mapping[str, Any], name: str, of: str) -> int:
    text = row.get(name)
    try:
        amount = Decimal(text) if isinstance(text, str) else Decimal("nan")
        found = units(amount, places=6)
    except (InvalidOperation, ValueError):
        raise _wrong(of, name) from None
    if Decimal(f"{found}E-6") != amount:
        raise _wrong(of, name)
    return found


def _wrong(of: str, name: str) -> UsageError:
    return UsageError(
        f"the price of {of} has a wrong {name!r}",
        hint='dollars per million tokens as text, up to six decimals: "input": "0.15", "output": "0.60"',
    )
