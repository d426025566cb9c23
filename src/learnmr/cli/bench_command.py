"""``learnmr bench``: the benchmarks that README and docs quote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import output, print_json, reporting
from .tables import line_tables, results_as_text, speed_table, target_table

__all__ = ["bench"]

bench = typer.Typer(no_args_is_help=True, help="Benchmarks; with --json {schema, command, versions, machine, results}.")

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Out = Annotated[Path | None, typer.Option(help="Also write the JSON document into this file.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.")]
Train = Annotated[bool, typer.Option("--train/--no-train", help="Train the shipped network again to time it.")]


@bench.command("dft")
def bench_dft(
    points: Annotated[int, typer.Option(min=1, help="Complex samples.")] = 256,
    failures: Annotated[bool, typer.Option("--failures/--no-failures", help="Train the two failures too.")] = True,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """How exactly a linear network learns the DFT, and how two others fail."""
    from ..bench.dft import run_dft

    with reporting() as report:
        results = run_dft(n_points=points, seed=seed, failures=failures, progress=report)
    _answer("learnmr bench dft", results, as_json, out, _print_text)


@bench.command("line")
def bench_line(
    fids: Annotated[int, typer.Option(min=3, help="FIDs of each cell.")] = 4002,
    peer_fids: Annotated[int, typer.Option(min=3, help="FIDs of each cell for the slow peers.")] = 102,
    train: Train = True,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Errors of the line network and its peers in units of the Cramér-Rao bound, on full FIDs."""
    from ..bench.line import run_line

    with reporting() as report:
        results = run_line(n_fids=fids, n_peer_fids=peer_fids, train=train, seed=seed, progress=report)
    _answer("learnmr bench line", results, as_json, out, _print_line)


@bench.command("speed")
def bench_speed(
    batch: Annotated[int, typer.Option(min=1, help="FIDs of a batch.")] = 4096,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """FIDs a second of the whole road from samples to error bars, beside the bare FFT and the peers."""
    from ..bench.speed import run_speed

    with reporting() as report:
        results = run_speed(batch=batch, seed=seed, progress=report)
    _answer("learnmr bench speed", results, as_json, out, _print_speed)


@bench.command("fuzz")
def bench_fuzz(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders. Default: small examples.")
    ] = None,
    mutations: Annotated[int, typer.Option(min=1, help="Damages of each path.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all damage.")] = 0,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Damage files in every way and see that reading them gives an FID or one clear error. Exit code 1 on a finding."""
    from ..bench.fuzzing import run

    results = run(mutations, seed, paths)
    _answer("learnmr bench fuzz", results, as_json, out, _print_text)
    if results["failures"]:
        raise typer.Exit(1)


@bench.command("original")
def bench_original(
    quick: Annotated[bool, typer.Option("--quick", help="256 samples instead of 4000: seconds, not minutes.")] = False,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Retrain the recipe of the original module at its own size (minutes), ours beside it."""
    from ..bench.original import run_original
    from ..decomposition import decompose

    with reporting() as report:
        results = run_original(quick=quick, seed=seed, estimators={"decompose": decompose}, progress=report)
    _answer("learnmr bench original", results, as_json, out, _print_text)


@bench.command("grading")
def bench_grading(
    submissions: Annotated[int, typer.Option(min=0, help="Size of the class that is timed; 0: only attacks.")] = 24,
    attacks: Annotated[bool, typer.Option("--attacks/--no-attacks", help="Grade hostile submissions too.")] = True,
    jobs: Annotated[int | None, typer.Option(min=1, help="Side by side. Default: all cores.")] = None,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Time the grading of a class, then grade hostile submissions. Exit code 1 where one of them gets anywhere."""
    from ..bench.grading import run_grading

    with reporting() as report:
        results = run_grading(submissions, hostile=attacks, jobs=jobs, progress=report)
    _answer("learnmr bench grading", results, as_json, out, _print_grading)
    if results["hostile_contained"] < results["hostile_cases"] or results["false_full_marks"]:
        raise typer.Exit(1)


@bench.command("all")
def bench_all(
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder: each benchmark is written there as a file of its own.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few FIDs, no training: a look, not a result.")] = False,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """dft, line, speed and fuzz, one after the other."""
    from ..bench.dft import run_dft
    from ..bench.documents import document, to_json
    from ..bench.fuzzing import run
    from ..bench.line import run_line
    from ..bench.speed import run_speed
    from ..writing import write_text

    few: dict[str, Any] = {"n_fids": 60, "n_peer_fids": 3, "train": False} if quick else {}
    results: dict[str, Any] = {}
    with reporting() as report:
        for name, work in (
            ("dft", lambda: run_dft(seed=seed, failures=not quick, progress=report)),
            ("speed", lambda: run_speed(seed=seed, repeats=1 if quick else 5, progress=report)),
            ("line", lambda: run_line(seed=seed, progress=report, **few)),
            ("fuzz", lambda: run(5 if quick else 200, seed=seed)),
        ):
            results[name] = work()
            if folder is not None:
                write_text(to_json(document(f"learnmr bench {name}", results[name])), folder / f"{name}.json")
    _answer("learnmr bench all", results, as_json, None, _print_all)
    if results["fuzz"]["failures"]:
        raise typer.Exit(1)


def _answer(
    command: str, results: dict[str, Any], as_json: bool, out: Path | None, show: Callable[[dict[str, Any]], None]
) -> None:
    """Write and print the results of one benchmark."""
    from ..bench.documents import document, to_json
    from ..writing import write_text

    wrapped = document(command, results)
    if out is not None:
        write_text(to_json(wrapped), out)
    if as_json:
        print_json(wrapped)
    else:
        show(wrapped["results"])


def _print_text(results: dict[str, Any]) -> None:
    """Anything nested."""
    typer.echo(results_as_text(results))


def _print_line(results: dict[str, Any]) -> None:
    """The tables of the line benchmark."""
    console = output()
    for table in line_tables(results):
        console.print(table)
        console.print()
    trained = results["train_s"]
    console.print(f"training: {results['train_note']}" if trained is None else f"training: {trained:.0f} s")


def _print_speed(results: dict[str, Any]) -> None:
    """The tables of the speed benchmark."""
    output().print(speed_table(results))
    output().print(target_table(results["targets"]))


def _print_grading(results: dict[str, Any]) -> None:
    """Numbers, and each case that was not contained."""
    shown = {name: value for name, value in results.items() if name not in ("cases", "honest")}
    typer.echo(results_as_text(shown))
    for case in results["cases"]:
        if case["problems"]:
            typer.echo(f"NOT CONTAINED: {case['case']} ({case['tries']}): {'; '.join(case['problems'])}")


def _print_all(results: dict[str, Any]) -> None:
    """Every benchmark in its own way."""
    for name, show in (("dft", _print_text), ("speed", _print_speed), ("line", _print_line), ("fuzz", _print_text)):
        typer.echo(f"\n{name}")
        show(results[name])
