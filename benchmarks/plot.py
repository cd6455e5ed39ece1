"""The curves as one picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from result import Curve

TITLES = {
    "throughput": "The whole command: throughput",
    "memory": "The whole command: peak memory",
    "records": "Pipeline: cost of a record",
    "growth": "Engine: cost of a value",
}


def plot(curves: Sequence[Curve], path: Path) -> bool:
    """A panel per plot; False, and no file, where matplotlib is missing."""
    try:
        import matplotlib as mpl
    except ImportError:
        return False
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    names = [name for name in TITLES if any(curve.plot == name for curve in curves)]
    if not names:
        return True
    figure, panels = plt.subplots(1, len(names), figsize=(5 * len(names), 4), squeeze=False, layout="constrained")
    for name, panel in zip(names, panels[0], strict=True):
        _draw(panel, name, [curve for curve in curves if curve.plot == name])
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return True


def _draw(panel: Any, name: str, curves: list[Curve]) -> None:
    for curve in curves:
        panel.plot(*zip(*curve.points, strict=True), marker="o", markersize=3, label=curve.name)
    panel.set_xscale("log")
    panel.set_yscale("log" if name == "throughput" else "linear")
    panel.set_ylim(bottom=None if name == "throughput" else 0)
    panel.set_xlabel(curves[0].x_label)
    panel.set_ylabel(curves[0].y_label)
    panel.set_title(TITLES[name])
    panel.grid(visible=True, alpha=0.3)
    panel.legend(fontsize=8)
