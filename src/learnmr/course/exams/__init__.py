"""Exams: per-student papers with keys from a specification and a roster, and exports to learning platforms.

``rosters`` and ``specs`` read what an instructor writes, ``drawing`` makes everybody's variants of it, ``making``
writes the folder of an exam, ``saved`` reads it back; ``moodle`` and ``canvas`` write the same questions for platforms.
"""

from .rosters import Student, read_roster
from .secret_files import read_secret

__all__ = ["Student", "read_roster", "read_secret"]
