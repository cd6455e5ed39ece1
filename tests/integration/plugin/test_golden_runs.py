"""Goldens over whole runs: what is written when, what waits for review, what nothing uses, what is reported."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCHEMA = {
    "type": "object",
    "required": ["id", "amount"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 100, "maximum": 999},
    },
}
TWO = """
    import pytest

    pytestmark = pytest.mark.specmint(schema="schemas/order.json", seed=7, count=5)

    def test_one(specmint_dataset, specmint_golden):
        assert specmint_dataset == specmint_golden

    def test_two(specmint_dataset, specmint_golden):
        assert [record["amount"] for record in specmint_dataset] == specmint_golden
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.mkdir("schemas") / "order.json").write_text(json.dumps(SCHEMA))
    pytester.makepyfile(test_orders=TWO)
    return pytester


@pytest.fixture
def written(project: pytest.Pytester) -> pytest.Pytester:
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=2)
    return project


def files(project: pytest.Pytester) -> dict[str, bytes]:
    folder = project.path / "golden"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def change_schema(project: pytest.Pytester) -> None:
    changed = {**SCHEMA, "properties": {**SCHEMA["properties"], "amount": {"enum": [1, 2, 3]}}}
    (project.path / "schemas" / "order.json").write_text(json.dumps(changed))


class TestUpdating:
    def test_every_golden_has_its_origin_beside_it(self, written: pytest.Pytester) -> None:
        assert list(files(written)) == [
            "test_orders/test_one.golden.json",
            "test_orders/test_one.jsonl",
            "test_orders/test_two.golden.json",
            "test_orders/test_two.jsonl",
        ]
        origin = json.loads(files(written)["test_orders/test_two.golden.json"])
        assert origin["nodeid"] == "test_orders.py::test_two"
        assert (origin["derived"], origin["schema"]["path"]) == (True, "schemas/order.json")

    def test_new_writes_only_what_is_missing(self, written: pytest.Pytester) -> None:
        (written.path / "golden" / "test_orders" / "test_two.jsonl").unlink()
        (written.path / "golden" / "test_orders" / "test_two.golden.json").unlink()
        change_schema(written)
        written.runpytest("--specmint-update-golden=new").assert_outcomes(passed=1, failed=1)
        assert files(written)["test_orders/test_two.jsonl"].splitlines()[0] in {b"1", b"2", b"3"}

    def test_a_node_id_writes_that_test_alone(self, written: pytest.Pytester) -> None:
        before = files(written)
        change_schema(written)
        written.runpytest("--specmint-update-golden=test_orders.py::test_one").assert_outcomes(passed=1, failed=1)
        changed = {name for name, data in files(written).items() if data != before[name]}
        assert changed == {"test_orders/test_one.golden.json", "test_orders/test_one.jsonl"}

    def test_a_path_after_the_bare_option_is_not_taken_for_its_value(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--specmint-update-golden", "test_orders.py")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*write --specmint-update-golden=all test_orders.py*"])

    def test_a_fixture_that_fails_when_it_is_torn_down_keeps_the_golden_from_being_written(
        self, project: pytest.Pytester
    ) -> None:
        project.makeconftest(
            """
            import pytest

            @pytest.fixture(autouse=True)
            def closing(request):
                yield
                assert "one" not in request.node.name
            """
        )
        result = project.runpytest("--specmint-update-golden")
        result.assert_outcomes(passed=2, errors=1)
        assert list(files(project)) == ["test_orders/test_two.golden.json", "test_orders/test_two.jsonl"]
        result.stdout.fnmatch_lines(["unwritten: golden/test_orders/test_one.jsonl"])

    @pytest.mark.parametrize("outcome", ["pytest.skip()", "pytest.xfail()", "assert False"])
    def test_a_test_that_does_not_pass_writes_nothing(self, project: pytest.Pytester, outcome: str) -> None:
        project.makepyfile(test_orders=f"{TWO}\n        {outcome}\n")
        project.runpytest("--specmint-update-golden")
        assert list(files(project)) == ["test_orders/test_one.golden.json", "test_orders/test_one.jsonl"]

    def test_in_ci_nothing_is_written_unless_it_is_asked_for(
        self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CI", "true")
        project.runpytest().assert_outcomes(failed=2)
        assert not (project.path / "golden").exists()
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=2)
        assert files(project)

    def test_a_place_that_cannot_be_written_fails_the_test_and_says_why(self, project: pytest.Pytester) -> None:
        (project.path / "golden").write_text("a file, not a directory")
        result = project.runpytest("--specmint-update-golden")
        result.assert_outcomes(passed=2, errors=2)
        result.stdout.fnmatch_lines(["*golden/test_orders/test_one.jsonl: cannot write *", "hint: *"])

    @pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "worksteal"])
    def test_workers_write_all_and_read_all(self, project: pytest.Pytester, dist: str) -> None:
        project.makepyfile(test_more=TWO)
        result = project.runpytest_subprocess("-n2", f"--dist={dist}", "--specmint-update-golden")
        result.assert_outcomes(passed=4)
        result.stdout.fnmatch_lines(["4 written"])
        assert len(files(project)) == 8
        result = project.runpytest_subprocess("-n2", f"--dist={dist}")
        result.assert_outcomes(passed=4)
        result.stdout.no_fnmatch_line("*specmint goldens*")


