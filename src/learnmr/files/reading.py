"""One ``read`` for every format: the recognition table, and what is said when nothing fits."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..signals import FID
from .archive import find_archive, read_archived_fid
from .bruker import find_bruker, read_bruker
from .contents import opening
from .errors import ReadError, gate
from .jcamp import find_jcamp, read_jcamp
from .jeol import find_jeol, read_jeol
from .magritek import find_magritek, read_magritek
from .nmrpipe import find_nmrpipe, read_nmrpipe
from .siemens import find_siemens, read_siemens
from .varian import find_varian, read_varian

__all__ = ["FORMATS", "Format", "read"]

#: a folder that is no experiment is searched no further than this many entries
_MOST_LOOKED_AT = 1000


@dataclass(frozen=True)
class Format:
    """One row of the recognition table.

    Parameters
    ----------
    name : str
        As in messages and in the documentation.
    find : callable
        Path of a file or folder -> path of the data file when the *content* (magic bytes, files beside it) is of this
        format, else None.
    read : callable
        Path of the data file -> FID.
    """

    name: str
    find: Callable[[Path], Path | None]
    read: Callable[[Path], FID]


#: the order matters only where a file lies in the folder of another format: folders first, magic bytes after
FORMATS = (
    Format("Bruker", find_bruker, read_bruker),
    Format("Varian", find_varian, read_varian),
    Format("Magritek", find_magritek, read_magritek),
    Format("JEOL", find_jeol, read_jeol),
    Format("Siemens RDA", find_siemens, read_siemens),
    Format("learnmr archive", find_archive, read_archived_fid),
    Format("JCAMP-DX", find_jcamp, read_jcamp),
    Format("NMRPipe", find_nmrpipe, read_nmrpipe),
)


def read(path: str | os.PathLike[str]) -> FID:
    """Read a free induction decay, or an array of them, from any format that is known.

    The format is recognised by content and by the parameter files beside the data, never by the extension.

    Parameters
    ----------
    path : path-like
        A file or a folder: Bruker experiment or its ``fid``/``ser``, Varian ``.fid`` folder, JCAMP-DX, Magritek
        Spinsolve or Kea folder or its ``.1d``, JEOL ``.jdf``, NMRPipe, Siemens ``.rda``, learnmr archive with one FID.

    Returns
    -------
    FID
        From t = 0, positive frequency toward higher ppm; ``carrier_ppm`` None where the file does not tell it.

    Raises
    ------
    ReadError
        If the path is nothing that can be read; the message says what is wrong and where.

    Examples
    --------
    >>> read("no/such/file")
    Traceback (most recent call last):
    ...
    learnmr.files.errors.ReadError: ...file: cannot be read (unknown): no such file or folder
    """
    path = Path(path)
    with gate(path, "unknown"):
        if not path.exists():
            raise ValueError("no such file or folder")
        for known in FORMATS:
            found = known.find(path)
            if found is not None:
                return known.read(found)
        raise ReadError(path, "unknown", _what_it_is(path))


def _what_it_is(path: Path) -> str:
    """One sentence on a path of no known format: what is in the folder, or how the file begins."""
    known = ", ".join(row.name for row in FORMATS)
    if path.is_file():
        start = opening(path, 16)
        if not start:
            return "the file is empty"
        return f"the file begins with {start!r}, which is none of {known}"
    inside = _experiments(path)
    if inside:
        return f"the folder is no experiment but holds some, read one of them: {', '.join(inside)}"
    return f"the folder holds no data of {known}"


def _experiments(folder: Path, most: int = 20) -> list[str]:
    """Names of what can be read in a folder, one and two levels down."""
    found: list[str] = []
    for pattern in ("*", "*/*"):
        for child in sorted(itertools.islice(folder.glob(pattern), _MOST_LOOKED_AT)):
            known = any(row.find(child) is not None for row in FORMATS)
            if known and not any(child.is_relative_to(folder / other) for other in found):
                found.append(child.relative_to(folder).as_posix())
        if found:
            break
    return found if len(found) <= most else [*found[:most], f"... ({len(found)} in all)"]
