"""Finding what was handed in: folders and zips as learning platforms export them, matched to the roster.

Moodle: ``Ada Lovelace_12345_assignsubmission_file_/homework.ipynb``. Canvas: ``lovelaceada_LATE_12345_67890_homework-1.
ipynb``. Or simply ``ada/homework.ipynb``, ``ada_homework.ipynb``, any of it in a zip, zips in a zip. The name that the
platform gave decides; a name inside that the student chose never overrules it. Nothing is guessed: what fits nobody,
or two, is reported.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..exams.rosters import Student
from .unpacking import Member, Quota, clean_name, read_zip

__all__ = ["Found", "Submission", "find_submissions", "match_name", "stage"]

_MAX_NOTEBOOK, _MAX_BESIDE = 50 * 1024**2, 20 * 1024**2
#: files that may lie beside a notebook and be read by it
_BESIDE = frozenset({".csv", ".json", ".txt", ".npy", ".npz", ".h5", ".png", ".tsv", ".md", ".toml"})
_IGNORED = re.compile(r"^(?:__MACOSX|\.ipynb_checkpoints|\._.*|\..*|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_MOODLE = re.compile(r"^(?P<who>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?", re.IGNORECASE)
_CANVAS = re.compile(
    r"^(?P<who>[^_]+)_(?:(?P<late>late)_)?(?P<user>\d+)_(?P<number>\d+)_(?P<file>.*?)(?:-(?P<again>\d+))?"
    r"\.(?:ipynb|zip)$",
    re.IGNORECASE,
)
#: what Canvas puts before and after the name of a file that is no notebook
_PREFIX = re.compile(r"^[^_]+_(late_)?\d+_\d+_(.+?)(?:-\d+)?(?=\.\w+$)", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Parameters
    ----------
    student : str
        Identity, as in the roster.
    source : str
        Where the notebook was found, for people.
    notebook : bytes
        The notebook.
    beside : mapping of str to bytes
        Files beside it, by name.
    submitted : datetime or None
        When, as far as it is known; local time.
    late : bool
        Whether the platform marked it as late.
    notes : tuple of str
        For the examiner: other notebooks that were passed over, names that disagree.
    """

    student: str
    source: str
    notebook: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    submitted: datetime | None = None
    late: bool = False
    notes: tuple[str, ...] = ()

    @property
    def content_hash(self) -> str:
        """Hash of all that was handed in, in hexadecimal digits."""
        digest = hashlib.sha256()
        for name, data in [("", self.notebook), *sorted(self.beside.items())]:
            for part in (name.encode(), data):
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    @property
    def code_hash(self) -> str | None:
        """Hash of the code alone, without spaces and comments: alike where one was copied. None if unreadable."""
        try:
            cells = json.loads(self.notebook)["cells"]
            code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        except Exception:  # whatever it is instead of a notebook
            return None
        kept = re.sub(r"#[^\n]*|\s+", "", re.sub(r"KEY\s*=\s*[^\n]*", "", code))
        return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Found:
    """What was found in a folder.

    Parameters
    ----------
    submissions : tuple of Submission
        One a student, in the order of the roster.
    missing : tuple of str
        Students of whom nothing was found.
    problems : tuple of str
        What fits nobody, was passed over, or could not be unpacked.
    """

    submissions: tuple[Submission, ...]
    missing: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """A file that was found: its path in parts, what is in it, and when it came."""

    parts: tuple[str, ...]
    data: bytes = field(repr=False)
    modified: datetime | None

    @property
    def name(self) -> str:
        return self.parts[-1]


