"""``learnmr decompose``: files in, tables of resonances out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import output, print_json, reporting, with_error

if TYPE_CHECKING:
    from rich.table import Table

    from ..signals import FID, ResonanceTable

__all__ = ["decompose"]

_PLOT_SUFFIXES = (".png", ".svg", ".pdf")


class ArrayWay(StrEnum):
    """How the FIDs of an array are decomposed."""

    each = "each"
    joint = "joint"


def _positive(value: float | None) -> float | None:
    """Refuse what is not > 0."""
    if value is not None and not value > 0:
        raise typer.BadParameter(f"must be > 0, got {value!r}")
    return value


def _probability(value: float) -> float:
    """Refuse what is no probability."""
    if not 0 < value < 1:
        raise typer.BadParameter(f"must lie between 0 and 1, got {value!r}")
    return value


def _picture(path: Path | None) -> Path | None:
    """Refuse a picture of an unknown format before hours of work."""
    if path is not None and path.suffix.lower() not in _PLOT_SUFFIXES:
        raise typer.BadParameter(f"must end in {', '.join(_PLOT_SUFFIXES)}, got {path.name!r}")
    return path


def decompose(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders of FIDs.")],
    csv: Annotated[Path | None, typer.Option(help="Write all lines of all paths into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(callback=_picture, help="Draw spectrum, lines and residual; FIDs after the first get a number."),
    ] = None,
    array: Annotated[
        ArrayWay, typer.Option(help="FIDs of an array each by itself, or jointly with shared positions and widths.")
    ] = ArrayWay.each,
    keep_offset: Annotated[
        bool, typer.Option("--keep-offset", help="Do not take the receiver's offset out of the table.")
    ] = False,
    apodise_hz: Annotated[
        float, typer.Option("--apodise", min=0, help="Broadening in Hz of the copy in which lines are looked for.")
    ] = 0.0,
    reference_ppm: Annotated[
        tuple[float, float] | None,
        typer.Option("--reference", metavar="NEAR TRUE", help="The strongest line near NEAR ppm lies at TRUE ppm."),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(callback=_positive, help="Standard deviation of the noise of one channel; default: estimated."),
    ] = None,
    false_alarm: Annotated[
        float, typer.Option(callback=_probability, help="Probability that pure noise yields a line.")
    ] = 1e-4,
    most_lines: Annotated[int, typer.Option(min=1, help="Stop looking after so many lines.")] = 128,
    weights: Annotated[
        Path | None, typer.Option(help="Another line network, from: learnmr train line. Default: the shipped one.")
    ] = None,
) -> None:
    """Turn FIDs into tables of resonances: frequency, width, amplitude and phase with error bars.

    The format is recognised by content: Bruker, Varian, JCAMP-DX, Magritek, JEOL, NMRPipe, Siemens, learnmr archive.
    With --json: [{path, fid_index, lines, quality, error}], one entry per FID, and one per path that failed.
    """
    from ..networks import load_line_network

    options = {
        "array": array.value,
        "remove_offset": not keep_offset,
        "apodise_hz": apodise_hz,
        "reference_ppm": reference_ppm,
        "noise": noise,
        "false_alarm": false_alarm,
        "most_lines": most_lines,
        "network": None if weights is None else load_line_network(weights),
    }
    done: list[tuple[Path, FID, ResonanceTable]] = []
    entries: list[dict[str, Any]] = []
    with reporting() as report:
        for path in paths:
            try:
                fid, table = _decomposed(path, options, report)
            except Exception as error:  # whatever is wrong with one path, the others get their turn
                known = isinstance(error, (ValueError, OSError))
                said = str(error) if known else f"{type(error).__name__}: {error}"
                entries.append({"path": str(path), "fid_index": None, "lines": [], "quality": None, "error": said})
                typer.echo(f"learnmr: {said if str(path) in said else f'{path}: {said}'}", err=True)
                continue
            done.append((path, fid, table))
            entries += _entries(path, fid, table)
    if csv is not None:
        _write_csv(entries, csv)
    if plot is not None:
        _draw(done, plot)
    if as_json:
        print_json(entries)
    else:
        for path, fid, table in done:
            _show(path, fid, table)
    if len(done) < len(paths):
        raise typer.Exit(1)


def _decomposed(path: Path, options: dict[str, Any], report: Any) -> tuple[FID, ResonanceTable]:
    """Read one path and decompose it."""
    from ..decomposition import decompose as decompose_fid
    from ..files import read

    fid = read(path)
    return fid, decompose_fid(fid, **options, progress=lambda done, total: report(path.name, done, total))


def _entries(path: Path, fid: FID, table: ResonanceTable) -> list[dict[str, Any]]:
    """What --json says of one path: an entry per FID, lines in the order of the table."""
    lines: list[list[dict[str, Any]]] = [[] for _ in range(fid.n_fids)]
    for record in table.to_records():
        lines[record.pop("fid_index")].append(record)
    return [
        {"path": str(path), "fid_index": index, "lines": lines[index], "quality": _quality(table, index), "error": None}
        for index in range(fid.n_fids)
    ]


def _quality(table: ResonanceTable, index: int) -> dict[str, float | None]:
    """How well the lines explain one FID, None where unknown."""
    found: dict[str, float | None] = {}
    for name in ("residual_over_noise", "noise_sd"):
        values = getattr(table, name)
        value = None if values is None else float(values[index])
        found[name] = value if value is not None and value - value == 0 else None
    return found


def _write_csv(entries: list[dict[str, Any]], path: Path) -> None:
    """All lines of all paths below each other; what a line does not have (a shift) stays empty."""
    import csv
    import io

    from ..signals import LINE_FIELDS
    from ..writing import write_text

    values = ["shift_ppm", "shift_ppm_sd", *(f"{name}{end}" for name in LINE_FIELDS for end in ("", "_sd"))]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["path", "fid_index", *values], lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        for line in entry["lines"]:
            writer.writerow({"path": entry["path"], "fid_index": entry["fid_index"], **line})
    write_text(text.getvalue(), path)


def _draw(done: list[tuple[Path, FID, ResonanceTable]], target: Path) -> None:
    """A picture per FID; from the second on, their number stands before the suffix."""
    from ..plots import plot, save

    number = 0
    for path, fid, table in done:
        for index in range(fid.n_fids):
            where = target if number == 0 else target.with_stem(f"{target.stem}-{number}")
            title = f"{path.name}, FID {index}" if fid.is_array else path.name
            save(plot(table, fid, index=index, title=title), where)
            number += 1


def _show(path: Path, fid: FID, table: ResonanceTable) -> None:
    """The table for people."""
    about = [f"{fid.n_fids} FIDs of {fid.n_points} points" if fid.is_array else f"{fid.n_points} points"]
    about += [f"{fid.bandwidth_hz:.6g} Hz wide"]
    about += [fid.nucleus] if fid.nucleus else []
    about += [f"{fid.spectrometer_mhz:.6g} MHz"] if fid.spectrometer_mhz else []
    if table.residual_over_noise is not None and table.residual_over_noise.size:
        about += [f"residual/noise {_span(table.residual_over_noise.tolist())}"]
    console = output()
    console.print(f"{path}: {', '.join(about)}")
    if not len(table):
        console.print("  no resonances\n")
        return
    shown = _lines_table(fid, table, brief=False)
    wanted = console.measure(shown, options=console.options.update(max_width=10_000)).maximum  # else it is cut to fit
    if wanted > console.width:
        shown = _lines_table(fid, table, brief=True)
    console.print(shown)
    console.print()


def _lines_table(fid: FID, table: ResonanceTable, *, brief: bool) -> Table:
    """A row per line; ``brief`` for narrow terminals."""
    from rich.table import Table

    from ..signals import LINE_FIELDS

    shown = Table(box=None, padding=(0, 1))
    if fid.is_array:
        shown.add_column("FID", justify="right")
    if table.shift_ppm is not None:
        shown.add_column("ppm", justify="right")
    for name in ("frequency / Hz", "FWHM / Hz", "amplitude", "phase / rad"):
        shown.add_column(name, justify="right")
    for row in range(len(table)):
        cells = [str(table.fid_index[row])] if fid.is_array else []
        cells += [f"{table.shift_ppm[row]:.4f}"] if table.shift_ppm is not None else []
        for name in LINE_FIELDS:
            cells.append(with_error(getattr(table, name)[row], getattr(table, f"{name}_sd")[row], brief=brief))
        shown.add_row(*cells)
    return shown


def _span(values: list[float]) -> str:
    """One value, or the smallest and the largest of several."""
    low, high = min(values), max(values)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
