import copy
import pickle

import pytest

from pytest_specmint.enrichment.secret import Secret, scrubbed


def test_every_way_to_print_it_hides_it() -> None:
    secret = Secret("sk-very-secret")
    assert {repr(secret), str(secret), f"{secret}", f"{secret:>3}", f"{[secret]}"} == {"***", "[***]"}
    assert secret.reveal() == "sk-very-secret"


def test_it_is_neither_pickled_nor_copied_by_pickle() -> None:
    for spill in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled") as caught:
            spill(Secret("sk-very-secret"))
        assert "very" not in str(caught.value)


def test_scrubs_it_out_of_texts() -> None:
    assert scrubbed("bad key sk-1234 given", [Secret("sk-1234"), Secret("ad")]) == "bad key *** given"