def find_submissions(path: Path, roster: Sequence[Student], *, assignment: str = "") -> Found:
    """Find what was handed in, and whose it is.

    Parameters
    ----------
    path : pathlib.Path
        A folder, or a zip.
    roster : sequence of Student
        The students.
    assignment : str
        Where somebody handed in several notebooks, the one that names this is taken, else the last.

    Returns
    -------
    Found
        Whatever lies in the folder, nothing is raised for it.

    Raises
    ------
    OSError
        If the path does not exist.
    """
    problems: list[str] = []
    by_student: dict[str, list[tuple[_File, int]]] = {}
    for file in _files(Path(path), problems):
        if any(_IGNORED.match(part) for part in file.parts):
            continue
        whose, place = _owner(file.parts, roster)
        if whose is None:
            if file.name.lower().endswith(".ipynb"):
                problems.append(f"{'/'.join(file.parts)}: {place}")
            continue
        by_student.setdefault(whose.student, []).append((file, int(place)))
    submissions = []
    for student in roster:
        chosen = _choose(student, by_student.get(student.student, []), assignment)
        if chosen is not None:
            submissions.append(chosen)
        elif student.student in by_student:
            names = ", ".join(file.name for file, _ in by_student[student.student][:5])
            problems.append(f"{student.student}: handed in no notebook, but {names}")
    found = {submission.student for submission in submissions}
    missing = tuple(student.student for student in roster if student.student not in found)
    return Found(tuple(submissions), missing, tuple(problems))


def stage(submission: Submission, folder: Path) -> None:
    """Write a submission where a sandbox can show it: one notebook, and files beside it, under plain names."""
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    for name, data in (("submission.ipynb", submission.notebook), *submission.beside.items()):
        path = folder / (clean_name(name) or "unnamed")
        if path.suffix == ".ipynb" and name != "submission.ipynb":
            continue
        path.write_bytes(data)
        path.chmod(0o644)


def match_name(name: str, roster: Sequence[Student]) -> Student | None:
    """The one student whom a name of a file or folder means, None where it means nobody or more than one.

    Examples
    --------
    >>> roster = [Student("s17", "Ada Lovelace"), Student("s18", "Zoë van Dyk")]
    >>> [match_name(name, roster).student for name in ("s17_homework.ipynb", "Ada Lovelace_9_assignsubmission_file_")]
    ['s17', 's17']
    >>> match_name("vandykzoe_LATE_88_99_homework-2.ipynb", roster).student
    's18'
    >>> match_name("homework.ipynb", roster) is None
    True
    """
    for pattern in (_MOODLE, _CANVAS):
        matched = pattern.match(name)
        if matched is not None:
            whole = [student for student in roster if _is_whole(matched["who"], student)]
            if len(whole) == 1:
                return whole[0]
            user = matched.groupdict().get("user")
            by_number = [student for student in roster if user is not None and student.student == user]
            return by_number[0] if len(by_number) == 1 and not whole else None
    stem = re.sub(r"\.(?:ipynb|zip)$", "", name, flags=re.IGNORECASE)
    whole = [student for student in roster if _is_whole(stem, student)]
    if len(whole) == 1:
        return whole[0]
    begun = [(length, student) for student in roster if (length := _begins(stem, student))]
    longest = max((length for length, _ in begun), default=0)
    best = [student for length, student in begun if length == longest]
    return best[0] if len(best) == 1 and not whole else None


def _owner(parts: tuple[str, ...], roster: Sequence[Student]) -> tuple[Student | None, str | int]:
    """Whose a file is, and at which part of its path this was seen; else why it is nobody's. The outermost decides."""
    for place, part in enumerate(parts):
        student = match_name(part, roster)
        if student is not None:
            return student, place
    return None, "fits nobody of the roster, or more than one"


def _plain(text: str) -> str:
    """Letters and digits only, without accents, small."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def _is_whole(text: str, student: Student) -> bool:
    """Whether a text is a student's identity, address or name, in any usual order."""
    if text.casefold() == student.student.casefold() or text.casefold() == student.email.casefold() != "":
        return True
    words = [_plain(word) for word in student.name.replace(",", " ").split()]
    orders = {"".join(words[cut:] + words[:cut]) for cut in range(len(words))}
    return bool(words) and _plain(text) in orders - {""}


