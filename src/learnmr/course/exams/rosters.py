"""The roster of a course: a CSV file with one student a line, read strictly.

``student,name,email,extra_time,large_print``: only ``student`` is required. An error in a roster becomes a wrong paper
for somebody, so nothing is guessed: unknown columns, doubled students and unreadable values are refused with file, line
and rule. Identities may hold anything printable; :attr:`Student.file_name` is what may stand in the name of a file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

__all__ = ["COLUMNS", "LARGE_PRINT_PT", "Student", "file_name_of", "read_roster"]

#: column -> what stands in it
COLUMNS: dict[str, str] = {
    "student": "identity, as the course knows it; it decides the student's numbers",
    "name": "as printed on the paper",
    "email": "address",
    "extra_time": "minutes (15), or part of the time of the exam (25%)",
    "large_print": "yes, or the size of the letters in points (from 14 to 48)",
}
#: letters of a paper for whom the roster says just "yes"; large print begins at 16 points (UK Association for
#: Accessible Formats, Creating clear print and large print documents, 2017)
LARGE_PRINT_PT = 18.0

_YES, _NO = ("yes", "true", "y", "x"), ("", "no", "false", "n", "-")
_LONGEST = 100
_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
#: names that Windows keeps for devices
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Student:
    """One line of the roster.

    Parameters
    ----------
    student : str
        Identity: decides the numbers of every paper.
    name : str
        Name, or empty.
    email : str
        Address, or empty.
    extra_minutes : float
        Extra time stated in minutes.
    extra_percent : float
        Extra time stated as a part of the exam, in per cent.
    large_print_pt : float or None
        Size of the letters of a large-print paper, in points.
    """

    student: str
    name: str = ""
    email: str = ""
    extra_minutes: float = 0.0
    extra_percent: float = 0.0
    large_print_pt: float | None = None

    @property
    def file_name(self) -> str:
        """A name for this student's files: safe on every system, another one for every student."""
        return file_name_of(self.student)

    def minutes(self, exam_minutes: float) -> int:
        """How long this student has for an exam, in whole minutes (rounded up).

        Examples
        --------
        >>> Student("ada", extra_percent=25.0).minutes(50), Student("bo").minutes(50)
        (63, 50)
        """
        return math.ceil(exam_minutes * (1 + self.extra_percent / 100) + self.extra_minutes - 1e-9)


def file_name_of(student: str) -> str:
    """A name for files made of an identity: itself where that is harmless, else its harmless letters and a hash.

    Parameters
    ----------
    student : str
        Identity.

    Returns
    -------
    str
        At most 64 letters, digits, ``-`` and ``_``; never a path, a hidden file or a device.

    Examples
    --------
    >>> file_name_of("s1234"), file_name_of("../../etc/passwd")
    ('s1234', 'etc_passwd-3754d6cb3a38')
    """
    if _SAFE.fullmatch(student) and not _RESERVED.fullmatch(student):
        return student
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode("ascii")
    kept = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:40] or "student"
    return f"{kept}-{hashlib.sha256(student.encode()).hexdigest()[:12]}"


def read_roster(path: str | os.PathLike[str]) -> tuple[Student, ...]:
    r"""Read a roster.

    Parameters
    ----------
    path : path-like
        A CSV file in UTF-8 (with or without a byte-order mark), separated by commas, semicolons or tabs. Its header
        names some of :data:`COLUMNS`, in any order; ``student`` must be among them.

    Returns
    -------
    tuple of Student
        In the order of the file. White space around a value does not count; identities are in Unicode's NFC form.

    Raises
    ------
    ValueError
        If something in it breaks a rule; the message names file, line, rule and value.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(f"{folder}/roster.csv").write_text("student,extra_time\nada,25%\nbo,\n")
    ...     [student.minutes(60) for student in read_roster(f"{folder}/roster.csv")]
    [75, 60]
    """
    path = Path(path)
    lines = _records(_decoded(path.read_bytes(), path), path)
    if not lines:
        raise ValueError(f"{path}: a roster must have a header and at least one student, got an empty file")
    header_line, header = lines[0]
    columns = _columns(header, f"{path}, line {header_line}")
    students: list[Student] = []
    seen: dict[str, tuple[int, str]] = {}
    for number, cells in lines[1:]:
        where = f"{path}, line {number}"
        if len(cells) != len(columns):
            raise ValueError(f"{where}: every line must have {len(columns)} values, got {len(cells)}")
        student = _student(dict(zip(columns, cells, strict=True)), where)
        same = student.student.casefold()
        if same in seen:
            first_line, first = seen[same]
            raise ValueError(
                f"{where}: student must be there once (also when upper and lower case are the same), "
                f"got {student.student!r} after {first!r} of line {first_line}"
            )
        seen[same] = (number, student.student)
        students.append(student)
    if not students:
        raise ValueError(f"{path}: a roster must have at least one student, got none")
    return tuple(students)


