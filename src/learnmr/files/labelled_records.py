"""Labelled data records ``##LABEL= value``: the text of JCAMP-DX files and of Bruker's parameter files.

Why not nmrglue's parser: it waits for the ``>`` or the last number of a damaged record for ever.
"""

from __future__ import annotations

import re

__all__ = ["array_of", "label_of", "labelled_records", "string_of"]


def label_of(text: str) -> str:
    """A label in the form in which the standard compares them: capitals, without blanks, ``-``, ``/`` and ``_``.

    Examples
    --------
    >>> label_of("Data-Type"), label_of("$SW_h")
    ('DATATYPE', '$SWH')
    """
    return re.sub(r"[\s\-/_]", "", text).upper()


def labelled_records(text: str) -> list[tuple[str, str]]:
    r"""All records of a text in their order, as pairs of label and raw value; comments ``$$`` stay in the values.

    Examples
    --------
    >>> labelled_records("##TITLE= a b\n##$TD= 8\n##END=")
    [('TITLE', 'a b'), ('$TD', '8'), ('END', '')]
    """
    records = []
    for piece in re.split(r"(?m)^[ \t]*##", text)[1:]:
        label, equals, value = piece.partition("=")
        if equals and len(label) < 200:
            records.append((label_of(label), value.strip()))
    return records


def string_of(value: str) -> str:
    """The first line of a value without its comment and its angle brackets."""
    bare = value.split("\n", 1)[0].split("$$", 1)[0].strip()
    return bare[1:-1] if bare.startswith("<") and bare.endswith(">") else bare


def array_of(value: str) -> list[str]:
    """The entries of an array value ``(0..n) a b c``, or the words of any other."""
    return re.sub(r"^\(\d{1,6}\.\.\d{1,6}\)", "", value.strip()).split()
