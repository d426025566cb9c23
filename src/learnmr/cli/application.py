"""All commands put together, and the one place where an error becomes a line of text and an exit code."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Any

import typer
import typer.core

from .bench_command import bench
from .course_command import bench_course, course
from .data_command import data
from .decompose_command import decompose
from .demo_command import demo
from .doctor_command import doctor
from .evaluate_command import evaluate
from .simulate_command import simulate
from .train_command import train

__all__ = ["app", "exit_code_of", "main"]

INTERRUPTED = 130


def exit_code_of(error: BaseException) -> int | None:
    """Exit code of an error that one line on standard error explains; None for a fault of the program itself.

    1 an input or a file failed, 2 a wrong argument, 3 an extra or data set is missing, 130 interrupted.

    Examples
    --------
    >>> exit_code_of(ValueError("fwhm_hz must be > 0 Hz, got -1")), exit_code_of(OSError("disk full"))
    (2, 1)
    >>> exit_code_of(AttributeError("a bug")) is None
    True
    """
    from ..files import DatasetUnavailableError, ReadError
    from ..installation import MissingExtraError

    # the special before the general: the first that fits decides
    codes: tuple[tuple[type[BaseException], int], ...] = (
        (KeyboardInterrupt, INTERRUPTED),
        (MissingExtraError, 3),
        (DatasetUnavailableError, 3),
        (ReadError, 1),
        (OSError, 1),
        (FloatingPointError, 1),
        (ValueError, 2),
    )
    return next((code for kind, code in codes if isinstance(error, kind)), None)


class _Commands(typer.core.TyperGroup):
    """The commands, with errors told in one line."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of our output has gone: typer ends quietly
            raise
        except KeyboardInterrupt as error:
            typer.echo("learnmr: interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from error
        except Exception as error:
            code = exit_code_of(error)
            if code is None:
                raise
            typer.echo(f"learnmr: {error}", err=True)
            raise typer.Exit(code) from error


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # plain help: twice as quick, readable in any terminal
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(no_args_is_help=True, short_help="FIDs in, tables of resonances out.")(decompose)
app.command(short_help="The main job in two minutes, with a report.")(demo)
app.command(no_args_is_help=True, short_help="Simulated FIDs and their truth as a file.")(simulate)
app.command(short_help="Judge a line network against the bound.")(evaluate)
app.command(short_help="Is everything here? How to mend what is not.")(doctor)
app.add_typer(train, name="train", short_help="Train a network; resumes where it stopped.")
app.add_typer(data, name="data", short_help="Named data sets of real measurements.")
bench.command("course", short_help="The lessons: run times and checks.")(bench_course)
app.add_typer(course, name="course", short_help="Build, check, run and start lessons.")
app.add_typer(bench, name="bench", short_help="The benchmarks that the README quotes.")


def _version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        from .. import __version__

        typer.echo(f"learnmr {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Version.")] = False,
) -> None:
    """Magnetic resonance and deep learning: from a free induction decay to a table of resonances.

    Exit codes: 0 done, 1 an input failed, 2 wrong usage, 3 an extra or a data set is missing, 130 interrupted.
    """


def main() -> None:
    """Run the command line; what a terminal cannot show is replaced, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="learnmr")
