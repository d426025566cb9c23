"""Archives from strangers: what is in them, without following their names, believing their sizes or filling the disk.

Members are read through a counter, never extracted by their own names; links, devices and locked members are passed
over with a reason; an archive within an archive is opened, to a small depth.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

__all__ = ["Member", "Quota", "clean_name", "read_zip"]

_DEPTH, _LONGEST_NAME = 3, 120
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_PIECE = 1 << 16
_READ_ERRORS = (OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


@dataclass
class Quota:
    """How much may come out of one archive, whatever it says about itself.

    Parameters
    ----------
    files : int
        Members.
    bytes_each, bytes_all : int
        Unpacked size of one, and of all.
    """

    files: int = 500
    bytes_each: int = 50 * 1024**2
    bytes_all: int = 150 * 1024**2


@dataclass(frozen=True)
class Member:
    """A file of an archive.

    Parameters
    ----------
    parts : tuple of str
        Its path, harmless: no empty part, no dots, no drive.
    data : bytes
        What is in it.
    modified : datetime or None
        When it was changed, as the archive says; without a time zone.
    """

    parts: tuple[str, ...]
    data: bytes = field(repr=False)
    modified: datetime | None = None


def read_zip(
    source: Path | IO[bytes], quota: Quota, problems: list[str], *, within: tuple[str, ...] = (), depth: int = 0
) -> Iterator[Member]:
    """The files of a zip, one by one.

    Parameters
    ----------
    source : pathlib.Path or file
        The archive.
    quota : Quota
        Is used up; at its end the rest is passed over.
    problems : list of str
        Gets a sentence for whatever is passed over.
    within : tuple of str
        Put before the path of each member.
    depth : int
        How many archives we are inside of.

    Yields
    ------
    Member
        Files only. An archive inside becomes the folder of its name.
    """
    where = "/".join(within) or (source.name if isinstance(source, Path) else "the archive")
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                name = _name_of(entry)
                quota.files -= 1
                if quota.files < 0:
                    problems.append(f"{where}: too many files; the rest was passed over")
                    return
                reason = _objection(entry)
                parts = tuple(clean_name(part) for part in PurePosixPath(name.replace("\\", "/")).parts if part != "/")
                parts = tuple(part for part in parts if part)
                if reason is None and (not parts or ".." in name.replace("\\", "/").split("/") or _absolute(name)):
                    reason = "its name points outside the archive"
                data = b"" if reason else _read(archive, entry, quota)
                if data is None:
                    reason = "it is larger unpacked than anything that is handed in may be"
                if reason is not None:
                    problems.append(f"{where}: {clean_name(name)!r} was passed over: {reason}")
                    continue
                yield from _open(Member((*within, *parts), data or b"", _time_of(entry)), quota, problems, depth)
    except _READ_ERRORS as error:
        problems.append(f"{where}: cannot be unpacked ({type(error).__name__}: {str(error)[:100]})")


def _open(member: Member, quota: Quota, problems: list[str], depth: int) -> Iterator[Member]:
    """The member, or what is in it."""
    if not member.parts[-1].lower().endswith(".zip"):
        yield member
        return
    if depth + 1 >= _DEPTH:
        problems.append(f"{'/'.join(member.parts)}: an archive in an archive in an archive is not opened")
        return
    for inner in read_zip(io.BytesIO(member.data), quota, problems, within=member.parts, depth=depth + 1):
        yield Member(inner.parts, inner.data, member.modified)  # the platform's time, not that of the student's disk


def clean_name(name: str) -> str:
    """A name without anything that a file system, a terminal or a page could take for more than a name.

    Examples
    --------
    >>> clean_name("  a<b>:c.ipynb"), clean_name(".."), clean_name("nul.txt"), clean_name("Zoë 1.ipynb")
    ('a_b__c.ipynb', '', '_nul.txt', 'Zoë 1.ipynb')
    """
    plain = "".join(
        "_" if letter in '<>:"/\\|?*' or unicodedata.category(letter).startswith("C") else letter
        for letter in unicodedata.normalize("NFC", name)
    ).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME:
        plain = f"{stem[: _LONGEST_NAME - 20]}{dot}{suffix[:15]}" if dot else plain[:_LONGEST_NAME]
    return f"_{plain}" if _RESERVED.match(plain) else plain


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name, in UTF-8 where it is UTF-8 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _objection(entry: zipfile.ZipInfo) -> str | None:
    """Why a member is not read."""
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if entry.flag_bits & 0x1:
        return "it is locked with a password"
    return None


def _absolute(name: str) -> bool:
    return name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, quota: Quota) -> bytes | None:
    """All of a member; None where it is more than the quota allows, whatever its header says."""
    data = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):
            data += piece
            quota.bytes_all -= len(piece)
            if len(data) > quota.bytes_each or quota.bytes_all < 0:
                return None
    return bytes(data)


def _time_of(entry: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time)
    except ValueError:
        return None