class TestFailing:
    def test_the_schema_changed(self, written: pytest.Pytester) -> None:
        change_schema(written)
        result = written.runpytest("test_orders.py::test_one")
        result.stdout.fnmatch_lines(
            [
                "E * 5 of 5 records differ: amount in 5",
                "E *   record 0 /amount: * -> *",
                "E *cause:     schema changed: /properties/amount changed",
                "E *reproduce: specmint-cli generate --schema schemas/order.json --seed 7 --index 0 *",
                "E *accept:    pytest test_orders.py::test_one --specmint-update-golden",
                "*specmint golden golden/test_orders/test_one.jsonl*",
                "record 4",
            ]
        )

    def test_the_code_under_test_changed(self, written: pytest.Pytester) -> None:
        written.makepyfile(test_orders=TWO.replace('record["amount"]', 'record["amount"] + 1'))
        written.runpytest().stdout.fnmatch_lines(["E *cause: *the code under test made others"])

    @pytest.mark.parametrize(
        ("detail", "shown", "hidden"),
        [("summary", "*record 0 /amount: *", "record 4"), ("none", "*cause: *", "*record 0 /amount: *")],
    )
    def test_as_much_is_shown_as_is_asked_for(
        self, written: pytest.Pytester, detail: str, shown: str, hidden: str
    ) -> None:
        change_schema(written)
        result = written.runpytest(f"--specmint-diff={detail}", "test_orders.py::test_one")
        result.stdout.fnmatch_lines([shown])
        result.stdout.no_fnmatch_line(hidden)

    def test_plain_asserts_are_explained_too(self, written: pytest.Pytester) -> None:
        change_schema(written)
        written.runpytest("--assert=plain").stdout.fnmatch_lines(["cause:     schema changed: *"])


class TestReview:
    def test_changes_wait_and_the_tests_fail(self, written: pytest.Pytester) -> None:
        before = files(written)
        change_schema(written)
        result = written.runpytest("--specmint-review")
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(
            [
                "golden/test_orders/test_one.jsonl changed; the change waits for review",
                "cause:     schema changed: *",
                "2 waiting for review",
                "review: specmint-cli golden review*",
            ]
        )
        after = files(written)
        assert {name: after[name] for name in before} == before
        assert sorted(set(after) - set(before)) == [
            "test_orders/test_one.golden.json.pending",
            "test_orders/test_one.jsonl.pending",
            "test_orders/test_two.golden.json.pending",
            "test_orders/test_two.jsonl.pending",
        ]

    def test_what_is_the_same_again_no_longer_waits(self, written: pytest.Pytester) -> None:
        change_schema(written)
        written.runpytest("--specmint-review")
        (written.path / "schemas" / "order.json").write_text(json.dumps(SCHEMA))
        written.runpytest("--specmint-review").assert_outcomes(passed=2)
        assert not [name for name in files(written) if name.endswith(".pending")]

    def test_with_workers(self, written: pytest.Pytester) -> None:
        change_schema(written)
        result = written.runpytest_subprocess("-n2", "--specmint-review")
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(["2 waiting for review"])


