"""Regions of a code cell that the student writes, and the canary that betrays a solution in a student's file.

In the source a region looks like this; what follows ``# <stub>`` is optional::

    # <solution>
    return amplitude / (np.pi * t2_star_s)
    # <stub>
    # the width is in Hz
    raise NotImplementedError
    # </solution>
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

__all__ = ["Region", "canary", "outside_regions", "solution_lines", "split_regions", "with_solutions", "with_stubs"]

_MARKER = re.compile(r"^(?P<indent>[ \t]*)# <(?P<what>/?solution|stub)>[ \t]*$")
_BUILT_BEGIN = re.compile(r"^[ \t]*# --- (your code|solution): exercise .*---$")
_BUILT_END = re.compile(r"^[ \t]*# --- end of exercise .*---$")


@dataclass(frozen=True)
class Region:
    """Part of a code cell.

    Parameters
    ----------
    shared : tuple of str
        Lines that every variant has; empty for a solution region.
    solution, stub : tuple of str
        Lines of the solution, and of the stub where the author wrote one.
    indent : str
        White space before the markers.
    """

    shared: tuple[str, ...] = ()
    solution: tuple[str, ...] = ()
    stub: tuple[str, ...] = ()
    indent: str = ""

    @property
    def is_solution(self) -> bool:
        """True where variants differ."""
        return not self.shared


def split_regions(source: str) -> tuple[Region, ...]:
    r"""Cut a code cell into shared parts and solution regions.

    Parameters
    ----------
    source : str
        The cell.

    Returns
    -------
    tuple of Region
        In order.

    Raises
    ------
    ValueError
        If markers are not in the order solution, (stub,) end, or a region has no solution.

    Examples
    --------
    >>> [region.is_solution for region in split_regions("a = 1\n# <solution>\nb = 2\n# </solution>")]
    [False, True]
    """
    regions: list[Region] = []
    parts: dict[str, list[str]] = {"shared": [], "solution": [], "stub": []}
    state, indent = "shared", ""
    allowed = {"shared": {"solution"}, "solution": {"stub", "/solution"}, "stub": {"/solution"}}
    for number, line in enumerate(source.split("\n"), start=1):
        marker = _MARKER.match(line)
        if marker is None:
            parts[state].append(line)
            continue
        what = marker["what"]
        if what not in allowed[state]:
            raise ValueError(f"line {number}: <{what}> must not stand inside {state}")
        if what == "solution":
            if parts["shared"]:
                regions.append(Region(shared=tuple(parts["shared"])))
            state, indent, parts = "solution", marker["indent"], {"shared": [], "solution": [], "stub": []}
        elif what == "stub":
            state = "stub"
        else:
            if not any(line.strip() for line in parts["solution"]):
                raise ValueError(f"line {number}: a solution region must hold a solution")
            regions.append(Region(solution=tuple(parts["solution"]), stub=tuple(parts["stub"]), indent=indent))
            state, parts = "shared", {"shared": [], "solution": [], "stub": []}
    if state != "shared":
        raise ValueError("a solution region must end with # </solution>")
    if parts["shared"]:
        regions.append(Region(shared=tuple(parts["shared"])))
    return tuple(regions)


def canary(slug: str) -> str:
    """A word that stands in every solution and must stand in no file of a student.

    Examples
    --------
    >>> canary("m1.signals.alias")
    'canary-3d7ecc31bf'
    """
    return "canary-" + hashlib.sha256(f"learnmr solution {slug}".encode()).hexdigest()[:10]


def with_stubs(source: str, slug: str, number: str) -> str:
    """The cell as the student gets it: each solution region is a stub that raises ``NotImplementedError``."""
    lines: list[str] = []
    for region in split_regions(source):
        stub = region.stub or (
            f'{region.indent}raise NotImplementedError("exercise {number} ({slug}): write your code here")',
        )
        lines += list(region.shared) or _framed(
            region.indent, f"your code: exercise {number}", stub, f"exercise {number}"
        )
    return "\n".join(lines)


def with_solutions(source: str, slug: str, number: str) -> str:
    """The cell with its solutions, each with its canary."""
    lines: list[str] = []
    for region in split_regions(source):
        title = f"solution: exercise {number} ({canary(slug)})"
        lines += list(region.shared) or _framed(region.indent, title, region.solution, f"exercise {number}")
    return "\n".join(lines)


def _framed(indent: str, title: str, lines: tuple[str, ...], end: str) -> list[str]:
    return [f"{indent}# --- {title} ---", *lines, f"{indent}# --- end of {end} ---"]


def outside_regions(built: str) -> str:
    """A built code cell without what stands inside its regions: the same in the student and the solution variant."""
    kept: list[str] = []
    inside = False
    for line in built.split("\n"):
        if _BUILT_BEGIN.match(line):
            inside = True
            kept.append("# region")
        elif _BUILT_END.match(line):
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def solution_lines(source: str) -> tuple[str, ...]:
    """The lines of code of all solution regions, stripped; comments and blank lines left out."""
    lines = [line.strip() for region in split_regions(source) for line in region.solution]
    return tuple(line for line in lines if line and not line.startswith("#"))
