"""Data made inside tests, and fixtures that are registered."""

import pytest


def test_overrides_one_batch_and_validity(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest, pytest_specmint as sm

        ORDER = "schemas/order.json"

        def test_overrides(specmint_factory: sm.Factory):
            records = specmint_factory(ORDER, count=5, customer__name="Ada", overrides={"/items/1": 7})
            assert isinstance(records, list) and len(records) == 5
            assert all(r["customer"]["name"] == "Ada" and r["items"][1] == 7 for r in records)
            assert sm.validate(ORDER, records).invalid == 0

        def test_one_and_batch(specmint_factory):
            assert specmint_factory.one(ORDER, amount=5)["amount"] == 5
            assert len(specmint_factory.batch(ORDER, 3)) == 3
            with pytest.raises(sm.UsageError, match="one.. gives one record"):
                specmint_factory.one(ORDER, count=2)

        def test_an_override_leaves_the_other_fields(specmint_factory):
            plain = specmint_factory(ORDER, seed=3, count=4)
            changed = specmint_factory(ORDER, seed=3, count=4, amount=5)
            assert [{**r, "amount": 5} for r in plain] == changed

        def test_contradictions_name_the_override(specmint_factory):
            with pytest.raises(sm.SpecmintError, match="/amount=-1"):
                specmint_factory.one(ORDER, amount=-1)
            with pytest.raises(sm.UsageError, match="no such property") as caught:
                specmint_factory.one(ORDER, customer__nme="x")
            assert "/customer/name" in caught.value.hint
            assert specmint_factory.one(ORDER, amount=-1, validate=False)["amount"] == -1

        def test_values_per_record(specmint_factory):
            customers = specmint_factory("schemas/customer.json", count=3)
            orders = specmint_factory(ORDER, count=3, customer=sm.each_of(customers))
            assert [order["customer"] for order in orders] == customers
            assert orders[0]["customer"] is not customers[0]
            with pytest.raises(sm.UsageError, match="has 3 values for 4 records"):
                specmint_factory(ORDER, count=4, customer=sm.each_of(customers))

        def test_calls_differ_and_a_seed_repeats(specmint_factory):
            assert specmint_factory(ORDER) != specmint_factory(ORDER)
            assert specmint_factory(ORDER, seed=1) == specmint_factory(ORDER, seed=1)

        def test_arguments(specmint_factory):
            with pytest.raises(sm.UsageError, match="count must be"):
                specmint_factory(ORDER, count=0)

        @pytest.fixture(scope="session")
        def made(specmint_factory):
            return specmint_factory(ORDER, count=2)

        def test_in_fixtures(made):
            assert len(made) == 2
        """
    )
    shop.runpytest().assert_outcomes(passed=8)


def test_failures_say_how_the_data_is_made_again(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.specmint("schemas/customer.json", name="who", count=2)
        def test_it(specmint_dataset, specmint_factory):
            assert specmint_factory.one("schemas/order.json", amount=3) == list(specmint_dataset)
        """
    )
    shop.runpytest().stdout.fnmatch_lines(
        [
            "*specmint data*",
            "specmint_datasets?'who'?: <Dataset schemas/customer.json seed=*",
            "  first record: specmint-cli generate --schema schemas/customer.json --seed * --index 0 *",
            "specmint_factory: <Dataset schemas/order.json seed=*",
            "  first record: * # before override /amount",
        ]
    )


CONFTEST = """
    import pytest_specmint as sm

    customers = sm.register("schemas/customer.json", name="customers", scope="session", count=5, overrides={"/country": "AT"})
    sm.register("schemas/order.json", name="orders", scope="{scope}", count=5, sources={"/customer": "customers"})
"""
ORDERS = """
    def test_customers(orders, customers):
        assert [order["customer"] for order in orders] == list(customers)
        assert {each["country"] for each in customers} == {"AT"}
        print("ID", orders[0]["id"])

    def test_again(orders):
        print("ID", orders[0]["id"])
"""


@pytest.mark.parametrize(("scope", "different"), [("session", 1), ("module", 1), ("function", 2)])
def test_registered_fixtures_compose_and_have_scopes(shop: pytest.Pytester, scope: str, different: int) -> None:
    from tests.integration.plugin.conftest import printed

    shop.makeconftest(CONFTEST.replace("{scope}", scope))
    shop.makepyfile(ORDERS)
    result = shop.runpytest("-s")
    result.assert_outcomes(passed=2)
    ids = printed(result.stdout.lines, "ID")
    assert len(ids) == 2 and len(set(ids)) == different
    again = shop.runpytest("-s", "-p", "no:randomly")
    assert printed(again.stdout.lines, "ID") == ids
    shop.runpytest("--fixtures").stdout.fnmatch_lines(["orders *conftest.py:[45]"])


def test_registered_in_a_test_module_and_under_workers(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_module="""
        import pytest_specmint as sm
        sm.register("schemas/order.json", name="orders", count=3, seed=4)
        def test_it(orders):
            assert orders == sm.generate("schemas/order.json", seed=4, count=3)
        """
    )
    shop.runpytest_subprocess("-n2").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ('sm.register("schemas/order.json", name="a b")', "a fixture cannot be called 'a b'"),
        ('sm.register("schemas/order.json", name="a", scope="sesion")', "did you mean 'session'?"),
        ('sm.register("schemas/order.json", name="a", count="3")', "count must be a whole number"),
        ('sm.register("schemas/order.json", name="a", sources={"/customer": 5})', "must name a fixture"),
        ('a = 1\nsm.register("schemas/order.json", name="a")', "has a 'a' already"),
    ],
)
def test_mistakes_in_register(shop: pytest.Pytester, call: str, words: str) -> None:
    shop.makepyfile(test_module=f"import pytest_specmint as sm\n{call}\ndef test_it(): pass\n")
    result = shop.runpytest()
    result.assert_outcomes(errors=1)
    assert words in result.stdout.str()


def test_sources_that_are_too_short_or_no_records(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest
        import pytest_specmint as sm
        sm.register("schemas/customer.json", name="customers", count=2)
        sm.register("schemas/order.json", name="orders", count=5, sources={"/customer": "customers"})
        sm.register("schemas/order.json", name="odd", count=5, sources={"/customer": "number"})

        @pytest.fixture(scope="session")
        def number():
            return 5

        def test_short(orders): pass
        def test_odd(odd): pass
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(errors=2)
    text = result.stdout.str()
    assert "source 'customers' for /customer has 2 values for 5 records" in text
    assert "the source fixture 'number' gives a int, not records" in text
