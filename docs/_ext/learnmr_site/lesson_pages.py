"""Executed notebooks become pages: for each lesson the student's text with all outputs, and the worked solutions.

Nothing is run here. ``learnmr course run`` (or ``make docs``, where a notebook is missing or older than its source)
leaves the executed solution notebooks in ``build/course/executed/solution/``. Solution and student variants share
cells, by identity and by source, so one run gives the outputs of both; what the student is to write has no output on
the student's page, and the solution is one link away.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from learnmr.course.building import badge_address, notebook_path, render_course
from learnmr.course.lessons import Lesson, read_course
from learnmr.course.questions import quiz_questions
from learnmr.course.quiz_pages import quiz_html

from .places import DOCS, ROOT, write_if_changed

__all__ = ["STEPS", "Page", "executed_path", "lesson_page", "page_name", "setup", "trouble_with", "write_pages"]

COURSE = ROOT / "course"
#: pages and notebooks to download; made anew by every build, not committed
FOLDER = DOCS / "lessons"

Cell = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What the steps may know.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    variant : str
        ``"student"`` or ``"solution"``.
    outputs : dict
        (identity, source) of a cell -> the executed cell.
    """

    lesson: Lesson
    variant: str
    outputs: dict[tuple[str, str], Cell]

    @property
    def is_student(self) -> bool:
        """Whether solutions are left out."""
        return self.variant == "student"


# --- where things are ---


def page_name(lesson: Lesson, variant: str = "student") -> str:
    """Name of the page within ``docs``."""
    folder = "" if variant == "student" else "solutions/"
    return f"lessons/{lesson.path.parent}/{folder}{lesson.path.stem}"


def executed_path(lesson: Lesson, built: Path | None = None) -> Path:
    """Where ``learnmr course run`` leaves the executed solution notebook."""
    built = ROOT / "build" / "course" if built is None else built
    return built / "executed" / "solution" / lesson.path.parent / f"{lesson.path.stem}.ipynb"


def anchor(slug: str, variant: str) -> str:
    """Name of the place of an exercise on its page."""
    return f"{'exercise' if variant == 'student' else 'solution'}-{slug.replace('.', '-')}"


def trouble_with(executed: Path, rendered: str) -> str | None:
    """Why an executed notebook cannot be shown, or None.

    Parameters
    ----------
    executed : pathlib.Path
        What the run left.
    rendered : str
        The notebook as its source gives it now.
    """
    if not executed.is_file():
        return "it has not been run"
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    wanted = json.loads(rendered)["cells"]
    if [(cell["id"], _source(cell)) for cell in cells] != [(cell["id"], _source(cell)) for cell in wanted]:
        return "its source has changed since it was run"
    for cell in cells:
        if cell["cell_type"] != "code" or "slow" in cell["metadata"].get("tags", ()):
            continue
        if cell.get("execution_count") is None and _source(cell).strip():
            return "its run did not come to the end"
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                return f"a cell failed: {output['ename']}: {output['evalue'][:200]}"
    return None


# --- the steps from a notebook to a page ---


