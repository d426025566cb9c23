"""``learnmr course exam make``: the folder of an exam, from a specification, a roster and a secret.

::

    out/exam.json            everybody's parameters and keys: secret, kept for grading
    out/papers/…             .html, .docx, .ipynb, .pdf of each student: what is handed out
    out/keys/…               keys, mark scheme, answers, codes: for markers only

The same inputs give the same bytes. A run that was interrupted is simply repeated; a folder that holds another exam, or
this one with other numbers, is refused.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...installation import import_extra
from ...writing import replacing, write_text
from ..questions.streams import exam_key
from .documents import paper_docx
from .drawing import Paper, draw_paper
from .exam_notebooks import paper_notebook
from .give_aways import check_give_aways
from .images import images_of
from .keys import answers_csv, key_html, mark_scheme_html
from .printing import find_chromium, print_pdf
from .pseudonyms import pseudonyms as codes_of
from .rosters import Student, read_roster
from .saved import FILE_NAME, SCHEMA, exam_document
from .sheets import paper_html
from .specs import ExamSpec, read_spec

__all__ = ["FORMS", "MadeExam", "make_exam"]

#: form -> ending of its files
FORMS = {"html": ".html", "docx": ".docx", "notebook": ".ipynb"}
_PDF = ".pdf"
_PAPERS, _KEYS = "papers", "keys"

#: name of the work, finished parts, all parts
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class MadeExam:
    """What was made.

    Parameters
    ----------
    spec : ExamSpec
        The exam.
    papers : tuple of Paper
        Everybody's, in the order of the roster.
    folder : pathlib.Path
        Where everything is.
    files : tuple of pathlib.Path
        What was written.
    """

    spec: ExamSpec
    papers: tuple[Paper, ...]
    folder: Path
    files: tuple[Path, ...]


def make_exam(
    spec_path: str | os.PathLike[str],
    roster_path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    secret: bytes,
    forms: Sequence[str] = tuple(FORMS),
    pdf: bool = False,
    pseudonyms: bool = False,
    bank: str | os.PathLike[str] | None = None,
    replace: bool = False,
    report: Report | None = None,
) -> MadeExam:
    """Write everybody's paper in all forms, the keys, and the saved parameters.

    Parameters
    ----------
    spec_path, roster_path : path-like
        The specification (TOML) and the roster (CSV).
    out : path-like
        Folder of the exam.
    secret : bytes
        The secret of the course, at least 16 bytes.
    forms : sequence of str
        Some of :data:`FORMS`.
    pdf : bool
        Also print every paper to PDF, with Chromium; takes the HTML form along.
    pseudonyms : bool
        Codes instead of identities and names on papers and in ``exam.json``; the table of codes is in ``keys/``.
    bank : path-like, optional
        A folder with the instructor's own questions, whose code is run.
    replace : bool
        Give a folder with this exam other numbers, or other students, although some have papers already.
    report : callable, optional
        Told after each paper: name of the work, papers done, all papers.

    Returns
    -------
    MadeExam
        Papers and files.

    Raises
    ------
    ValueError
        If specification, roster, secret or form breaks a rule, or the folder holds something else.
    MissingExtraError
        If pandoc or Chromium is wanted and not there; nothing has been written then.
    """
    unknown = [form for form in forms if form not in FORMS]
    if unknown:
        raise ValueError(f"forms must be among {', '.join(FORMS)}, got {', '.join(unknown)}")
    wanted = tuple(form for form in FORMS if form in forms or (pdf and form == "html"))
    if not wanted:
        raise ValueError(f"forms must name at least one of {', '.join(FORMS)}, got none")
    spec = read_spec(spec_path, bank=bank)
    check_give_aways(spec)
    roster = read_roster(roster_path)
    chromium = find_chromium() if pdf else None
    if "docx" in wanted:
        import_extra("pypandoc", extra="exams")

    codes = codes_of(secret, exam=spec.exam, students=[one.student for one in roster]) if pseudonyms else {}
    papers = tuple(draw_paper(spec, student, secret, code=codes.get(student.student)) for student in roster)
    names = [paper.file_name.casefold() for paper in papers]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{roster_path}: every student must have another file name, got {', '.join(twice)} twice")
    folder = Path(out)
    document = exam_document(
        spec,
        papers,
        fingerprint=exam_key(secret, exam=spec.exam, question="fingerprint", student="").hex()[:16],
        pseudonymised=pseudonyms,
    )
    _refuse_another(folder, document, replace=replace)

    files: list[Path] = []

    def write(name: str, content: str | bytes) -> Path:
        path = folder / name
        if isinstance(content, str):
            write_text(content, path)
        else:
            with replacing(path) as temporary:
                temporary.write_bytes(content)
        if not name.startswith(f"{_PAPERS}/"):
            path.chmod(0o600)  # answers: for whoever made them
        files.append(path)
        return path

    # first, so that a run that was interrupted leaves a folder that says which exam it holds
    write(FILE_NAME, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    for number, paper in enumerate(papers, start=1):
        images = images_of(paper)
        place = f"{_PAPERS}/{paper.file_name}"
        if "html" in wanted:
            page = write(place + FORMS["html"], paper_html(paper, images))
            if chromium is not None:
                files.append(print_pdf(page, folder / (place + _PDF), program=chromium))
        if "docx" in wanted:
            write(place + FORMS["docx"], paper_docx(paper, images))
        if "notebook" in wanted:
            write(place + FORMS["notebook"], paper_notebook(paper, images))
        write(f"{_KEYS}/{paper.file_name}-key.html", key_html(paper))
        if report is not None:
            report("papers", number, len(papers))
    write(f"{_KEYS}/mark_scheme.html", mark_scheme_html(spec, papers))
    write(f"{_KEYS}/answers.csv", answers_csv(papers))
    if pseudonyms:
        write(f"{_KEYS}/pseudonyms.csv", _code_table(roster, codes))
        write(f"{_KEYS}/roster_of_codes.csv", _roster_of_codes(roster, codes))
    write("README.txt", _readme(spec, papers, wanted, pdf=pdf, pseudonyms=pseudonyms))
    if replace:
        _remove_stale(folder, set(files))
    return MadeExam(spec, papers, folder, tuple(files))


def _refuse_another(folder: Path, document: Mapping[str, Any], *, replace: bool) -> None:
    """Refuse a folder with anything but this exam; a paper that somebody has is not changed silently."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    path = folder / FILE_NAME
    if not path.is_file():
        raise ValueError(f"{folder}: the folder must be new, empty or of this exam, got one without {FILE_NAME}")
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        same = saved["schema"] == SCHEMA and saved["exam"] == document["exam"]
        told = f"exam {saved['exam']!r}"
        students, marks = saved["students"], saved["marks"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: must be a saved exam, got {type(error).__name__}") from error
    if not same:
        raise ValueError(f"{folder}: the folder must be of exam {document['exam']!r}, got {told}: choose another one")
    if replace:
        return
    gone = [student for student in students if student not in document["students"]]
    if gone:
        raise ValueError(
            f"{folder}: everybody who has a paper must be on the roster, got none of {', '.join(gone[:5])}: "
            "use --replace to make the folder anew"
        )
    for student, variants in students.items():
        now = document["students"][student]
        changed = [label for label in variants if now.get(label) != variants[label]]
        if changed or len(marks) != len(document["marks"]):
            raise ValueError(
                f"{folder}: the paper of {student} is there with other questions or numbers "
                f"({', '.join(changed) or 'another number of questions'}): use --replace if nobody has it yet"
            )


def _remove_stale(folder: Path, files: set[Path]) -> None:
    """Take away papers and keys of an earlier making that this one did not write."""
    for name in (_PAPERS, _KEYS):
        for path in sorted((folder / name).glob("*")):
            if path not in files and path.suffix in (*FORMS.values(), _PDF, ".csv") and path.is_file():
                path.unlink()


def _code_table(roster: Sequence[Student], codes: Mapping[str, str]) -> str:
    """Who has which code."""
    return _csv(["code", "student", "name", "email"], [[codes[s.student], s.student, s.name, s.email] for s in roster])


def _roster_of_codes(roster: Sequence[Student], codes: Mapping[str, str]) -> str:
    """A roster with which papers that bear codes are graded, without names."""
    return _csv(["student"], [[codes[student.student]] for student in roster])


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    with io.StringIO(newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
        return stream.getvalue()


def _readme(spec: ExamSpec, papers: Sequence[Paper], forms: Sequence[str], *, pdf: bool, pseudonyms: bool) -> str:
    """What is what in the folder."""
    endings = ", ".join([*(FORMS[form] for form in forms), *([_PDF] if pdf else [])])
    lines = [
        f"{spec.title} ({spec.exam}): {len(papers)} papers, {spec.marks:g} marks, {spec.minutes} minutes",
        "",
        f"papers/    hand these out: one of each form for a student ({endings})",
        "keys/      for markers only: the key of each paper, the mark scheme, all answers as a table",
        "exam.json  for grading; as secret as the keys",
    ]
    if pseudonyms:
        lines += [
            "keys/pseudonyms.csv       who has which code: keep it away from the markers",
            "keys/roster_of_codes.csv  the roster for grading papers with codes",
        ]
    return "\n".join(lines) + "\n"
