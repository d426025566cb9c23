"""Write the numbers of README.md from the recorded results beside this file, each with the command that measures it.

    python benchmarks/readme_numbers.py            writes
    python benchmarks/readme_numbers.py --check    exit code 1 where README.md says something else

What is not recorded is not written. `make bench` records, then calls this.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from learnmr.writing import write_text

__all__ = ["BEGIN", "END", "numbers", "replaced"]

FOLDER = Path(__file__).resolve().parent
BEGIN, END = "<!-- numbers:begin -->", "<!-- numbers:end -->"

_PARAMETERS = ("frequency", "fwhm", "amplitude", "phase")
#: names in the recorded results -> names for readers
_ESTIMATORS = {
    "network": "line network",
    "refined": "line network, refined",
    "curve_fit": "magnitude `curve_fit`",
    "lmfit": "complex least squares (lmfit)",
    "matrix_pencil": "matrix pencil",
    "nmrespy": "NMR-EsPy",
}


def numbers(folder: Path = FOLDER, *, only: Collection[str] = ()) -> str:
    """The section, from those of the files of :data:`_SECTIONS` that a folder has (``dft.json``, ``line.json``, ...).

    With ``only`` of these alone: pages of the site show one after the other.
    """
    parts = []
    for name, write in _SECTIONS.items():
        path = folder / f"{name}.json"
        if path.is_file() and (name in only or not only):
            document = json.loads(path.read_text(encoding="utf-8"))
            lines = list(write(document["results"]))
            parts.append("\n".join([f"**`{document['command']}`** ({_machine(document)})", "", *lines]))
    return "\n\n".join(parts) if parts else "Nothing is recorded yet: `make bench` does it."


def replaced(text: str, section: str) -> str:
    """The text of the README with another section between its marks."""
    for mark in (BEGIN, END):
        if text.count(mark) != 1:
            raise ValueError(f"README.md must hold the mark {mark} once, found {text.count(mark)}")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n{section}\n{END}{after}"


def _machine(document: Mapping[str, Any]) -> str:
    """What decides the speed, and the versions that decide the rest."""
    machine, versions = document["machine"], document["versions"]
    used = ", ".join(
        f"{name} {versions[name]}" for name in ("learnmr", "numpy", "keras", "tensorflow") if name in versions
    )
    return f"{machine['cores']} cores of {machine['cpu']}, {machine['os']}, Python {machine['python']}; {used}"


def _dft(results: Mapping[str, Any]) -> Iterator[str]:
    """The network that learns the DFT, and the two that do not."""
    yield f"| network, {results['points']} complex points | training | relative error on unseen FIDs |"
    yield "|---|---|---|"
    yield f"| linear, shown white noise | {results['train_s']:.0f} s | {results['relative_error']:.1e} |"
    if "trained_on_fids" in results:
        fids, magnitude = results["trained_on_fids"], results["magnitude_network"]
        yield f"| the same, shown FIDs | {fids['train_s']:.0f} s | {fids['relative_error']:.2g} |"
        yield (
            f"| nonlinear, FID → magnitude (the idea of the original, reduced) | {magnitude['train_s']:.0f} s | "
            f"{magnitude['relative_error']:.2g}; between the frequencies of its training "
            f"{magnitude['relative_error_between']:.2g} |"
        )


def _line(results: Mapping[str, Any]) -> Iterator[str]:
    """The worst judged cell and the middle of all, in units of the bound."""
    yield (
        "RMSE over the Cramér-Rao bound of one line in a full FID (1024, 4096, 16384 points), median over the judged "
        "cells (worst cell): 1.00 is the best that an unbiased estimator can do. Judged where SNR ≥ 20 and "
        "bound(width) ≤ 0.2 width."
    )
    yield ""
    yield "| estimator | FIDs a cell | frequency | width | amplitude | phase | worst outlier rate | 95 % bars cover |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, title in _ESTIMATORS.items():
        cells = [cell for cell in results.get(name, {}).get("cells", []) if cell["judged"]]
        if not cells:
            continue
        row = [title, str(min(cell["n"] for cell in cells))]
        for parameter in _PARAMETERS:
            ratios = _values(cells, "rmse_over_bound", parameter)
            row.append(f"{_ratio(_median(ratios))} ({_ratio(max(ratios))})" if ratios else "-")
        row.append(f"{100 * max(cell['judged']['outlier_rate'] for cell in cells):.2f} %")
        covered = [100 * c for parameter in _PARAMETERS for c in _values(cells, "coverage95", parameter)]
        row.append(f"{min(covered):.1f} ... {max(covered):.1f} %" if covered else "no bars")
        yield "| " + " | ".join(row) + " |"
    if results["train_s"] is not None:
        same = " and gave the shipped weights bit by bit" if results["train_reproduced"] else ""
        yield ""
        yield f"Training the line network took {results['train_s']:.0f} s{same}."
    yield from _targets(results["targets"])


def _speed(results: Mapping[str, Any]) -> Iterator[str]:
    """FIDs a second of the whole road, and of its peers."""
    yield (
        f"FIDs of {results['points']} points ({results['dtype']}), batches of {results['batch']}, median of "
        f"{results['repeats']}; the road of the network is FFT, peak, window, network, all eight fields."
    )
    yield ""
    yield "| road | FIDs per second | the network is faster by |"
    yield "|---|---|---|"
    for name, rate in results["fids_per_s"].items():
        if rate is not None and not name.startswith("fft_"):
            ratio = results.get(f"ratio_to_{name}")
            title = "the FFT alone, fastest of 1 and 2 workers" if name == "fft" else _ESTIMATORS.get(name, name)
            yield f"| {title} | {_rounded(rate)} | {'' if ratio is None else _rounded(ratio) + ' ×'} |"
    yield from _targets(results["targets"])


def _original(results: Mapping[str, Any]) -> Iterator[str]:
    """The recipe of the original module beside ours, on its own data."""
    size, first, second = results["size"], results["exercise1"], results["exercise2"]
    yield (
        f"The recipe of the original module at {'a reduced' if size['quick'] else 'its own'} size: {size['fids']} FIDs "
        f"of {size['n_points']} samples."
    )
    yield ""
    yield "| FID → magnitude spectrum | parameters | training | relative error | between the trained frequencies |"
    yield "|---|---|---|---|---|"
    for title, row in (("the original's recipe", first), ("our DFT network", first["dft_network"])):
        points = row.get("points", size["n_points"])
        yield (
            f"| {title}, {points} points | {row['parameters']:,} | {row['train_s']:.0f} s | "
            f"{row['relative_error']:.2g} | {row['relative_error_between']:.2g} |"
        )
    yield ""
    yield "| FID → parameters | median error of the frequency | of the amplitude | of the width |"
    yield "|---|---|---|---|"
    rows = {"the original's recipe": second, "the fit it learns from": second["beside"]["magnitude_fit"]}
    rows |= {"`learnmr.decompose`": second["beside"]["decompose"]} if "decompose" in second["beside"] else {}
    for title, row in rows.items():
        yield (
            f"| {title} | {row['frequency_error_hz']:.2g} Hz | {100 * row['amplitude_error']:.2g} % | "
            f"{100 * row['width_error']:.2g} % |"
        )


def _demo(results: Mapping[str, Any]) -> Iterator[str]:
    """The reaction that the demo measures."""
    course = results["time_course"]
    kind = "simulated" if course["simulated"] else "real"
    yield f"| {kind} ³¹P time course of phosphoglucose isomerase | first FID | last FID |"
    yield "|---|---|---|"
    for name, values in course["concentration_mm"].items():
        deviations = course["concentration_mm_sd"][name]
        first, last = (f"{values[i]:.2f} ± {deviations[i]:.2f} mM" for i in (0, -1))
        yield f"| {name} | {first} | {last} |"
    end = course["equilibrium"]
    yield ""
    yield (
        f"Sum {end['total_mm']:.2f} ± {end['total_mm_sd']:.2f} mM; [F6P]/[G6P] at the end {end['ratio']:.3f} ± "
        f"{end['ratio_sd']:.3f}; the demo took {results['seconds']['all']:.0f} s."
    )


def _course(results: Mapping[str, Any]) -> Iterator[str]:
    """Every notebook run once."""
    runs = results["lessons"]
    yield "| lesson | student's copy | with solutions | checks |"
    yield "|---|---|---|---|"
    for lesson in dict.fromkeys(run["id"] for run in runs):
        mine = {run["variant"]: run for run in runs if run["id"] == lesson}
        seconds = " | ".join(f"{mine[variant]['seconds']:.0f} s" for variant in ("student", "solution"))
        yield f"| {lesson} | {seconds} | {mine['solution']['checks']} |"
    yield ""
    yield (
        f"{results['checks']} checked exercises: {results['checks_failing_on_stub']} fail on the stub, "
        f"{results['checks_passing_on_solution']} pass on the solution."
    )
    yield from (f"- {problem}" for problem in results["problems"])


def _grading(results: Mapping[str, Any]) -> Iterator[str]:
    """A class, and those who attack the grader."""
    if results["seconds"] is not None:
        larger = ", ".join(f"{size} would take {s / 60:.0f} min" for size, s in results["extrapolated_s"].items())
        yield (
            f"{results['submissions']} submissions of a short homework, {results['jobs']} side by side in the sandbox "
            f"{results['sandbox']}: {results['seconds']:.0f} s (extrapolated: {larger})."
        )
    yield (
        f"Hostile submissions contained: {results['hostile_contained']} of {results['hostile_cases']}; full marks by "
        f"fraud: {results['false_full_marks']}; odd but honest ones with full marks: {results['honest_full_marks']} of "
        f"{results['honest_cases']}."
    )


def _targets(targets: list[Mapping[str, Any]]) -> Iterator[str]:
    """What was to be reached and was not, with its value: nothing is left out because it looks bad."""
    missed = [target for target in targets if target["reached"] is False]
    yield ""
    yield f"Targets reached: {sum(target['reached'] is True for target in targets)} of {len(targets)}."
    for target in missed:
        where = f" ({target['where']})" if target.get("where") else ""
        yield f"- missed: {target['target']}; worst {target['value']:.3g}{where}"


def _values(cells: list[Mapping[str, Any]], score: str, parameter: str) -> list[float]:
    """One score of one parameter in all cells that have it."""
    return [cell["judged"][score][parameter] for cell in cells if cell["judged"][score][parameter] is not None]


def _median(values: list[float]) -> float:
    """The middle value, the upper one of two."""
    return sorted(values)[len(values) // 2]


def _ratio(value: float) -> str:
    """Two digits behind the point as long as they say something."""
    return f"{value:.2f}" if value < 10 else _rounded(value)


def _rounded(value: float) -> str:
    """Three digits that count, thousands separated."""
    return f"{float(f'{value:.3g}'):,.10g}"


_SECTIONS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "demo": _demo,
    "line": _line,
    "speed": _speed,
    "dft": _dft,
    "original": _original,
    "course": _course,
    "grading": _grading,
}


def main(arguments: list[str]) -> int:
    """Write or check."""
    readme = FOLDER.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    wanted = replaced(text, numbers())
    if "--check" in arguments:
        if text != wanted:
            sys.stderr.write("README.md does not say what is recorded: run python benchmarks/readme_numbers.py\n")
        return int(text != wanted)
    write_text(wanted, readme)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