def _decoded(data: bytes, path: Path) -> str:
    """Text from UTF-8; other encodings are named, not guessed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"{path}, line 1: a roster must be in UTF-8, got UTF-16: save it again as 'CSV UTF-8'")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path}, line {number}: a roster must be in UTF-8, got the byte 0x{data[error.start]:02x}: "
            "save it again as 'CSV UTF-8'"
        ) from error
    if "\0" in text:
        number = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"{path}, line {number}: a roster must be text, got a NUL character")
    return text


def _records(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """Number of the line and stripped values of every line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in ",;\t" if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: a roster must be well-formed CSV, got {error}") from error
    return records


def _columns(header: list[str], where: str) -> list[str]:
    """Names of the columns."""
    columns = [name.lower() for name in header]
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise ValueError(f"{where}: columns must be among {', '.join(COLUMNS)}, got {', '.join(map(repr, unknown))}")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise ValueError(f"{where}: every column must be there once, got {', '.join(twice)} twice")
    if "student" not in columns:
        raise ValueError(f"{where}: there must be a column student, got {', '.join(columns)}")
    return columns


def _student(cells: dict[str, str], where: str) -> Student:
    """One student from the values of a line."""
    for column, value in cells.items():
        hidden = [letter for letter in value if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")]
        if hidden:
            raise ValueError(f"{where}: {column} must have no control characters, got {value!r}")
    identity = unicodedata.normalize("NFC", cells["student"])
    if not identity:
        raise ValueError(f"{where}: student must not be empty, got ''")
    if any(unicodedata.category(letter).startswith("C") for letter in identity):
        raise ValueError(f"{where}: student must have no invisible characters, got {identity!a}")
    if len(identity) > _LONGEST:
        raise ValueError(f"{where}: student must have at most {_LONGEST} characters, got {len(identity)}")
    minutes, percent = _extra_time(cells.get("extra_time", ""), where)
    return Student(
        identity,
        unicodedata.normalize("NFC", cells.get("name", "")),
        cells.get("email", ""),
        minutes,
        percent,
        _large_print(cells.get("large_print", ""), where),
    )


def _extra_time(value: str, where: str) -> tuple[float, float]:
    """Extra minutes and extra per cent."""
    if value.lower() in _NO:
        return 0.0, 0.0
    match = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*(%|min|minutes)?", value)
    if match is None:
        raise ValueError(f"{where}: extra_time must be minutes (15) or a part of the time (25%), got {value!r}")
    number = float(match[1].replace(",", "."))
    if match[2] == "%" and not number <= 300:
        raise ValueError(f"{where}: extra_time must be at most 300%, got {value!r}")
    return (0.0, number) if match[2] == "%" else (number, 0.0)


def _large_print(value: str, where: str) -> float | None:
    """Size of the letters in points."""
    if value.lower() in _NO:
        return None
    if value.lower() in _YES:
        return LARGE_PRINT_PT
    match = re.fullmatch(r"(\d{1,2}(?:\.\d+)?)\s*(?:pt)?", value)
    if match is None or not 14 <= float(match[1]) <= 48:
        raise ValueError(f"{where}: large_print must be yes, no, or points from 14 to 48, got {value!r}")
    return float(match[1])