class TestUnused:
    ONE = TWO.partition("    def test_two")[0]

    @pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "xdist"])
    def test_a_test_that_is_gone(self, written: pytest.Pytester, workers: list[str]) -> None:
        written.makepyfile(test_orders=self.ONE)
        result = written.runpytest_subprocess(*workers)
        assert result.ret == 0
        result.stdout.fnmatch_lines(["unused: golden/test_orders/test_two.jsonl (test_orders.py has no such test)"])

    def test_a_file_that_is_gone(self, written: pytest.Pytester) -> None:
        (written.path / "test_orders.py").rename(written.path / "test_renamed.py")
        written.runpytest().stdout.fnmatch_lines(["*test_one.jsonl (test_orders.py does not exist)"])

    def test_a_test_that_no_longer_compares(self, written: pytest.Pytester) -> None:
        written.makepyfile(test_orders=TWO.replace(" == specmint_golden", ""))
        written.runpytest().stdout.fnmatch_lines(["*test_one.jsonl (its test passed without it)"])

    def test_fail(self, written: pytest.Pytester) -> None:
        written.makepyfile(test_orders=self.ONE)
        result = written.runpytest("--specmint-unused=fail")
        result.assert_outcomes(passed=1)
        assert result.ret == pytest.ExitCode.TESTS_FAILED

    def test_delete(self, written: pytest.Pytester) -> None:
        written.makepyfile(test_orders=self.ONE)
        written.runpytest("--specmint-unused=delete").stdout.fnmatch_lines(["deleted: golden/test_orders/test_two*"])
        assert list(files(written)) == ["test_orders/test_one.golden.json", "test_orders/test_one.jsonl"]
        written.runpytest().stdout.no_fnmatch_line("*unused*")

    def test_an_ini_file_deletes_nothing_in_ci(self, written: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        written.makeini("[pytest]\nspecmint_unused = delete\n")
        written.makepyfile(test_orders=self.ONE)
        result = written.runpytest()
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        assert "test_orders/test_two.jsonl" in files(written)

    @pytest.mark.parametrize(
        "options",
        [
            ["-k", "one"],
            ["test_orders.py::test_one"],
            ["--deselect", "test_orders.py::test_two"],
            ["--specmint-partial"],
            ["--specmint-unused=ignore"],
            ["--collect-only"],
        ],
    )
    def test_a_run_that_saw_a_part_judges_nothing_else(self, written: pytest.Pytester, options: list[str]) -> None:
        written.makepyfile(test_other="def test_nothing():\n    pass\n")
        result = written.runpytest("--specmint-unused=fail", *options)
        assert result.ret == 0
        result.stdout.no_fnmatch_line("*unused:*")

    def test_skipped_and_failed_tests_still_have_their_goldens(self, written: pytest.Pytester) -> None:
        skipping = TWO.replace("    def test_one", "    @pytest.mark.skip\n    def test_one")
        written.makepyfile(test_orders=skipping.replace("assert [", "raise SystemError; assert ["))
        written.runpytest("--specmint-unused=fail").stdout.no_fnmatch_line("*unused*")

    def test_a_run_of_what_failed_before(self, written: pytest.Pytester) -> None:
        change_schema(written)
        written.runpytest("-k", "one")
        written.makepyfile(test_other="def test_nothing():\n    assert False\n")
        result = written.runpytest("--lf", "--specmint-unused=fail")
        result.stdout.no_fnmatch_line("*unused*")

    def test_a_module_that_cannot_be_imported_is_not_judged(self, written: pytest.Pytester) -> None:
        written.makepyfile(test_orders="import nothing_of_this_name")
        written.runpytest("--continue-on-collection-errors").stdout.no_fnmatch_line("*unused*")

    def test_an_origin_that_cannot_be_read_is_not_judged(self, written: pytest.Pytester) -> None:
        (written.path / "golden" / "broken.golden.json").write_text("{")
        result = written.runpytest()
        result.assert_outcomes(passed=2)
        result.stdout.no_fnmatch_line("*unused*")


class TestReports:
    @pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "xdist"])
    def test_markdown_and_json(self, written: pytest.Pytester, workers: list[str]) -> None:
        change_schema(written)
        paths = [written.path / "out" / "goldens.md", written.path / "goldens.json"]
        written.runpytest_subprocess(*workers, *(f"--specmint-report={path}" for path in paths))
        markdown = paths[0].read_text(encoding="utf-8")
        assert "| `golden/test_orders/test_one.jsonl` | different | 5 | 5 | `amount` |" in markdown
        assert "Cause: schema changed: /properties/amount changed" in markdown
        found = json.loads(paths[1].read_bytes())
        assert found["counts"] == {"differs": 2}
        assert found["goldens"][0]["difference"]["changes"][0]["pointer"] == "/amount"

    def test_a_report_that_cannot_be_written_is_told(self, written: pytest.Pytester) -> None:
        result = written.runpytest("--specmint-report=test_orders.py/goldens.md")
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines(["cannot write *goldens.md*"])


