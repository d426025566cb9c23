"""Pages of lessons: outputs of one run for two variants, no solution where students read, buttons that lead right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from learnmr_site import lesson_pages
from learnmr_site.lesson_pages import Page, executed_path, lesson_page, trouble_with, write_pages
from sphinx.errors import ExtensionError

from learnmr.course.building import badge_address, notebook_path, render_course
from learnmr.course.lessons import Lesson, read_course
from learnmr.course.solution_regions import split_regions


@pytest.fixture
def lesson(example_course: Path) -> Lesson:
    """The one lesson of the example course."""
    return read_course(example_course)[0]


@pytest.fixture
def texts(example_course: Path, lesson: Lesson, built: Path) -> dict[str, str]:
    """Rendered student and solution notebooks, and the executed one."""
    rendered = render_course(example_course)
    made = {variant: rendered[notebook_path(lesson, variant, example_course)] for variant in ("student", "solution")}
    return made | {"executed": executed_path(lesson, built).read_text(encoding="utf-8")}


def cells_of(text: str) -> list[dict[str, Any]]:
    return json.loads(text)["cells"]


def prose(text: str) -> str:
    """All text cells of a page."""
    return "\n".join(lesson_pages._source(cell) for cell in cells_of(text) if cell["cell_type"] == "markdown")


def solution_lines(lesson: Lesson) -> set[str]:
    """Lines of the solutions that are long enough to be told from others, and stand nowhere else."""
    inside, outside = set(), set()
    for cell in lesson.cells:
        if cell.kind != "code":
            continue
        for region in split_regions(cell.source):
            inside |= {line.strip() for line in region.solution}
            outside |= {line.strip() for line in (*region.shared, *region.stub)}
    return {line for line in inside - outside if len(line) > 12 and not line.startswith("#")}


def test_a_finished_run_of_the_present_source_can_be_shown(lesson, texts, built):
    assert trouble_with(executed_path(lesson, built), texts["solution"]) is None


def test_what_was_not_run_changed_since_or_failed_is_told(lesson, texts, built, tmp_path):
    assert trouble_with(tmp_path / "nothing.ipynb", texts["solution"]) == "it has not been run"
    changed = json.loads(texts["solution"])
    changed["cells"][-1]["source"] = ["another text"]
    assert "changed" in trouble_with(executed_path(lesson, built), json.dumps(changed))
    executed = json.loads(texts["executed"])
    first = next(cell for cell in executed["cells"] if cell["cell_type"] == "code")
    for harm, said in (
        ({"execution_count": None, "outputs": []}, "did not come to the end"),
        (
            {"outputs": [{"output_type": "error", "ename": "ValueError", "evalue": "no"}]},
            "a cell failed: ValueError: no",
        ),
    ):
        path = tmp_path / "harmed.ipynb"
        kept = dict(first)
        first.update(harm)
        path.write_text(json.dumps(executed), encoding="utf-8")
        assert said in trouble_with(path, texts["solution"])
        first.update(kept)


def test_cells_that_take_minutes_need_not_have_run(texts, tmp_path):
    rendered, executed = json.loads(texts["solution"]), json.loads(texts["executed"])
    for notebook in (rendered, executed):
        cell = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
        cell["metadata"]["tags"] = ["slow"]
        cell.update(execution_count=None, outputs=[])
    path = tmp_path / "slow.ipynb"
    path.write_text(json.dumps(executed), encoding="utf-8")
    assert trouble_with(path, json.dumps(rendered)) is None


def test_the_students_page_has_all_shared_outputs_and_no_solution(lesson, texts):
    page = lesson_page(texts["student"], texts["executed"], lesson, "student")
    solved = lesson_page(texts["solution"], texts["executed"], lesson, "solution")
    lines = solution_lines(lesson)
    assert lines
    assert [line for line in lines if line in page] == []
    assert all(line in solved for line in lines)
    for cell in cells_of(page):
        if cell["cell_type"] == "code" and "exercise" in cell["metadata"].get("learnmr", {}):
            assert cell["outputs"] == []
    shown = {cell["id"] for cell in cells_of(page) if cell.get("outputs")}
    solved_shown = {cell["id"] for cell in cells_of(solved) if cell.get("outputs")}
    assert shown
    assert shown <= solved_shown
    assert "a warning of the machinery" not in page + solved


def test_each_exercise_has_a_place_and_a_way_to_its_solution_and_back(lesson, texts):
    page = prose(lesson_page(texts["student"], texts["executed"], lesson, "student"))
    solved = prose(lesson_page(texts["solution"], texts["executed"], lesson, "solution"))
    for slug in lesson.exercises:
        name = slug.replace(".", "-")
        assert f"(exercise-{name})=" in page
        assert f"(#solution-{name})" in page
        assert f"(solution-{name})=" in solved
        assert f"(#exercise-{name})" in solved


@pytest.mark.parametrize("variant", ["student", "solution"])
def test_the_buttons_give_this_variant_and_load_no_image(lesson, texts, variant):
    header = lesson_pages._source(cells_of(lesson_page(texts[variant], texts["executed"], lesson, variant))[0])
    assert badge_address(lesson, variant) in header
    other = "solution" if variant == "student" else "student"
    assert badge_address(lesson, other) not in header
    assert f"files/{lesson.path.stem}{'' if variant == 'student' else '_solutions'}.ipynb" in header
    assert "![" not in header
    assert lesson.title in header


def test_blanks_for_the_students_words_are_left_out(lesson, texts):
    blank = {"cell_type": "markdown", "id": "x", "metadata": {"tags": ["stub"]}, "source": "*Your thoughts.*"}
    page = Page(lesson, "student", {})
    assert lesson_pages.leave_out_blanks([blank], page) == []


def test_the_quiz_stands_where_the_lesson_calls_it_and_else_at_the_end(lesson):
    page = Page(replace(lesson, slug="m1.dft"), "student", {})
    call = {"cell_type": "code", "id": "q", "metadata": {}, "source": 'quiz("m1.dft")', "outputs": []}
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "## References"}
    cells = lesson_pages.put_quiz([call, text], page)
    assert cells[-1] is text
    assert "(quiz-m1-dft)=" in cells[0]["source"]
    assert "learnmr-question" in cells[1]["outputs"][0]["data"]["text/html"]
    cells = lesson_pages.put_quiz([text], page)
    assert [cell["source"] for cell in cells[:2]] == ["## References", "## Quiz"]
    assert "learnmr-question" in cells[-1]["outputs"][0]["data"]["text/html"]
    solved = lesson_pages.put_quiz([call, text], replace(page, variant="solution"))
    assert solved == [text]


def test_a_figure_that_stands_still_and_a_cell_that_was_not_run_say_so(lesson):
    page = Page(lesson, "student", {})
    knobs = {"cell_type": "code", "id": "k", "metadata": {}, "source": "explore(draw)", "outputs": [{}]}
    slow = {"cell_type": "code", "id": "s", "metadata": {"tags": ["slow"]}, "source": "train()", "outputs": []}
    after = lesson_pages.explain_what_stands_still([knobs, slow], page)
    assert "knobs" in after[1]["source"]
    assert "not run" in after[3]["source"]


def test_sentences_stand_without_their_code(lesson, texts):
    cells = cells_of(lesson_page(texts["student"], texts["executed"], lesson, "student"))
    for cell in cells:
        says = "".join(cell["source"]).startswith("say(")
        if cell["cell_type"] == "code" and cell["outputs"] and "hide-input" not in cell["metadata"].get("tags", ()):
            assert ("remove-input" in cell["metadata"].get("tags", ())) == says
    assert any("".join(cell["source"]).startswith("say(") and cell["outputs"] for cell in cells)


def test_pages_are_written_once_and_those_of_lessons_that_are_gone_are_deleted(example_course, lesson, built, tmp_path):
    folder = tmp_path / "lessons"
    old = folder / "module0_example" / "99_gone.ipynb"
    old.parent.mkdir(parents=True)
    old.write_text("{}", encoding="utf-8")
    written = write_pages(example_course, folder, built)
    assert not old.exists()
    assert {path.relative_to(folder).as_posix() for path in written} == {
        "module0_example/00_example.ipynb",
        "module0_example/files/00_example.ipynb",
        "module0_example/solutions/00_example.ipynb",
        "module0_example/solutions/files/00_example_solutions.ipynb",
    }
    before = {path: path.stat().st_mtime_ns for path in written}
    write_pages(example_course, folder, built)
    assert {path: path.stat().st_mtime_ns for path in written} == before


def test_the_file_to_download_is_the_notebook_as_it_is_built(example_course, built, texts, tmp_path):
    write_pages(example_course, tmp_path / "lessons", built)
    student = tmp_path / "lessons" / "module0_example" / "files" / "00_example.ipynb"
    assert student.read_text(encoding="utf-8") == texts["student"]


def test_a_lesson_that_was_not_run_stops_the_build_with_the_command(example_course, tmp_path):
    with pytest.raises(ExtensionError, match=r"has not been run.*learnmr course run --variant solution m0\.example"):
        write_pages(example_course, tmp_path / "lessons", tmp_path / "nothing")


def test_the_table_names_every_lesson_with_its_ways(lesson):
    lines = lesson_pages.lesson_table([lesson])
    assert len(lines) == 3
    assert lesson.title in lines[2]
    assert badge_address(lesson, "student") in lines[2]
    assert f"| {len(lesson.exercises)} |" in lines[2]
