"""Seeds in any order and on any worker, the shift, the header, profiles, settings, hooks."""

import re

import pytest

from tests.integration.plugin.conftest import printed

SEEDS = """
    import pytest

    @pytest.mark.specmint("schemas/order.json", count=1)
    @pytest.mark.parametrize("n", range(4))
    def test_plain(specmint_dataset, specmint_factory, n):
        made = specmint_factory.one("schemas/customer.json"), specmint_factory.one("schemas/customer.json")
        assert made[0] != made[1]
        (PATH / f"plain{n}").write_text(f"{specmint_dataset.seed} {made}")

    @pytest.mark.specmint_each("schemas/order.json", count=4)
    def test_each(specmint_record, request):
        (PATH / request.node.callspec.id).write_text(f"{specmint_record}")
"""


def seeds(project: pytest.Pytester, *arguments: str, worker: bool = False) -> dict[str, str]:
    """What the tests were given, by test."""
    folder = project.path / "seen"
    folder.mkdir(exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    run = project.runpytest_subprocess if worker else project.runpytest_inprocess
    assert run(*arguments).ret == 0
    return {each.name: each.read_text() for each in sorted(folder.iterdir())}


def test_the_same_in_any_order_subset_and_worker(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        test_seeds="from pathlib import Path\nPATH = Path(__file__).parent / 'seen'\n" + SEEDS.replace("\n    ", "\n")
    )
    usual = seeds(shop)
    assert len(set(usual.values())) == len(usual) == 8
    assert seeds(shop, "-n2", worker=True) == usual
    one = seeds(shop, "test_seeds.py::test_each[r0002]", "test_seeds.py::test_plain[3]", "test_seeds.py::test_plain[1]")
    assert one == {name: usual[name] for name in ("plain1", "plain3", "r0002")}
    shifted = seeds(shop, "--specmint-seed", "5")
    assert all(shifted[name] != usual[name] for name in usual)
    assert seeds(shop, "--specmint-seed=0") == usual


def test_more_records_leave_the_others_as_they_are(shop: pytest.Pytester) -> None:
    text = "from pathlib import Path\nPATH = Path(__file__).parent / 'seen'\n" + SEEDS.replace("\n    ", "\n")
    shop.makepyfile(test_seeds=text)
    few = seeds(shop, "-k", "each")
    shop.makepyfile(test_seeds=text.replace("count=4", "count=6"))
    many = seeds(shop, "-k", "each")
    assert {name: many[name] for name in few} == few


def test_the_header_says_what_data_depends_on(shop: pytest.Pytester) -> None:
    shop.makepyprojecttoml("[tool.specmint.profiles.ci]\ncount = 3\nseed = 9\n[tool.pytest.ini_options]\n")
    first = shop.runpytest("--collect-only").stdout.str()
    assert re.search(r"specmint: \S+, engine \d+, seed shift 0\n", first)
    shop.runpytest("--specmint-profile=ci").stdout.fnmatch_lines(["specmint: *, engine *, seed shift 9, profile ci"])
    shop.runpytest("--specmint-profile=ci", "--specmint-seed=4").stdout.fnmatch_lines(["*seed shift 4, profile ci"])


def test_profiles_over_ini_and_what_specmint_config_gives(shop: pytest.Pytester) -> None:
    shop.makepyprojecttoml(
        """
        [tool.specmint.profiles.ci]
        count = 3
        as_of = "2026-02-03"
        [tool.pytest.ini_options]
        specmint_count = "7"
        specmint_shrink = "11"
        """
    )
    shop.makepyfile(
        """
        import pytest, pytest_specmint as sm

        @pytest.mark.specmint("schemas/order.json")
        def test_it(specmint_dataset, specmint_config: sm.PluginConfig):
            print("GOT", len(specmint_dataset), specmint_dataset.job.as_of, specmint_config.shrink)
        """
    )
    (usual,) = printed(shop.runpytest("-s").stdout.lines, "GOT")
    assert (usual.split()[0], usual.split()[2]) == ("7", "11")
    assert printed(shop.runpytest("-s", "--specmint-profile", "ci").stdout.lines, "GOT") == ["3 2026-02-03 11"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--specmint-profile=cl"], "no [tool.specmint.profiles.cl] in pyproject.toml; there are bad, ci"),
        (["--specmint-seed=x"], "--specmint-seed must be a whole number, not 'x'"),
        (["-o", "specmint_count=0"], "ini key specmint_count must be a whole number from 1 on, not '0'"),
        (["--specmint-profile=bad"], "unknown setting 'cuont' in profile bad; did you mean 'count'?"),
    ],
)
def test_wrong_settings_stop_the_run(shop: pytest.Pytester, arguments: list[str], words: str) -> None:
    shop.makepyprojecttoml(
        "[tool.specmint.profiles.ci]\ncount = 3\n[tool.specmint.profiles.bad]\ncuont = 3\n[tool.pytest.ini_options]\n"
    )
    result = shop.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in "\n".join(result.errlines + result.outlines)


def test_hooks_resolve_schemas_and_see_datasets(shop: pytest.Pytester) -> None:
    shop.makeconftest(
        """
        import pytest_specmint as sm
        orders = sm.register("shop:customer", name="customers", count=2)

        def pytest_specmint_resolve_schema(config, node, schema):
            if isinstance(schema, str) and schema.startswith("shop:"):
                return f"schemas/{schema.removeprefix('shop:')}.json"

        def pytest_specmint_dataset_generated(node, name, dataset):
            print("MADE", repr(name), len(dataset), getattr(node, "name", ""))
        """
    )
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.specmint("shop:order", count=3, name="o")
        def test_marker(specmint_dataset):
            assert "amount" in specmint_dataset[0]

        def test_factory(specmint_factory, customers):
            assert "amount" in specmint_factory.one("shop:order")

        @pytest.mark.specmint_each("shop:order", count=2)
        def test_each(specmint_record):
            assert "amount" in specmint_record
        """
    )
    result = shop.runpytest("-s")
    result.assert_outcomes(passed=4)
    made = printed(result.stdout.lines, "MADE")
    assert sorted(made)[:3] == ["'customers' 2", "'o' 3 test_marker", "'specmint_factory' 1 test_factory"]
    assert len([each for each in made if each.startswith("'specmint_record' 2")]) == 1


def test_an_unknown_schema_of_a_hook_is_a_mistake(shop: pytest.Pytester) -> None:
    shop.makepyfile("import pytest\n@pytest.mark.specmint('shop:order')\ndef test_it(specmint_dataset): pass\n")
    shop.runpytest().assert_outcomes(errors=1)
