import numpy as np
import pytest

from pytest_specmint.report.survey.ranks import SIZE, Ranks
from pytest_specmint.stream import draw, record_keys

SHARES = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)


def test_nothing_has_no_quantiles() -> None:
    assert Ranks().quantiles(SHARES) == []


def test_few_values_are_exact() -> None:
    ranks = Ranks()
    ranks.add(np.array([5.0, 1.0, 3.0]))
    ranks.add(np.array([2.0, 4.0]))
    assert ranks.exact
    assert ranks.error == 0
    assert ranks.quantiles([0.2, 0.5, 0.6, 1.0]) == [1.0, 3.0, 3.0, 5.0]


@pytest.mark.parametrize("order", ["rising", "falling", "shuffled"])
def test_many_values_are_within_the_stated_error(order: str) -> None:
    count = 60 * SIZE
    values = np.arange(count, dtype=np.float64)
    if order == "falling":
        values = values[::-1]
    if order == "shuffled":
        values = values[np.argsort(draw(record_keys(1, 0, count)))]
    ranks = Ranks()
    for block in np.array_split(values, 237):
        ranks.add(block)
    assert not ranks.exact
    assert ranks.error < 0.01
    found = ranks.quantiles(SHARES[1:-1])
    assert all(abs(each / count - share) <= ranks.error for each, share in zip(found, SHARES[1:-1], strict=True))
    stored, weights = ranks.weighted()
    assert len(stored) < 12 * SIZE
    assert weights.sum() == count