def _begins(stem: str, student: Student) -> int:
    """Length of the identity or address with which a name begins, or which stands in it by itself; 0 where neither."""
    names = [student.student, student.email, student.email.partition("@")[0]]
    for name in (entry for entry in names if entry):
        bare = re.escape(name.casefold())
        where = r"^{}(?![0-9a-z])" if len(name) < 3 else r"(?<![0-9a-z]){}(?![0-9a-z])"
        if re.search(where.format(bare), stem.casefold()):
            return len(name)
    return 0


def _files(path: Path, problems: list[str]) -> Iterator[_File]:
    """All files of a folder or a zip, archives opened; links are not followed."""
    if path.is_file():
        if path.suffix.lower() != ".zip":
            raise NotADirectoryError(f"{path}: submissions must be a folder or a zip")
        yield from _of_members(read_zip(path, _for_a_class(), problems))
        return
    if not path.is_dir():
        raise FileNotFoundError(f"{path}: there is no such folder")
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        if any((path / Path(*parts[: count + 1])).is_symlink() for count in range(len(parts))):
            problems.append(f"{'/'.join(map(clean_name, parts))}: a link is not followed")
            continue
        if not file.is_file():
            continue
        try:
            modified = datetime.fromtimestamp(file.stat().st_mtime)
            if file.suffix.lower() == ".zip":
                for member in read_zip(file, Quota(), problems, within=parts):
                    yield _File(member.parts, member.data, modified)
            elif file.stat().st_size > _MAX_NOTEBOOK:
                problems.append(f"{'/'.join(parts)}: larger than {_MAX_NOTEBOOK // 1024**2} MB, passed over")
            else:
                yield _File(parts, file.read_bytes(), modified)
        except OSError as error:
            problems.append(f"{'/'.join(map(clean_name, parts))}: cannot be read ({error.strerror})")


def _for_a_class() -> Quota:
    """One archive with the work of a whole class."""
    return Quota(files=20_000, bytes_each=100 * 1024**2, bytes_all=4 * 1024**3)


def _of_members(members: Iterable[Member]) -> Iterator[_File]:
    for member in members:
        yield _File(member.parts, member.data, member.modified)


def _choose(student: Student, files: list[tuple[_File, int]], assignment: str) -> Submission | None:
    """The notebook that counts, and the files that lie beside it."""
    notebooks = [(file, place) for file, place in files if file.name.lower().endswith(".ipynb")]
    notebooks = [(file, place) for file, place in notebooks if len(file.data) <= _MAX_NOTEBOOK]
    if not notebooks:
        return None

    def rank(entry: tuple[_File, int]) -> tuple[bool, int, datetime, tuple[str, ...]]:
        file, place = entry
        names_it = bool(assignment) and assignment.encode() in file.data
        return names_it, _again(file.parts[place]), file.modified or datetime.min, file.parts

    notebooks.sort(key=rank)
    file, place = notebooks[-1]
    notes = [f"passed over: {'/'.join(other.parts)}" for other, _ in notebooks[:-1]]
    beside, room = {}, _MAX_BESIDE
    for other, _ in files:
        near = other.parts[:-1] == file.parts[:-1]
        suffix = Path(other.name).suffix.lower()
        if near and suffix in _BESIDE and len(other.data) <= room:
            beside[_PREFIX.sub(r"\2", other.name)] = other.data
            room -= len(other.data)
    marked = _CANVAS.match(file.parts[place])
    late = bool(marked and marked["late"])
    return Submission(student.student, "/".join(file.parts), file.data, beside, file.modified, late, tuple(notes))


def _again(part: str) -> int:
    """How many times it was handed in before, as Canvas counts in the name."""
    marked = _CANVAS.match(part)
    return int(marked["again"]) if marked and marked["again"] and len(marked["again"]) < 6 else 0