class TestForms:
    def test_a_recipe_is_asked_for_by_the_marker(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            test_orders=TWO.replace("count=5", 'count=5, golden="recipe"').partition("    def test_two")[0]
        )
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
        assert list(files(project)) == ["test_orders/test_one.golden.json"]
        project.runpytest().assert_outcomes(passed=1)
        project.makepyfile(test_orders=(project.path / "test_orders.py").read_text().replace("seed=7", "seed=8"))
        project.runpytest().stdout.fnmatch_lines(["E *5 of 5 records differ*", "E *cause: *seed 7 -> 8"])

    def test_a_recipe_of_an_earlier_schema_that_git_remembers(self, project: pytest.Pytester) -> None:
        if shutil.which("git") is None:
            pytest.skip("git is not installed")
        for words in (["init", "-q"], ["add", "schemas"], ["commit", "-q", "-m", "schemas"]):
            git = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *words]
            subprocess.run(git, cwd=project.path, check=True)
        project.makepyfile(
            test_orders=TWO.replace("count=5", 'count=5, golden="recipe"').partition("    def test_two")[0]
        )
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
        change_schema(project)
        project.runpytest().stdout.fnmatch_lines(
            ["E *5 of 5 records differ: amount in 5", "E *cause: *schema changed*"]
        )

    def test_large_datasets_become_recipes(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nspecmint_max_golden_bytes = 60\n")
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=2)
        assert "test_orders/test_one.jsonl" not in files(project)
        project.runpytest().assert_outcomes(passed=2)

    def test_large_values_that_were_computed_cannot(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nspecmint_max_golden_bytes = 6\n")
        result = project.runpytest("--specmint-update-golden")
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["*specmint_max_golden_bytes*"])


class TestSeveral:
    NAMED = """
        import pytest

        @pytest.mark.specmint(schema="schemas/order.json", count=2, name="orders")
        @pytest.mark.specmint(schema={"type": "integer"}, count=3, name="numbers")
        def test_both(specmint_datasets, specmint_goldens):
            for name in specmint_datasets:
                assert specmint_datasets[name] == specmint_goldens[name]
    """

    def test_datasets_of_one_test_have_goldens_of_their_own(self, project: pytest.Pytester) -> None:
        project.makepyfile(test_orders=self.NAMED)
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
        assert [name for name in files(project) if name.endswith(".jsonl")] == [
            "test_orders/test_both.numbers.jsonl",
            "test_orders/test_both.orders.jsonl",
        ]
        project.runpytest().assert_outcomes(passed=1)

    def test_different_data_for_one_golden_is_an_error(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            def test_twice(specmint_golden):
                assert [1] == specmint_golden
                assert [2] == specmint_golden
            """
        )
        result = project.runpytest("--specmint-update-golden", "-k", "twice")
        result.assert_outcomes(failed=1, deselected=2)
        result.stdout.fnmatch_lines(["*compares different data with one golden*"])

    def test_names_that_differ_in_case_alone(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            test_orders="""
            def test_case(specmint_golden):
                assert [1] == specmint_golden

            def test_CASE(specmint_golden):
                assert [1] == specmint_golden
            """
        )
        project.runpytest("--specmint-update-golden").stdout.fnmatch_lines(["*one file where case does not count*"])

    def test_a_golden_needs_no_dataset(self, project: pytest.Pytester) -> None:
        project.makepyfile(test_orders="def test_x(specmint_golden):\n    assert [{'a': 1}] == specmint_golden\n")
        project.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
        project.makepyfile(test_orders="def test_x(specmint_golden):\n    assert [{'a': 2}] == specmint_golden\n")
        project.runpytest().stdout.fnmatch_lines(["E *1 of 1 records differ: a in 1"])


class TestHooks:
    def test_another_plugin_decides_and_hears_of_what_is_written(self, project: pytest.Pytester) -> None:
        project.makeconftest(
            """
            def pytest_specmint_golden_compare(node, golden, actual):
                return True if "two" in node.name else None

            def pytest_specmint_golden_updated(config, node, path):
                print("UPDATED", node.name, path.relative_to(config.rootpath))
            """
        )
        result = project.runpytest("--specmint-update-golden", "-s")
        result.stdout.fnmatch_lines([f"*UPDATED test_one golden{os.sep}test_orders{os.sep}test_one.jsonl"])
        change_schema(project)
        project.runpytest().assert_outcomes(passed=1, failed=1)


def test_syrupys_own_update_leaves_ours_alone(written: pytest.Pytester) -> None:
    before = files(written)
    written.makepyfile(test_theirs="def test_theirs(snapshot):\n    assert {'a': 1} == snapshot\n")
    change_schema(written)
    written.runpytest("--snapshot-update").assert_outcomes(passed=1, failed=2)
    assert files(written) == before


def test_a_directory_of_its_own(project: pytest.Pytester, tmp_path: Path) -> None:
    project.makeini("[pytest]\nspecmint_golden_dir = reviewed/data\n")
    project.runpytest("--specmint-update-golden").assert_outcomes(passed=2)
    assert (project.path / "reviewed" / "data" / "test_orders" / "test_one.jsonl").exists()
