"""The builder: the same bytes from run to run, and each variant has what it should and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.building import badge_address, build_course, project_address, render_course, stale_notebooks
from learnmr.course.lessons import read_course

ALL = ("student", "solution", "instructor")


def built(course: Path, variant: str) -> dict[str, Any]:
    """One notebook of the example course, parsed."""
    (path,) = render_course(course, variants=(variant,))
    return dict(json.loads(render_course(course, variants=(variant,))[path]))


def text_of(notebook: dict[str, Any]) -> str:
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"])


def test_two_builds_give_the_same_bytes_in_other_folders_and_processes(example_course: Path, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(example_course, tmp_path / "deeper" / "course"))
    here = list(render_course(example_course, variants=ALL).values())
    assert here == list(render_course(elsewhere, variants=ALL).values())
    code = (
        "import sys, hashlib; from pathlib import Path; from learnmr.course.building import render_course;"
        "made = render_course(Path(sys.argv[1]), variants=('student', 'solution', 'instructor'));"
        "sys.stdout.buffer.write('\\0'.join(made.values()).encode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(elsewhere)],
        check=True,
        capture_output=True,
        env=os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
    )
    assert run.stdout.decode() == "\0".join(here)


def test_the_notebooks_are_valid(example_course: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    for text in render_course(example_course, variants=ALL).values():
        nbformat.validate(nbformat.reads(text, as_version=4))


def test_each_variant_has_its_cells_and_no_other(example_course: Path) -> None:
    student, solution, instructor = (text_of(built(example_course, variant)) for variant in ALL)
    assert "Your answer here" in student
    assert "Your answer here" not in solution + instructor
    assert "inverse of pi times" in solution
    assert "inverse of pi times" in instructor
    assert "Model answer" in instructor
    assert "Model answer" not in student + solution
    assert "NotImplementedError" not in solution + instructor
    assert "canary" not in student


def test_a_cell_has_the_same_identity_in_every_variant(example_course: Path) -> None:
    identities = {
        variant: {"".join(cell["source"]): cell["id"] for cell in built(example_course, variant)["cells"]}
        for variant in ALL
    }
    for source, identity in identities["student"].items():
        if source in identities["solution"]:
            assert identities["solution"][source] == identity


def test_display_numbers_follow_the_order_and_an_insertion_moves_no_slug(example_course: Path) -> None:
    assert "## Exercise 0.2: where does it go?\nAfter exercise 0.1 of lesson 0, *The example*" in text_of(
        built(example_course, "student")
    )
    source = example_course / "module0_example" / "00_example.py"
    inserted = (
        '# %% exercise="m0.example.early"\n# <solution>\nearly = 1\n# </solution>\n\n# %% [markdown]\n# **Goals.**'
    )
    source.write_text(
        source.read_text().replace('# %% [markdown] tags=["slide"]\n# **Goals.**', inserted), encoding="utf-8"
    )
    moved = text_of(built(example_course, "student"))
    assert "## Exercise 0.3: where does it go?" in moved
    assert 'check("m0.example.alias", alias_hz)' in moved


def test_badges_open_their_variant() -> None:
    course = Path(__file__).parent / "example_course"
    (lesson,) = read_course(course)
    student, solution = badge_address(lesson, "student"), badge_address(lesson, "solution")
    prefix = "https://colab.research.google.com/github/"
    assert student.startswith(prefix)
    assert student.endswith("/blob/main/course/module0_example/notebooks/00_example.ipynb")
    assert solution.endswith("/blob/main/course/module0_example/notebooks/solutions/00_example.ipynb")
    assert student in text_of(built(course, "student")).split("](")[2]
    assert "badge" not in text_of(built(course, "instructor")).split("\n# ")[0]


def test_the_set_up_cell_has_no_upgrade_no_pin_and_runs(example_course: Path, tmp_path: Path) -> None:
    cell = built(example_course, "student")["cells"][1]
    source = "".join(cell["source"])
    assert "-U" not in source
    assert not re.search(r"learnmr[^\"]*(==|~=)", source)
    assert ">=0." in source
    assert f"git+{project_address()}" in source
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout == ""  # all is there: nothing is installed, nothing said


def test_the_set_up_cell_tries_pypi_then_the_project(example_course: Path, tmp_path: Path) -> None:
    """With pip and the search for modules replaced, the order of attempts and the last word are seen."""
    source = "".join(built(example_course, "student")["cells"][1]["source"])
    faked = (
        "import importlib.util, subprocess, types\n"
        "importlib.util.find_spec = lambda name: None\n"
        "subprocess.run = lambda command: print(command[2:]) or types.SimpleNamespace(returncode=1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", faked + source.split("import learnmr")[0]],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    first, second, last = done.stdout.splitlines()
    assert "'learnmr>=0.1'" in first
    assert "learnmr @ git+https://" in second
    assert last.startswith("missing: learnmr - this should mend it:")


def test_stale_missing_and_orphaned_notebooks_are_told(example_course: Path) -> None:
    assert len(stale_notebooks(example_course)) == 2
    paths = build_course(example_course)
    assert stale_notebooks(example_course) == []
    paths[0].write_text(paths[0].read_text().replace("Induction", "Conduction"), encoding="utf-8")
    orphan = paths[0].with_name("99_gone.ipynb")
    orphan.write_text("{}", encoding="utf-8")
    problems = stale_notebooks(example_course)
    assert problems == [
        "module0_example/notebooks/00_example.ipynb differs from its source: run learnmr course build",
        "module0_example/notebooks/99_gone.ipynb has no source: delete it",
    ]


def test_the_instructors_copy_is_built_outside_the_course(example_course: Path, tmp_path: Path) -> None:
    (path,) = build_course(example_course, variants=("instructor",), build_folder=tmp_path / "out")
    assert path == tmp_path / "out" / "module0_example" / "instructor" / "00_example.ipynb"


def test_unknown_variants_references_and_nameless_regions_are_refused(example_course: Path) -> None:
    with pytest.raises(ValueError, match=r"variants must be among student, .*got \['teacher'\]"):
        render_course(example_course, variants=("teacher",))
    source = example_course / "module0_example" / "00_example.py"
    text = source.read_text()
    source.write_text(text.replace("{ex:m0.example.alias}", "{ex:m0.example.typo}"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"\{ex:m0\.example\.typo\} must name an exercise or lesson"):
        render_course(example_course)
    source.write_text(text.replace('# %% exercise="m0.example.width"', "# %%"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"cell 4: a cell with a solution region must name its exercise"):
        render_course(example_course)


def test_drawing_code_and_set_up_are_folded_and_exercises_are_not(example_course: Path) -> None:
    cells = built(example_course, "student")["cells"]
    folded = {cell["id"] for cell in cells if cell["metadata"].get("jupyter", {}).get("source_hidden")}
    assert cells[1]["id"] in folded  # the set-up cell
    for cell in cells:
        hidden = {"hide-input", "remove-input", "remove-cell"} & set(cell["metadata"].get("tags", ()))
        assert (cell["id"] in folded) == bool(hidden and cell["cell_type"] == "code")
        assert (cell["metadata"].get("cellView") == "form") == (cell["id"] in folded)
        assert not (cell["id"] in folded and "exercise" in cell["metadata"].get("learnmr", {}))