def put_outputs(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """Give each cell the outputs that its twin had; warnings of machinery stay out."""
    done = []
    for cell in copy.deepcopy(list(cells)):
        twin = page.outputs.get((cell["id"], _source(cell)))
        if cell["cell_type"] == "code" and twin is not None:
            cell["outputs"] = [output for output in twin["outputs"] if output.get("name") != "stderr"]
            cell["execution_count"] = twin["execution_count"]
        done.append(cell)
    return done


def leave_out_blanks(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """Leave out what only makes sense in a notebook: blanks for the student's words, the set-up."""
    return [cell for cell in cells if not {"stub", "remove-cell"} & _tags(cell)]


def put_header(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """Title, facts and buttons in place of the notebook's header, whose badge is an image from elsewhere."""
    lesson = page.lesson
    kind = f"Homework {lesson.number.removeprefix('H')}" if lesson.number.startswith("H") else f"Lesson {lesson.number}"
    colab = badge_address(lesson, page.variant)
    download = f"{{download}}`Download the notebook <{_download(page)}>`"
    if page.is_student:
        title = f"# {kind} · {lesson.title}"
        facts = [f"{lesson.minutes} minutes"]
        if lesson.requires:
            facts.append("before it: " + ", ".join(lesson.requires).replace("*", r"\*"))
        words = f"{' · '.join(facts)}."
        buttons = [f"[Open in Colab]({colab})", download]
        if _has_quiz(lesson):
            buttons.append(f"[Quiz](#{_quiz_anchor(lesson)})")
        buttons.append(f"{{doc}}`Worked solutions </{page_name(lesson, 'solution')}>`")
    else:
        title = f"# {kind} · {lesson.title}: worked solutions"
        words = "For those who have tried, and for those who teach. The notebook of this page has the solutions in it."
        buttons = [
            f"{{doc}}`Back to the lesson </{page_name(lesson)}>`",
            f"[Open in Colab]({colab})",
            download,
        ]
    row = ":::{container} learnmr-buttons\n" + "\n".join(buttons) + "\n:::"
    facts_box = f":::{{container}} learnmr-facts\n{words}\n:::"
    return [_markdown(f"{title}\n\n{row}\n\n{facts_box}", "header"), *cells[1:]]


def mark_exercises(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """A place to link to before each exercise; on the student's page also the way on."""
    marked: list[Cell] = []
    seen = set()
    for cell in cells:
        slug = cell["metadata"].get("learnmr", {}).get("exercise")
        if slug and slug not in seen:
            seen.add(slug)
            marked.append(_markdown(f"({anchor(slug, page.variant)})=", f"place of {slug}"))
        marked.append(cell)
        if slug:
            marked.append(_markdown(_way_on(slug, page), f"way on from {slug}"))
    return marked


def put_quiz(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """The quiz that works in the page, in place of the one that needs a kernel; at the end where there is none."""
    if not _has_quiz(page.lesson):
        return list(cells)
    place = _markdown(f"({_quiz_anchor(page.lesson)})=", "place of the quiz")
    shown = {
        "cell_type": "code",
        "id": "quiz",
        "metadata": {"tags": ["remove-input"]},
        "execution_count": None,
        "source": f'quiz("{page.lesson.slug}")',
        "outputs": [_html_output(quiz_html(page.lesson.slug, assets=False))],
    }
    call = f'quiz("{page.lesson.slug}"'
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code" and call in _source(cell):
            return [*cells[:number], *([place, shown] if page.is_student else []), *cells[number + 1 :]]
    return [*cells, *([_markdown("## Quiz", "heading of the quiz"), place, shown] if page.is_student else [])]


def explain_what_stands_still(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """One line under a picture whose knobs only work in the notebook, and under a cell that was not run."""
    explained: list[Cell] = []
    for cell in cells:
        explained.append(cell)
        if cell["cell_type"] != "code":
            continue
        if "slow" in _tags(cell):
            text = "This cell takes minutes and was not run for this page."
        elif "explore(" in _source(cell) and cell["outputs"]:
            text = "On this page the figure stands still. In the notebook it has knobs to turn."
        else:
            continue
        explained.append(_markdown(f":::{{container}} learnmr-note\n{text}\n:::", f"note on {cell['id']}"))
    return explained


def let_sentences_stand_alone(cells: Sequence[Cell], page: Page) -> list[Cell]:
    """A cell that only says a sentence shows the sentence: the numbers in it are computed in the notebook."""
    for cell in cells:
        if cell["cell_type"] == "code" and cell["outputs"] and _only_says(_source(cell)):
            cell["metadata"]["tags"] = sorted(_tags(cell) | {"remove-input"})
    return list(cells)


def _only_says(source: str) -> bool:
    """Whether every statement is a call of ``say``."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return False
    return bool(statements) and all(
        isinstance(one, ast.Expr)
        and isinstance(one.value, ast.Call)
        and isinstance(one.value.func, ast.Name)
        and one.value.func.id == "say"
        for one in statements
    )


#: in this order: outputs while cells are as they were run; exercises before anything is put between cells
STEPS: tuple[Callable[[Sequence[Cell], Page], list[Cell]], ...] = (
    put_outputs,
    put_header,
    leave_out_blanks,
    mark_exercises,
    put_quiz,
    explain_what_stands_still,
    let_sentences_stand_alone,
)


def lesson_page(rendered: str, executed: str, lesson: Lesson, variant: str) -> str:
    """A page as the text of a notebook.

    Parameters
    ----------
    rendered : str
        The notebook of the variant as its source gives it, without outputs.
    executed : str
        The executed solution notebook.
    lesson : Lesson
        The lesson.
    variant : str
        ``"student"`` or ``"solution"``.
    """
    notebook = json.loads(rendered)
    outputs = {
        (cell["id"], _source(cell)): cell for cell in json.loads(executed)["cells"] if cell["cell_type"] == "code"
    }
    page = Page(lesson, variant, outputs)
    cells: list[Cell] = notebook["cells"]
    for step in STEPS:
        cells = step(cells, page)
    notebook["cells"] = cells
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_pages(course: Path = COURSE, folder: Path = FOLDER, built: Path | None = None) -> list[Path]:
    """Write the pages of all lessons and the notebooks to download.

    Raises
    ------
    sphinx.errors.ExtensionError
        If a lesson has not been run since it was changed, or its run failed; the message names the command.
    """
    written = []
    rendered = render_course(course)
    for lesson in read_course(course):
        executed = executed_path(lesson, built)
        trouble = trouble_with(executed, rendered[notebook_path(lesson, "solution", course)])
        if trouble is not None:
            raise ExtensionError(
                f"{lesson.slug} cannot be shown: {trouble}. "
                f"This runs it: learnmr course run --variant solution {lesson.slug} (make docs does so by itself)"
            )
        for variant in ("student", "solution"):
            text = rendered[notebook_path(lesson, variant, course)]
            page = lesson_page(text, executed.read_text(encoding="utf-8"), lesson, variant)
            path = folder / Path(page_name(lesson, variant)).relative_to("lessons").with_suffix(".ipynb")
            written.append(write_if_changed(page, path))
            written.append(write_if_changed(text, path.parent / _download(Page(lesson, variant, {}))))
    for old in set(folder.rglob("*.ipynb")) - set(written):
        old.unlink()
    return written


def _way_on(slug: str, page: Page) -> str:
    """One line under an exercise."""
    if page.is_student:
        text = (
            f"Your turn: in [Colab]({badge_address(page.lesson, 'student')}) or in the notebook above, where the check "
            f"answers at once. Afterwards: [a worked solution](#{anchor(slug, 'solution')})."
        )
    else:
        text = f"[Back to the exercise](#{anchor(slug, 'student')})."
    return f":::{{container}} learnmr-note\n{text}\n:::"


def _download(page: Page) -> str:
    """The notebook to download, relative to its page."""
    return f"files/{page.lesson.path.stem}{'' if page.is_student else '_solutions'}.ipynb"


def _has_quiz(lesson: Lesson) -> bool:
    """Whether there are self-study questions on a lesson."""
    try:
        return bool(quiz_questions(lesson.slug))
    except ValueError:
        return False


def _quiz_anchor(lesson: Lesson) -> str:
    return f"quiz-{lesson.slug.replace('.', '-')}"


def _source(cell: Cell) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", ()))


def _markdown(text: str, name: str) -> Cell:
    """A text cell of the page."""
    return {
        "cell_type": "markdown",
        "id": name.replace(" ", "-").replace(".", "-")[:64],
        "metadata": {},
        "source": text,
    }


def _html_output(text: str) -> Cell:
    """An output that is HTML."""
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": text, "text/plain": "A quiz."}}


# --- lists of lessons in hand-written pages ---


class LessonList(SphinxDirective):
    """``{lesson-list} lessons|homework``: a table of what there is, with the ways to it."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """The table, parsed as Markdown."""
        kind = self.arguments[0]
        if kind not in ("lessons", "homework"):
            raise self.error(f"the argument must be lessons or homework, got {kind!r}")
        lessons = [lesson for lesson in read_course(COURSE) if lesson.number.startswith("H") == (kind == "homework")]
        if not lessons:
            return []
        return self.parse_text_to_nodes("\n".join(lesson_table(lessons)))


def lesson_table(lessons: Iterable[Lesson]) -> list[str]:
    """Lines of a Markdown table."""
    lines = ["| | Lesson | Minutes | Exercises | Quiz | Notebook |", "|---|---|---|---|---|---|"]
    for lesson in lessons:
        quiz = f"[{len(quiz_questions(lesson.slug))} questions](#{_quiz_anchor(lesson)})" if _has_quiz(lesson) else ""
        lines.append(
            f"| {lesson.number} | {{doc}}`{lesson.title} </{page_name(lesson)}>` | {lesson.minutes} "
            f"| {len(lesson.exercises)} | {quiz} | [Colab]({badge_address(lesson, 'student')}) |"
        )
    return lines


def _write_all(app: Sphinx) -> None:
    write_pages()


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", _write_all)
    app.add_directive("lesson-list", LessonList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
