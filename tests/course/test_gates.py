"""Every gate closes: a fault is put into a lesson or a notebook, and the gate names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.building import VARIANTS, build_course, notebook_path, render_course
from learnmr.course.gates import check_course, lesson_problems
from learnmr.course.lessons import find_course_folder, read_course

SOURCE = Path("module0_example") / "00_example.py"


def problems_after(course: Path, spoil: Callable[[dict[str, Any]], None]) -> list[str]:
    """What the gates say when the notebooks were spoilt after they had been built."""
    rendered = render_course(course, variants=tuple(VARIANTS))
    (lesson,) = read_course(course)
    notebooks = {variant: json.loads(rendered[notebook_path(lesson, variant, course)]) for variant in VARIANTS}
    spoil(notebooks)
    return lesson_problems(lesson, notebooks)


def cell_of(notebook: dict[str, Any], text: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if text in "".join(cell["source"]))


def test_a_built_course_passes(example_course: Path) -> None:
    build_course(example_course)
    assert check_course(example_course) == []


def test_a_leaked_line_of_the_solution_is_found(example_course: Path) -> None:
    def leak(notebooks: dict[str, Any]) -> None:
        cell_of(notebooks["student"], "def alias_hz")["source"].append(
            "\n    return (frequency_hz + bandwidth_hz / 2) % bandwidth_hz - bandwidth_hz / 2"
        )

    assert any(
        "a line of the solution is in the student's file" in line for line in problems_after(example_course, leak)
    )


def test_a_leaked_canary_and_a_model_answer_are_found(example_course: Path) -> None:
    def leak(notebooks: dict[str, Any]) -> None:
        notebooks["student"]["cells"].append(cell_of(notebooks["solution"], "width_hz = above"))
        notebooks["student"]["cells"].append(cell_of(notebooks["instructor"], "Model answer"))

    problems = "\n".join(problems_after(example_course, leak))
    assert "a canary of a solution is in the student's file" in problems
    assert "'**Model answer.** Half of them give the half width.'" in problems


def test_a_difference_outside_the_regions_is_found(example_course: Path) -> None:
    def change(notebooks: dict[str, Any]) -> None:
        cell = cell_of(notebooks["student"], "def alias_hz")
        cell["source"] = [line.replace("Where the line is seen", "Something else") for line in cell["source"]]

    assert any("differs outside its solution regions" in line for line in problems_after(example_course, change))


def test_swapped_badges_outputs_and_absolute_paths_are_found(example_course: Path) -> None:
    def spoil(notebooks: dict[str, Any]) -> None:
        notebooks["student"]["cells"][0], notebooks["solution"]["cells"][0] = (
            notebooks["solution"]["cells"][0],
            notebooks["student"]["cells"][0],
        )
        cell = cell_of(notebooks["solution"], "say(")
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
        cell["source"].append("\nopen('/home/somebody/fid')")

    problems = "\n".join(problems_after(example_course, spoil))
    assert "the badge of the student copy opens" in problems
    assert "the badge of the solution copy opens" in problems
    assert "the solution copy has outputs" in problems
    assert "an absolute path: '/home/somebody/fid'" in problems


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        ("\n# %%\nimport torch\n", "imports torch, which learnmr does not bring"),
        ("\n# %%\nfrom .helpers import x\n", "imports ., which learnmr does not bring"),
        ("\n# %%\n# %matplotlib inline\n", "a magic or shell command: %matplotlib inline"),
        ("\n# %%\n# !pip install x\n", "a magic or shell command: !pip install x"),
        ("\n# %% [markdown]\n# ![line](figures/line.png)\n", "a link into the file system: figures/line.png"),
        ("\n# %%\nx = = 1\n", "not Python"),
        (
            '\n# %% exercise="m0.example.new"\n# <solution>\nx = 12345678\n# </solution>\n',
            "m0.example.new has no check",
        ),
        ('\n# %% exercise="m0.example.new"\n# <solution>\nx = 12345678\n# </solution>\n', "the lesson never calls"),
    ],
)
def test_faults_of_the_source_are_found(example_course: Path, addition: str, complaint: str) -> None:
    source = example_course / SOURCE
    source.write_text(source.read_text() + addition, encoding="utf-8")
    build_course(example_course)
    assert any(complaint in problem for problem in check_course(example_course)), check_course(example_course)


def test_a_check_without_an_exercise_is_found(example_course: Path) -> None:
    source = example_course / SOURCE
    source.write_text(source.read_text().replace('# %% exercise="m0.example.sine"', "# %%"), encoding="utf-8")
    text = source.read_text()
    begin, end = text.index("    # <solution>\n    return Polynomial"), text.index("network = train")
    source.write_text(text[:begin] + "    return None\n\n\n" + text[end:], encoding="utf-8")
    build_course(example_course)
    assert any("the check m0.example.sine has no exercise" in problem for problem in check_course(example_course))


def test_the_course_of_this_checkout_passes_every_gate() -> None:
    pytest.importorskip("jupytext", reason="needs learnmr[course]")
    try:
        folder = find_course_folder(Path(__file__).resolve().parents[2] / "course")
    except FileNotFoundError:
        pytest.skip("there is no course beside these tests")
    assert check_course(folder) == []
