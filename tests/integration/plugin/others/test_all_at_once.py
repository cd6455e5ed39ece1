"""Every neighbour at the same time, as in an environment where they are all installed."""

from neighbourhood import COUNT, ENTRY_POINTS, UPDATE, Project


def test_all_neighbours_together(unwritten: tuple[Project, dict[str, bytes]]) -> None:
    project, goldens = unwritten
    project.beside(*ENTRY_POINTS)
    switches = ("-n2", "--reruns=1", "--cov=tests")
    project.run(*switches, UPDATE, apart=True).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens
    project.tamper()
    result = project.run(*switches, apart=True)
    assert result.parseoutcomes() == {"failed": COUNT, "rerun": COUNT}
