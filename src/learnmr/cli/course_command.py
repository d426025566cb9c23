"""``learnmr course``: build, check, run and start lessons; ``learnmr bench course``: run and measure them all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exam_command import exam
from .grade_command import grade
from .homework_command import homework
from .overview_command import overview
from .questions_command import questions
from .slides_command import slides

__all__ = ["bench_course", "course"]

course = typer.Typer(help="The lessons: build the notebooks, check and run them, start one.", no_args_is_help=True)
course.add_typer(exam, name="exam", short_help="Papers for everybody, with keys; exports to Moodle and Canvas.")
course.command(no_args_is_help=True, short_help="What a class handed in, graded in a sandbox.")(grade)
course.command(short_help="The question bank, and each question with its answer.")(questions)
course.add_typer(homework, name="homework", short_help="Notebooks with numbers of one's own, for a class.")

CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", help="Folder of the sources. Default: course/ here, or that of the checkout."),
]


@course.command()
def build(
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", help="student, solution or instructor; may be given more than once."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where notebooks differ from their sources.")
    ] = False,
    folder: CourseFolder = None,
) -> None:
    """Derive the notebooks from the lessons; without --variant those that are committed: student and solution."""
    from ..course.building import COMMITTED, build_course
    from ..course.gates import check_course

    if check:
        problems = check_course(folder)
        for problem in problems:
            typer.echo(problem, err=True)
        if problems:
            raise typer.Exit(1)
        typer.echo("notebooks agree with their sources, and every gate holds")
        return
    for path in build_course(folder, variants=variant or COMMITTED):
        typer.echo(str(path))


@course.command()
def run(
    lessons: Annotated[
        list[str] | None,
        typer.Argument(help="Lessons, e.g. m1.signals. Default: all."),
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", help="student, solution or instructor; may be given more than once."),
    ] = None,
    slow: Annotated[
        bool, typer.Option("--slow", help="Run the cells tagged slow too (ten times the time limit).")
    ] = False,
    time_limit_s: Annotated[
        float | None, typer.Option("--time-limit", min=1.0, help="Seconds for each notebook. Default: 90.")
    ] = None,
    folder: CourseFolder = None,
) -> None:
    """Run notebooks headlessly; fail where a check passes on its stub, a solution does not pass, or time runs out."""
    from ..course.execution import TIME_LIMIT_S, execution_problems, run_course

    limit_s = TIME_LIMIT_S if time_limit_s is None else time_limit_s

    reports = run_course(
        folder,
        variants=variant or ("student", "solution"),
        lessons=lessons or (),
        slow=slow,
        time_limit_s=10 * limit_s if slow else limit_s,
        tell=typer.echo,
    )
    problems = execution_problems(reports)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


course.command()(overview)
course.command()(slides)


@course.command()
def start(
    lesson: Annotated[
        str | None, typer.Argument(help="The lesson, e.g. m1.signals or signals.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All lessons and homework sets.")] = False,
    into: Annotated[Path, typer.Option("--into", help="Folder of the copies.")] = Path("."),
    no_open: Annotated[bool, typer.Option("--no-open", help="Only copy; do not open JupyterLab.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a copy that is there already.")] = False,
    folder: CourseFolder = None,
) -> None:
    """Copy a student notebook, or all of them, and open JupyterLab; work that is there already is kept."""
    from ..course.starting import open_notebook, start_course, start_lesson

    if (lesson is None) == (not every):
        raise typer.BadParameter("name a lesson, or give --all, and not both")
    if lesson is None:
        paths = start_course(into, course_folder=folder, overwrite=overwrite)
    else:
        paths = [start_lesson(lesson, into, course_folder=folder, overwrite=overwrite)]
    for path in paths:
        typer.echo(str(path))
    if not no_open:
        raise typer.Exit(open_notebook(into if lesson is None else paths[0]))


def bench_course(
    exercises: Annotated[
        list[str] | None, typer.Argument(metavar="[EXERCISE...]", help="With --false-fail: which. Default: all.")
    ] = None,
    false_fail: Annotated[
        bool, typer.Option("--false-fail", help="Train solutions again and again: how often does a check fail them?")
    ] = False,
    runs: Annotated[int, typer.Option(min=1, help="Trainings of each solution.")] = 30,
    timings: Annotated[Path | None, typer.Option(help="Also write the run times as Markdown into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the JSON document into this file.")] = None,
    folder: CourseFolder = None,
) -> None:
    """Run every notebook, student and solution: seconds, cells, checks. Exit code 1 where a rule is broken."""
    from ..bench.course import course_results, false_fail_results, timings_table
    from ..bench.documents import document, to_json
    from ..writing import write_text
    from .console import print_json
    from .tables import results_as_text

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    if false_fail:
        wrapped = document(
            "learnmr bench course --false-fail", false_fail_results(exercises or (), runs=runs, tell=tell)
        )
    else:
        wrapped = document("learnmr bench course", course_results(folder, tell=tell))
        if timings is not None:
            write_text(timings_table(wrapped), timings)
    if out is not None:
        write_text(to_json(wrapped), out)
    if as_json:
        print_json(wrapped)
    else:
        typer.echo(results_as_text(wrapped["results"]))
    if wrapped["results"].get("problems"):
        raise typer.Exit(1)
