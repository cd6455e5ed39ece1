"""Markers: stacking, merging by name, mistakes; datasets by name."""

import pytest


def test_function_class_and_module_merge_argument_by_argument(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.specmint("schemas/order.json", seed=1, count=2)

        class Base:
            pytestmark = [pytest.mark.specmint(start=7)]

        @pytest.mark.specmint(count=3)
        class TestOrders(Base):
            @pytest.mark.specmint(seed=5)
            def test_all_levels(self, specmint_dataset):
                assert (specmint_dataset.seed, len(specmint_dataset), specmint_dataset.start) == (5, 3, 7)

            def test_class(self, specmint_dataset):
                assert (specmint_dataset.seed, len(specmint_dataset), specmint_dataset.start) == (1, 3, 7)

        def test_module(specmint_dataset):
            assert (specmint_dataset.seed, len(specmint_dataset), specmint_dataset.start) == (1, 2, 0)

        @pytest.mark.parametrize("n", [pytest.param(4, marks=pytest.mark.specmint(count=4)), 2])
        def test_parameters(specmint_dataset, n):
            assert len(specmint_dataset) == n
        """
    )
    shop.runpytest().assert_outcomes(passed=5)


def test_datasets_by_name(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.specmint("schemas/customer.json", name="customers", count=4)

        @pytest.mark.specmint("schemas/order.json", name="orders", count=2)
        @pytest.mark.specmint(name="customers", seed=3)
        def test_two(specmint_datasets):
            assert set(specmint_datasets) == {"orders", "customers"}
            assert len(specmint_datasets["orders"]) == 2
            assert len(specmint_datasets["customers"]) == 4 and specmint_datasets["customers"].seed == 3
            assert specmint_datasets["orders"] is specmint_datasets["orders"]
            with pytest.raises(KeyError, match="'orders', 'customers'|'customers', 'orders'"):
                specmint_datasets["order"]

        def test_the_only_one(specmint_dataset):
            assert "name" in specmint_dataset[0]

        @pytest.mark.specmint("schemas/order.json")
        def test_the_one_without_a_name(specmint_dataset):
            assert "amount" in specmint_dataset[0]

        @pytest.mark.specmint("schemas/order.json", name="orders")
        def test_which(specmint_dataset):
            pass
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(
        ['*test_which: specmint_dataset is one of several: write specmint_datasets?"customers"?, *?"orders"?*']
    )


WRONG = """
    import pytest

    def test_right():
        pass

    @pytest.mark.specmint("schemas/order.json", sede=1, count="5")
    @pytest.mark.parametrize("n", range(50))
    def test_wrong(specmint_dataset, n):
        pass

    class TestMore:
        @pytest.mark.specmint("schemas/ordre.json")
        def test_missing(self, specmint_dataset):
            pass

        def test_other(self):
            pass
"""


def test_mistakes_are_collection_errors_of_module_and_class_all_at_once(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_wrong=WRONG, test_fine="def test_fine(): pass")
    result = shop.runpytest("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    text = result.stdout.str()
    assert (
        text.count("test_wrong.py::test_wrong: @pytest.mark.specmint unknown argument 'sede'; did you mean 'seed'?")
        == 1
    )
    assert "test_wrong.py::test_wrong: @pytest.mark.specmint count must be a whole number from 1 on, not '5'" in text
    assert (
        "test_wrong.py::TestMore::test_missing: @pytest.mark.specmint schema 'schemas/ordre.json' does not exist"
        in text
    )
    assert "did you mean 'schemas/order.json'?" in text
    assert "Traceback" not in text


def test_mistakes_stop_a_run_of_workers_too(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_wrong=WRONG, test_fine="def test_fine(): pass")
    result = shop.runpytest_subprocess("-n2")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*test_wrong.py::test_wrong: @pytest.mark.specmint unknown argument 'sede'*"])


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (
            '@pytest.mark.specmint_each("schemas/order.json", modus="edge")',
            "unknown argument 'modus'; did you mean 'mode'?",
        ),
        ('@pytest.mark.specmint_each("schemas/order.json", mode="egde")', "not 'egde'; did you mean 'edge'?"),
        ('@pytest.mark.specmint_each("schemas/order.json", invalid=True, mode="edge")', "exclude each other"),
        ("@pytest.mark.specmint_each(count=3)", "needs a schema"),
        ('@pytest.mark.specmint_each("schemas/none.json")', "'schemas/none.json' does not exist"),
    ],
)
def test_mistakes_of_specmint_each(shop: pytest.Pytester, marks: str, words: str) -> None:
    shop.makepyfile(test_each=f"import pytest\n{marks}\ndef test_wrong(specmint_record): pass\n")
    result = shop.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"test_each.py::test_wrong: @pytest.mark.specmint_each *{words}*"])


def test_specmint_each_without_its_fixture(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.specmint_each("schemas/order.json")
        def test_nothing(): pass

        @pytest.mark.specmint_each("schemas/order.json")
        def test_valid(specmint_record, specmint_violation): pass
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*test_nothing: *needs a test that takes specmint_record", "*test_valid: *needs invalid=True"]
    )


def test_records_are_fresh_for_every_test(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest
        pytestmark = pytest.mark.specmint("schemas/order.json", seed=1, count=5)

        @pytest.mark.parametrize("n", range(3))
        def test_spoil(specmint_dataset, n):
            for record in specmint_dataset:
                assert "spoilt" not in record["customer"]
                record["customer"]["spoilt"] = True
            specmint_dataset[0]["items"].clear()
            assert len(specmint_dataset.jsonl.splitlines()) == 5
        """
    )
    shop.runpytest().assert_outcomes(passed=3)


def test_a_schema_that_changes_in_a_session_is_read_again(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import json, pytest
        from pathlib import Path
        PATH = Path("schemas/changing.json")
        PATH.write_text(json.dumps({"const": 1}))

        @pytest.mark.specmint("schemas/changing.json", seed=1, count=1)
        @pytest.mark.parametrize("n", [1, 22, 333])
        def test_it(specmint_factory, n):
            PATH.write_text(json.dumps({"const": n}))
            assert specmint_factory.one("schemas/changing.json") == n
        """
    )
    shop.runpytest().assert_outcomes(passed=3)
