"""How commands speak: tables for people, one JSON document for programs, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["output", "print_json", "reporting", "with_error"]

#: columns of what is not a terminal: tables in files and pipes are not folded
_WIDE = 200
#: seconds between two lines of progress where there is no terminal
_LINE_EVERY_S = 10.0

#: name of the work, finished parts, all parts, and perhaps a value such as the loss
Report = Callable[..., None]


def output() -> Console:
    """Standard output for people: tables as wide as the terminal, without colours or markup."""
    from rich.console import Console

    return Console(
        width=None if sys.stdout.isatty() else _WIDE, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def print_json(value: Any) -> None:
    """Write one JSON document to standard output: strict (no NaN), ASCII (any terminal, any pipe)."""
    sys.stdout.write(json.dumps(value, indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


@contextmanager
def reporting() -> Iterator[Report]:
    """Yield ``report(name, done, total, value=None)``: bars on a terminal, now and then a line elsewhere.

    Everything goes to standard error.
    """
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[value]}"),
    )
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as bars:
        tasks: dict[str, Any] = {}

        def report(name: str, done: int, total: int, value: float | None = None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total, value="")
            bars.update(tasks[name], completed=done, total=total, value="" if value is None else f"{value:.4g}")

        yield report


def _lines() -> Report:
    """Progress as lines of text: the first and the last of each work, and one every few seconds."""
    spoken: dict[str, float] = {}

    def report(name: str, done: int, total: int, value: float | None = None) -> None:
        now = time.monotonic()
        if done < total and now - spoken.get(name, -math.inf) < _LINE_EVERY_S:
            return
        spoken[name] = now
        said = "" if value is None else f"  {value:.4g}"
        print(f"{name}: {done}/{total}{said}", file=sys.stderr, flush=True)

    return report


def with_error(value: float, deviation: float, *, brief: bool = False) -> str:
    """A value with its standard deviation, rounded to two digits of the deviation.

    ``brief`` puts those two digits in brackets behind the value, as tables of constants do.

    Examples
    --------
    >>> with_error(12.3456, 0.0123), with_error(1.0, float("nan")), with_error(1.2345e7, 3e3)
    ('12.346 ± 0.012', '1 ± ?', '(1.23450 ± 0.00030)e+07')
    >>> with_error(12.3456, 0.0123, brief=True), with_error(1.2345e7, 3e3, brief=True)
    ('12.346(12)', '1.23450(30)e+07')
    """
    if not math.isfinite(deviation):
        return f"{value:.6g}(?)" if brief else f"{value:.6g} ± ?"
    largest = max(abs(value), deviation)
    power = math.floor(math.log10(largest)) if largest > 0 else 0
    if not -4 <= power < 6 or deviation >= 99.5:
        scale = 10.0**power
        scaled = with_error(value / scale, deviation / scale, brief=brief)
        return f"{scaled if brief else f'({scaled})'}e{power:+03d}"
    digits = 1 - math.floor(math.log10(deviation)) if deviation > 0 else 6
    digits = min(max(digits, 0), 12)
    if not brief:
        return f"{value:.{digits}f} ± {deviation:.{digits}f}"
    # of a deviation such as 1.2 the point is kept: 34.5(1.2)
    last = f"{deviation:.{digits}f}"
    return f"{value:.{digits}f}({last if deviation >= 1 else last.replace('.', '').lstrip('0') or '0'})"
