"""What must hold of every lesson before it is published, each rule a function that returns sentences.

The rules that need no execution stand here; those that do stand in :mod:`learnmr.course.execution`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .building import COMMITTED, VARIANTS, badge_address, notebook_path, render_course, stale_notebooks
from .exercises import all_exercises, lessons_with_checks
from .lessons import Lesson, find_course_folder, read_course
from .solution_regions import outside_regions, solution_lines

__all__ = ["GATES", "check_course", "lesson_problems"]

#: what a lesson may import: learnmr and what an installation of it brings
ALLOWED_IMPORTS = frozenset(
    {"learnmr", "numpy", "scipy", "matplotlib", "pandas", "lmfit", "nmrglue", "h5py", "keras", "ipywidgets", "IPython"}
)

_ABSOLUTE = re.compile(r"(?<![\w/:.])(?:/(?:home|Users|root|tmp|work|content|mnt|opt|usr|var)/|[A-Za-z]:\\)[\w.\\/-]*")
_RELATIVE_LINK = re.compile(r"\]\((?!https?://|#|attachment:|mailto:)([^)\s]+)")
_SHORTEST_LINE = 12  # shorter lines ("return x") and heads of loops ("for x in y:") are bound to occur elsewhere

#: variant -> the notebook, parsed
Notebooks = Mapping[str, Mapping[str, Any]]


def no_solution_text(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """No canary and no line of a solution in the student's file, not in a shared cell either."""
    student = _text(notebooks["student"])
    problems = ["a canary of a solution is in the student's file"] if re.search(r"canary-[0-9a-f]{10}", student) else []
    lines = {line.strip() for line in student.split("\n")}
    for cell in lesson.cells:
        hidden = solution_lines(cell.source) if cell.kind == "code" else ()
        if {"solution", "instructor", "exam"} & set(cell.tags):
            hidden = tuple(line.strip() for line in cell.source.split("\n"))
        problems += [
            f"cell {cell.name}: a line of the solution is in the student's file: {line!r}"
            for line in hidden
            if len(line) >= _SHORTEST_LINE and line in lines and not line.endswith(":")
        ]
    return problems


def same_outside_regions(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """Student and solution notebooks differ only inside solution regions and in the cells tagged for one of them."""
    shared = {
        variant: {
            cell["id"]: outside_regions("".join(cell["source"]))
            for cell in notebook["cells"][1:]  # the header differs by its badge
            if not {"solution", "stub"} & set(cell["metadata"].get("tags", ()))
        }
        for variant, notebook in notebooks.items()
        if variant in COMMITTED
    }
    if list(shared["student"]) != list(shared["solution"]):
        return ["student and solution notebooks must have the same shared cells in the same order"]
    return [
        f"cell {identity} differs outside its solution regions: {text.splitlines()[:1]}"
        for identity, text in shared["student"].items()
        if text != shared["solution"][identity]
    ]


def no_absolute_paths(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """No path of one machine."""
    found = {path for notebook in notebooks.values() for path in _ABSOLUTE.findall(_text(notebook))}
    return [f"an absolute path: {path!r}" for path in sorted(found)]


def self_contained(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """Nothing is imported or linked that does not come with learnmr: a notebook works alone, in any folder."""
    problems = []
    for cell in lesson.cells:
        where = f"cell {cell.name}"
        if cell.kind == "markdown":
            problems += [
                f"{where}: a link into the file system: {link}" for link in _RELATIVE_LINK.findall(cell.source)
            ]
            continue
        lines = cell.source.split("\n")
        magics = [line for line in lines if line.lstrip().startswith(("%", "!"))]
        problems += [f"{where}: a magic or shell command: {line.strip()}" for line in magics]
        code = "\n".join("" if line in magics else line for line in lines)
        try:
            tree = ast.parse(code)
        except SyntaxError as error:
            problems.append(f"{where}: not Python: {error.msg}, line {error.lineno}")
            continue
        foreign = sorted(_imported(tree) - ALLOWED_IMPORTS - set(sys.stdlib_module_names))
        problems += [f"{where}: imports {module}, which learnmr does not bring" for module in foreign]
    return problems


def badges_open_their_variant(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """The badge of a variant opens that variant; the instructor's copy has none."""
    problems = []
    for variant, notebook in notebooks.items():
        header = "".join(notebook["cells"][0]["source"])
        targets = re.findall(r"\[!\[[^]]*\]\([^)]*\)\]\(([^)]*)\)", header)
        wanted = [badge_address(lesson, variant)] if variant in COMMITTED else []
        if targets != wanted:
            problems.append(f"the badge of the {variant} copy opens {targets}, wanted {wanted}")
    return problems


def no_outputs(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """Outputs are stripped."""
    return [
        f"the {variant} copy has outputs in cell {cell['id']}"
        for variant, notebook in notebooks.items()
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None)
    ]


def exercises_are_checked(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """Every exercise has a check that the lesson calls, and every check of the lesson has its exercise."""
    code = _text(notebooks["solution"])
    problems = [
        f"{slug}: the lesson never calls learnmr.check({slug!r}, ...)"
        for slug in lesson.exercises
        if not re.search(rf"check\(\s*['\"]{re.escape(slug)}['\"]", code)
    ]
    if lesson.slug in lessons_with_checks() or lesson.exercises:
        registered = {exercise.slug for exercise in all_exercises() if exercise.lesson == lesson.slug}
        problems += [f"{slug} has no check" for slug in sorted(set(lesson.exercises) - registered)]
        problems += [f"the check {slug} has no exercise" for slug in sorted(registered - set(lesson.exercises))]
    return problems


#: in this order: leaks first
GATES: tuple[Callable[[Lesson, Notebooks], list[str]], ...] = (
    no_solution_text,
    same_outside_regions,
    no_absolute_paths,
    self_contained,
    badges_open_their_variant,
    no_outputs,
    exercises_are_checked,
)


def lesson_problems(lesson: Lesson, notebooks: Notebooks) -> list[str]:
    """All sentences of all gates for one lesson, each beginning with the name of its file."""
    return [f"{lesson.path.name}: {problem}" for gate in GATES for problem in gate(lesson, notebooks)]


def check_course(course_folder: Path | str | None = None) -> list[str]:
    """Everything that is wrong with the course and can be seen without running it.

    Parameters
    ----------
    course_folder : path-like, optional
        As in :func:`~learnmr.course.building.build_course`.

    Returns
    -------
    list of str
        One sentence each: notebooks that differ from their sources, and what the gates found. Empty when all is well.
    """
    folder = find_course_folder(course_folder)
    rendered = render_course(folder, variants=tuple(VARIANTS))
    problems = stale_notebooks(folder)
    for lesson in read_course(folder):
        notebooks = {variant: json.loads(rendered[notebook_path(lesson, variant, folder)]) for variant in VARIANTS}
        problems += lesson_problems(lesson, notebooks)
    return problems


def _text(notebook: Mapping[str, Any]) -> str:
    """All sources of a notebook."""
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"])


def _imported(tree: ast.AST) -> set[str]:
    """Top-level names of the imported modules; a relative import is the name ``.``."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else (node.module or "").split(".")[0])
    return names
