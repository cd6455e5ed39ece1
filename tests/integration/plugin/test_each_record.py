"""One test per record: usual, boundary and near-miss records; the failing one alone; shrinking."""

import pytest

from tests.integration.plugin.conftest import printed


def test_ids_and_records(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint_each("schemas/order.json", count=3, start=2)
        @pytest.mark.parametrize("kind", ["a", "b"])
        def test_order(specmint_record, kind):
            assert set(specmint_record) >= {"id", "amount", "customer", "items"}
            specmint_record.clear()
        """
    )
    result = shop.runpytest("-v")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines([f"*::test_order?{kind}-r000{i}? PASSED*" for kind in "ab" for i in (2, 3, 4)])


def test_nothing_is_generated_at_collection(shop: pytest.Pytester) -> None:
    (shop.path / "schemas" / "broken.json").write_text('{"type": "strin"}')
    shop.makepyfile(
        test_orders="""
        import pytest

        @pytest.mark.specmint_each("schemas/broken.json", count=100000)
        def test_order(specmint_record): pass
        """
    )
    result = shop.runpytest("--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*100000 tests collected*"])
    shop.runpytest("test_orders.py::test_order[r0007]").assert_outcomes(errors=1)


def test_boundary_records(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.specmint_each("schemas/order.json", count=30, mode="edge")
        def test_order(specmint_record):
            print("AMOUNT", specmint_record["amount"])
        """
    )
    result = shop.runpytest("-s")
    result.assert_outcomes(passed=30)
    assert {"0", "9999"} <= set(printed(result.stdout.lines, "AMOUNT"))


def test_near_misses_and_what_they_break(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest, pytest_specmint as sm

        @pytest.mark.specmint_each("schemas/order.json", count=20, invalid=True)
        def test_order(specmint_record, specmint_violation: sm.NearMiss):
            assert sm.validate("schemas/order.json", [specmint_record]).invalid == 1
            assert specmint_violation.keyword in specmint_violation.schema_pointer
            assert specmint_violation.record == specmint_record
            print("BROKEN", specmint_violation.keyword)
        """
    )
    result = shop.runpytest("-s")
    result.assert_outcomes(passed=20)
    assert len(set(printed(result.stdout.lines, "BROKEN"))) >= 5


FAILING = """
    import pytest

    @pytest.mark.specmint_each("schemas/order.json", count=12)
    def test_total(specmint_record):
        assert specmint_record["amount"] <= 50
"""


def test_a_failing_record_is_shrunk_and_told(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_total=FAILING)
    result = shop.runpytest("--specmint-seed=3")
    text = result.stdout.str()
    assert result.ret == 1
    assert "smallest that fails with AssertionError" in text
    assert '"amount":51' in text
    assert "what matters: /amount\n" in text
    failed = next(line.split()[1] for line in result.stdout.lines if line.startswith("FAILED"))
    assert f"run again: pytest '{failed}' --specmint-seed 3" in text
    result.stdout.fnmatch_lines(["the record: specmint-cli generate --schema schemas/order.json --seed * --index *"])


def test_the_failing_id_alone_fails_alike(shop: pytest.Pytester) -> None:
    shop.makepyfile(test_total=FAILING)
    whole = shop.runpytest()
    failed = next(line.split()[1] for line in whole.stdout.lines if line.startswith("FAILED"))
    alone = shop.runpytest(failed)
    alone.assert_outcomes(failed=1)
    record = next(line for line in alone.stdout.lines if line.startswith("record "))
    assert record in whole.stdout.lines
    smallest = [line for line in alone.stdout.lines if line.startswith("smallest")]
    assert smallest and smallest[0] in whole.stdout.lines


def test_it_is_not_called_again_where_that_may_do_harm(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_total="""
        import pytest

        @pytest.mark.specmint_each("schemas/order.json", count=1)
        def test_files(specmint_record, tmp_path):
            assert not specmint_record

        @pytest.mark.specmint_each("schemas/order.json", count=1, shrink=True)
        def test_allowed(specmint_record, tmp_path):
            assert not specmint_record

        @pytest.mark.specmint_each("schemas/order.json", count=1, shrink=False)
        def test_forbidden(specmint_record):
            assert not specmint_record
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "not shrunk: it uses tmp_path of function scope; shrink=True allows to call it again",
            "smallest that fails with AssertionError *",
            "not shrunk: shrink=False",
        ]
    )
    none = shop.runpytest("--specmint-shrink=0", "-k", "allowed")
    none.stdout.fnmatch_lines(["not shrunk: shrinking is switched off"])


def test_near_misses_stay_near_misses_when_shrunk(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest, pytest_specmint as sm

        @pytest.mark.specmint_each("schemas/order.json", count=6, invalid=True)
        def test_order(specmint_record, specmint_violation):
            assert sm.validate("schemas/order.json", [specmint_record]).invalid == 1
            assert specmint_violation.record == specmint_record
            raise ValueError("always")
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(failed=6)
    assert "smallest that fails with ValueError" in result.stdout.str()
    assert "--invalid" in result.stdout.str()


def test_methods_output_and_unittest(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        class TestIt:
            @pytest.mark.specmint_each("schemas/order.json", count=1)
            def test_method(self, specmint_record):
                print("CALLED")
                assert specmint_record["items"] == []
        """
    )
    result = shop.runpytest()
    result.assert_outcomes(failed=1)
    assert result.stdout.str().count("\nCALLED") == 1
    result.stdout.fnmatch_lines(["smallest that fails with AssertionError *"])
