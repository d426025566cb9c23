"""Results of benchmarks as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .console import with_error

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["line_tables", "results_as_text", "speed_table", "target_table"]

_PARAMETERS = ("frequency", "fwhm", "amplitude", "phase")
#: longer lists (loss curves) are shown by their ends
_LONGEST_LIST = 6


def line_tables(results: Mapping[str, Any]) -> Iterator[Table]:
    """A table per estimator of ``learnmr bench line``, then the targets."""
    from rich.table import Table

    for name, answer in results.items():
        if not isinstance(answer, Mapping) or not {"cells", "skipped"} & set(answer):
            continue
        if "skipped" in answer:
            yield Table(title=f"{name}: skipped, {answer['skipped']}", title_justify="left")
            continue
        table = Table(
            title=f"{name}: RMSE / bound (bias / bound), judged FIDs of each cell ([all FIDs] where none is)",
            title_justify="left",
            box=None,
            padding=(0, 1),
        )
        for column in ("SNR", "width / bins", "judged", *_PARAMETERS, "outliers", "covered 95 %"):
            table.add_column(column, justify="right")
        for cell in answer["cells"]:
            table.add_row(*_cell_row(cell))
        yield table
    yield target_table(results["targets"])


def _cell_row(cell: Mapping[str, Any]) -> list[str]:
    """One cell: what was judged where something was, else all of it in brackets."""
    shown = cell["judged"] or cell
    left, right = ("", "") if cell["judged"] else ("[", "]")
    row = [f"{low:g}-{high:g}" for low, high in (cell["snr"], cell["width_bins"])]
    row.append(f"{cell['n_judged']}/{cell['n']}")
    for name in _PARAMETERS:
        rmse, bias = shown["rmse_over_bound"][name], shown["bias_over_bound"][name]
        row.append("-" if rmse is None else f"{left}{rmse:.2f} ({bias:+.2f}){right}")
    row.append(f"{100 * shown['outlier_rate']:.2f} %")
    covered = [100 * value for value in shown["coverage95"].values() if value is not None]
    row.append(f"{min(covered):.1f}-{max(covered):.1f}" if covered else "-")
    return row


def target_table(targets: list[Mapping[str, Any]]) -> Table:
    """What was to be reached, and whether it was."""
    from rich.table import Table

    table = Table(title="targets", title_justify="left", box=None, padding=(0, 1))
    for column in ("target", "worst", "where", "reached"):
        table.add_column(column)
    for target in targets:
        reached = {True: "yes", False: "NO", None: "not judged"}[target["reached"]]
        value, error = target["value"], target.get("standard_error")
        shown = "-" if value is None else f"{value:.4g}" if error is None else with_error(value, error)
        table.add_row(target["target"], shown, target.get("where") or "", reached)
    return table


def speed_table(results: Mapping[str, Any]) -> Table:
    """FIDs a second of every road, and how many times faster the network is."""
    from rich.table import Table

    table = Table(
        title=f"FIDs of {results['points']} points, batch {results['batch']}, median of {results['repeats']}",
        title_justify="left",
        box=None,
        padding=(0, 1),
    )
    for column in ("road", "FIDs / s", "network is faster by"):
        table.add_column(column, justify="left" if column == "road" else "right")
    for name, rate in results["fids_per_s"].items():
        ratio = results.get(f"ratio_to_{name}")
        shown = results["skipped"].get(name, "-") if rate is None else f"{rate:,.4g}"
        table.add_row(name, shown, "" if ratio is None else f"{ratio:,.4g} x")
    return table


def results_as_text(results: Mapping[str, Any], indent: str = "") -> str:
    """Nested results, one ``name: value`` a line."""
    lines = []
    for name, value in results.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{name}:")
            lines.append(results_as_text(value, indent + "  "))
        else:
            lines.append(f"{indent}{name}: {_value(value)}")
    return "\n".join(line for line in lines if line)


def _value(value: Any) -> str:
    """A number in four digits, a long list by its ends, text as it is."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        ends = [*value[:2], "...", value[-1]] if len(value) > _LONGEST_LIST else value
        return ", ".join(_value(item) for item in ends)
    return str(value)
