"""The course at a glance, for instructors: goals, exercises, questions and misconceptions, derived from what there is.

Two pages of ``docs/instructor`` are made here from the lessons, the checks and the bank, so that they cannot say
anything else than these do: ``learnmr course overview`` writes them, ``--check`` says where they differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..writing import write_text
from .exercises import Exercise, all_exercises
from .lessons import Lesson, find_course_folder, read_course
from .misconceptions import MISCONCEPTIONS
from .questions.finding import all_questions
from .questions.question import Question, draw_variant
from .questions.streams import self_study_key

__all__ = ["PAGES", "goals_page", "misconceptions_page", "overview_problems", "write_overview"]

#: a question draws other wrong options with other numbers: so many variants are looked at
_VARIANTS = 8
_EXERCISE = re.compile(r"\{ex:(m\d+\.[a-z0-9_]+\.[a-z0-9_]+)\}:?\s*(.*)")
_WRONG = re.compile(r"[*]{1,2}(?:What students get wrong|What goes wrong|What they find)[^*]*[*]{1,2}(.*?)(?=\*\*|$)")
_KINDS = {
    "numeric": "number",
    "choice": "choice",
    "order": "order",
    "essay": "essay",
    "code": "code",
    "train": "train and report",
}
_DIFFICULTY = {1: "recall", 2: "application", 3: "transfer"}
_NOTE = "<!-- Written by learnmr course overview from lessons, checks and questions: do not edit. -->"


def goals_page(lessons: tuple[Lesson, ...]) -> str:
    """Learning goals, exercises and questions of every lesson, as a page in Markdown."""
    lines = [
        "# Goals, exercises, questions",
        _NOTE,
        "",
        "What each lesson is for, which exercise practises it, and which questions of the bank examine it. The "
        "permanent names are what `learnmr.check`, homework, exams and grading go by; numbers are for the eye.",
    ]
    exercises = {exercise.slug: exercise for exercise in all_exercises()}
    for lesson in lessons:
        lines += ["", f"## {_kind(lesson)} · {lesson.title}", ""]
        lines += [
            f"{lesson.minutes} minutes" + (f"; before it: {', '.join(lesson.requires)}." if lesson.requires else ".")
        ]
        lines += ["", *_goals(lesson)]
        titles = exercise_titles(lesson)
        if lesson.exercises:
            lines += ["", "| exercise | permanent name | what is handed in | mistakes it names |", "|---|---|---|---:|"]
        for ordinal, slug in enumerate(lesson.exercises, start=1):
            named = f"{lesson.number}.{ordinal} {titles.get(slug, '')}".strip()
            exercise = exercises.get(slug)
            asks = _cell(exercise.asks) if exercise else ""
            count = len({mistake.name for mistake in exercise.mistakes}) if exercise else 0
            lines.append(f"| {_cell(named)} | `{slug}` | {asks} | {count} |")
        questions = [question for question in all_questions() if question.lesson == lesson.slug]
        lines += _question_rows(questions)
    ahead = [one for one in all_questions() if one.lesson not in {lesson.slug for lesson in lessons}]
    if ahead:
        lines += ["", "## Questions on what is no lesson yet", *_question_rows(ahead)]
    return "\n".join(lines) + "\n"


def _question_rows(questions: Sequence[Question]) -> list[str]:
    """A table of questions; nothing where there are none."""
    if not questions:
        return []
    rows = [
        f"| {_cell(question.goal)} | {_cell(question.title)} (`{question.slug}`) | {_KINDS[question.kind]}, "
        f"{_DIFFICULTY[question.difficulty]}{'' if 'self-study' in question.uses else ', exam only'} | "
        f"{question.marks} in {question.minutes} min |"
        for question in questions
    ]
    return ["", "| goal | question | kind, level | marks |", "|---|---|---|---|", *rows]


def misconceptions_page(lessons: tuple[Lesson, ...]) -> str:
    """What students get wrong and why, lesson by lesson, and where each named mistake is caught."""
    lines = [
        "# What students get wrong, and why",
        _NOTE,
        "",
        "First what to look out for in each lesson, then every wrong path that has a name. Whoever takes one reads the "
        "sentence beside it, in the notebook, in the quiz, in the feedback on an exam: an exercise recognises the "
        "answer that the path leads to, and a question offers it as an option. So a wrong answer tells you which path "
        "was taken.",
        "",
        "## In the lessons",
    ]
    for lesson in lessons:
        found = _wrong_in(lesson)
        if found:
            lines += ["", f"### {_kind(lesson)} · {lesson.title}", "", found]
    numbers = {
        slug: f"{lesson.number}.{ordinal}"
        for lesson in lessons
        for ordinal, slug in enumerate(lesson.exercises, start=1)
    }
    by_exercise = _by_name(
        {numbers[one.slug]: _names_of_exercise(one) for one in all_exercises() if one.slug in numbers}
    )
    by_question = _by_name({question.slug: _names_of_question(question) for question in all_questions()})
    lines += ["", "## By name", "", "| what the student reads | exercises | questions |", "|---|---|---|"]
    for name, sentence in MISCONCEPTIONS.items():
        caught = by_exercise.get(name, []), by_question.get(name, [])
        if any(caught):
            questions = ", ".join(f"`{slug}`" for slug in caught[1])
            lines.append(f"| **{name.replace('_', ' ')}**: {_cell(sentence)} | {', '.join(caught[0])} | {questions} |")
    return "\n".join(lines) + "\n"


#: file -> what makes it
PAGES = {"goals.md": goals_page, "misconceptions.md": misconceptions_page}


def write_overview(folder: Path | str, course_folder: Path | str | None = None) -> list[Path]:
    """Write the pages.

    Parameters
    ----------
    folder : path-like
        Where, usually ``docs/instructor``.
    course_folder : path-like, optional
        As in :func:`~learnmr.course.lessons.find_course_folder`.

    Returns
    -------
    list of pathlib.Path
        The pages.
    """
    lessons = _in_order(read_course(find_course_folder(course_folder)))
    paths = []
    for name, page in PAGES.items():
        write_text(page(lessons), Path(folder) / name)
        paths.append(Path(folder) / name)
    return paths


def overview_problems(folder: Path | str, course_folder: Path | str | None = None) -> list[str]:
    """Pages that differ from what lessons, checks and bank give now, one sentence each."""
    lessons = _in_order(read_course(find_course_folder(course_folder)))
    problems = []
    for name, page in PAGES.items():
        path = Path(folder) / name
        if not path.is_file() or path.read_text(encoding="utf-8") != page(lessons):
            problems.append(f"{name} differs from its sources: run learnmr course overview")
    return problems


def exercise_titles(lesson: Lesson) -> dict[str, str]:
    """Slug of every exercise -> the title in its heading."""
    found = {}
    for cell in lesson.cells:
        if cell.kind == "markdown":
            for line in cell.source.splitlines():
                match = _EXERCISE.search(line) if line.startswith("#") else None
                if match:
                    found[match[1]] = match[2].strip()
    return found


def _in_order(lessons: tuple[Lesson, ...]) -> tuple[Lesson, ...]:
    """Lessons before homework, each by its number."""
    return tuple(sorted(lessons, key=lambda lesson: (lesson.path.parent.name, lesson.path.name)))


def _kind(lesson: Lesson) -> str:
    if lesson.number.startswith("H"):
        return f"Homework {lesson.number.removeprefix('H')}"
    return f"Lesson {lesson.number}"


def _goals(lesson: Lesson) -> list[str]:
    """The goals as the lesson states them, one line for physics and one for data science."""
    for cell in lesson.cells:
        for paragraph in re.split(r"\n\s*\n", cell.source) if cell.kind == "markdown" else ():
            if paragraph.startswith("**Goals.**"):
                text = " ".join(paragraph.removeprefix("**Goals.**").split())
                parts = re.split(r"(?=\*(?:Physics|Data science):\*)", text)
                return [f"- {part.strip()}" for part in parts if part.strip()]
    return []


def _wrong_in(lesson: Lesson) -> str:
    """What the instructor's cells say that goes wrong, as one list."""
    found = []
    for cell in lesson.cells:
        if "instructor" not in cell.tags or cell.kind != "markdown":
            continue
        text = " ".join(cell.source.split())
        for match in _WRONG.finditer(text):
            said = match[1].strip(" .:")
            found.append(f"- {said[:1].upper()}{said[1:]}.")
    return "\n".join(found)


def _names_of_exercise(exercise: Exercise) -> set[str]:
    return {mistake.name for mistake in exercise.mistakes}


def _names_of_question(question: Question) -> set[str]:
    """The misconceptions that its wrong answers come from, over some variants."""
    if question.kind == "train":  # its wrong answers are trainings
        return set()
    names: set[str] = set()
    for seed in range(1, _VARIANTS + 1):
        variant = draw_variant(question, self_study_key(question.slug, seed))
        names |= set(question.distractors(variant.parameters))
    return names & set(MISCONCEPTIONS)


def _by_name(caught: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Turned around: misconception -> where it is caught."""
    turned: dict[str, list[str]] = {}
    for where, names in caught.items():
        for name in names:
            turned.setdefault(name, []).append(where)
    return {name: sorted(places) for name, places in turned.items()}


def _cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
