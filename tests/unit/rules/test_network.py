"""The closure of a network: what follows from bounds and distances, and nothing else."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pytest_specmint.rules.network import Domain, closed

EDGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-3, 3)), max_size=5)
DOMAINS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: Domain(min(pair), max(pair))),
    min_size=3,
    max_size=3,
)


@given(DOMAINS, EDGES)
def test_what_is_closed_has_values_for_every_pair_that_it_allows(
    domains: list[Domain], edges: list[tuple[int, int, int]]
) -> None:
    solutions = [
        (0, *values)
        for values in product(*(range(each.low, each.high + 1) for each in domains))
        if all((0, *values)[i] + least <= (0, *values)[j] for i, j, least in edges)
    ]
    matrix = closed(domains, edges)
    if matrix is None:
        assert not solutions
        return
    for i, j in product(range(4), repeat=2):
        least = matrix[i][j]
        assert least is not None
        assert min(values[j] - values[i] for values in solutions) == least
