"""Numbers and figures of the benchmarks, drawn from ``benchmarks/*.json`` when the site is built: none is typed.

The tables are those of README.md, made by the same function of ``benchmarks/readme_numbers.py``.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from learnmr.plots import Picture, plot_coverage, plot_ratios, to_html

from .places import ROOT

__all__ = ["FIGURES", "coverage_figure", "ratios_figure", "readme_numbers", "setup"]

FOLDER = ROOT / "benchmarks"
_PARAMETERS = ("frequency", "fwhm", "amplitude", "phase")
#: names in the recorded results -> names for readers, in the order of the figures
_RATIOS = {
    "network": "line network",
    "refined": "network, refined",
    "lmfit": "least squares",
    "matrix_pencil": "matrix pencil",
    "nmrespy": "NMR-EsPy",
}
_COVERAGE = {"network": "line network", "refined": "network, refined"}


@cache
def readme_numbers() -> ModuleType:
    """The script that writes the numbers of README.md."""
    spec = importlib.util.spec_from_file_location("readme_numbers", FOLDER / "readme_numbers.py")
    if spec is None or spec.loader is None:
        raise ImportError("benchmarks/readme_numbers.py must be in the checkout")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ratios_figure(results: Mapping[str, Any]) -> Picture:
    """RMSE over bound in each judged cell, of the estimators that stay near the bound."""
    cells = _judged(results["network"])
    ratios = {
        title: [_row(_judged(results.get(name, {})), cell, "rmse_over_bound") for cell in cells]
        for name, title in _RATIOS.items()
    }
    return plot_ratios(list(cells), {title: rows for title, rows in ratios.items() if np.isfinite(rows).any()})


def coverage_figure(results: Mapping[str, Any]) -> Picture:
    """How often the 95 % bars of the network held the truth, mean of the four parameters."""
    cells = _judged(results["network"])
    coverage = {
        title: [float(np.nanmean(_row(by_cell, cell, "coverage95"))) for cell in cells]
        for name, title in _COVERAGE.items()
        if (by_cell := _judged(results.get(name, {})))
    }
    fewest = min(cell["n_judged"] for cell in cells.values())
    return plot_coverage(list(cells), coverage, n_fids=fewest)


#: name in pages -> recorded results it is drawn from, and how
FIGURES: dict[str, tuple[str, Callable[[Mapping[str, Any]], Picture]]] = {
    "ratios": ("line", ratios_figure),
    "coverage": ("line", coverage_figure),
}


def _judged(estimator: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Name of a cell for readers -> the cell, where FIDs of it were judged."""
    return {
        f"SNR {_range(cell['snr'])}, width {_range(cell['width_bins'])} bins": cell
        for cell in estimator.get("cells", ())
        if cell["judged"]
    }


def _range(ends: Sequence[float]) -> str:
    return "–".join(f"{end:g}" for end in ends)


def _row(by_cell: Mapping[str, Mapping[str, Any]], cell: str, score: str) -> list[float]:
    """One score of the four parameters in one cell; NaN where there is none."""
    judged = by_cell[cell]["judged"] if cell in by_cell else {score: {}}
    values = [judged[score].get(parameter) for parameter in _PARAMETERS]
    return [float("nan") if value is None else value for value in values]


class RecordedResults(SphinxDirective):
    """``{recorded-results} line``: what README.md says of this benchmark; one sentence where nothing is recorded."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The block, parsed as Markdown."""
        path = FOLDER / f"{self.arguments[0]}.json"
        self.env.note_dependency(path)
        self.env.note_dependency(FOLDER / "readme_numbers.py")
        if not path.is_file():
            return self.parse_text_to_nodes("*Not recorded yet.*")
        return self.parse_text_to_nodes(readme_numbers().numbers(FOLDER, only=(self.arguments[0],)))


class RecordedFigure(SphinxDirective):
    """``{recorded-figure} ratios``: a figure with its description, drawn now."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The figure as HTML that needs no file."""
        if self.arguments[0] not in FIGURES:
            raise self.error(f"the figure must be one of {', '.join(FIGURES)}, got {self.arguments[0]!r}")
        name, draw = FIGURES[self.arguments[0]]
        path = FOLDER / f"{name}.json"
        self.env.note_dependency(path)
        if not path.is_file():
            return []
        return [nodes.raw("", f'<div class="learnmr-figure">{_drawn(path, draw)}</div>', format="html")]


def _drawn(path: Path, draw: Callable[[Mapping[str, Any]], Picture]) -> str:
    return to_html(draw(json.loads(path.read_text(encoding="utf-8"))["results"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Both directives."""
    app.add_directive("recorded-results", RecordedResults)
    app.add_directive("recorded-figure", RecordedFigure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
