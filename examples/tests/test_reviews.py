"""Texts by a language model: replayed from the cassette beside the goldens, without a network.

That cassette was recorded from a scripted stand-in, whose texts somebody wrote. ``pytest --specmint-llm-record`` asks a
model for what is missing in it.
"""

import pytest
from shop import headline


@pytest.mark.specmint(schema="schemas/review.json", seed=7, count=6, llm="fields")
def test_headlines_fit_the_page(specmint_dataset):
    for review in specmint_dataset:
        assert len(headline(review)) <= 40
        assert headline(review).startswith("★" * review["stars"])
