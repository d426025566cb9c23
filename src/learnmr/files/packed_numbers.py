"""The numbers of a JCAMP-DX data table, plain (AFFN, PAC) or packed (SQZ, DIF, DUP), with every check it offers.

A packed line begins with its abscissa. ``@ABC..`` (``abc..``) opens a value, ``%JKL..`` (``jkl..``) a difference to the
value before, ``STU..`` repeats the last of them. A line that ends in differences is followed by one that begins with
the same ordinate again: the check point. Why not nmrglue's decoder: it repeats as often as a damaged count says, and
looks at no check point.

References
----------
P. Lampen, H. Hillig, A. N. Davies, M. Linscheid, Applied Spectroscopy 48, 1545 (1994): the packed forms.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["table_numbers"]

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PLAIN_CHARACTERS = frozenset("0123456789+-.eE, \t")
_PACKED = re.compile(r"([@%A-Za-z+-]?)(\d*)")
_FIRST = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)")
#: what a plain number cannot hold; E alone may be an exponent
_PACKED_LETTERS = re.compile(r"[@%A-DF-Za-df-z]")
#: opening character -> (kind, first digit with sign)
_OPENINGS = {
    **{letter: ("value", str(digit)) for digit, letter in enumerate("@ABCDEFGHI")},
    **{letter: ("value", f"-{digit}") for digit, letter in enumerate("abcdefghi", start=1)},
    **{letter: ("difference", str(digit)) for digit, letter in enumerate("%JKLMNOPQR")},
    **{letter: ("difference", f"-{digit}") for digit, letter in enumerate("jklmnopqr", start=1)},
    **{letter: ("repeat", str(digit)) for digit, letter in enumerate("STUVWXYZs", start=1)},
    "+": ("value", "+"),
    "-": ("value", "-"),
    "": ("value", ""),
}
_LONGEST = 20  # characters of one number


def table_numbers(lines: list[str], n_points: int) -> NDArray[np.float64]:
    r"""The ordinates of a table.

    Parameters
    ----------
    lines : list of str
        The lines after that of the form, each beginning with its abscissa.
    n_points : int
        How many there must be.

    Returns
    -------
    numpy.ndarray, shape (n_points,)

    Raises
    ------
    ValueError
        If a character, a check point, an abscissa or the number of ordinates is wrong; with the line it happened in.

    Examples
    --------
    >>> table_numbers(["0 10 20", "2 30 40"], 4)
    array([10., 20., 30., 40.])
    >>> table_numbers(["0A0JU", "3A3J"], 5)  # 10, three times +1; check point 13; +1
    array([10., 11., 12., 13., 14.])
    """
    lines = [line.split("$$", 1)[0].strip() for line in lines]
    lines = [line for line in lines if line]
    packed = any(_PACKED_LETTERS.search(line) for line in lines)
    values: list[float] = []
    abscissae: list[tuple[float, int]] = []
    pending = False
    for row, line in enumerate(lines, start=1):
        first = _FIRST.match(line)
        if first is None:
            raise ValueError(f"line {row} of a data table must begin with its abscissa, got {line[:40]!r}")
        try:
            # the check point is the ordinate with which this line begins: the last of the line before
            abscissae.append((float(first.group()), len(values) - pending))
            if packed:
                pending = _unpack(line[first.end() :], values, pending, n_points)
            else:
                _plain(line, values)
        except ValueError as error:
            raise ValueError(f"line {row} of a data table: {error}") from None
        if len(values) > n_points:
            break
    if len(values) != n_points:
        more = "more than that" if len(values) > n_points else f"{len(values)}"
        raise ValueError(f"a data table must hold {n_points} ordinates, it has {more}")
    _check_abscissae(abscissae)
    return np.array(values)


def _plain(line: str, values: list[float]) -> None:
    """Append the ordinates of a plain line."""
    if _PLAIN_CHARACTERS.issuperset(line):
        try:
            values.extend([float(word) for word in line.replace(",", " ").split()][1:])
            return
        except ValueError:  # signs may part numbers, too: 1+2-3
            pass
    if _PLAIN.sub("", line).strip(" \t,;"):
        raise ValueError(f"not a number in {line[:60]!r}")
    values.extend(float(text) for text in _PLAIN.findall(line)[1:])


def _unpack(text: str, values: list[float], pending: bool, n_points: int) -> bool:
    """Append the ordinates of a packed line; true when it ends in a difference, so that a check point follows."""
    kind, step = "value", 0.0
    # the last match of every word is its empty end
    for opening, digits in (match for word in text.split() for match in _PACKED.findall(word)[:-1]):
        if opening not in _OPENINGS or len(digits) > _LONGEST:
            raise ValueError(f"{opening + digits[:20]!r} is no packed number")
        sort, first_digit = _OPENINGS[opening]
        amount = float(first_digit + digits) if (first_digit + digits).strip("+-") else float("nan")
        if not abs(amount) < 1e18:
            raise ValueError(f"{opening + digits[:20]!r} is no packed number")
        if sort == "repeat":
            times = int(amount) - 1
            if not values or times < 0 or len(values) + times > n_points:
                raise ValueError(f"{int(amount)} repeats are more than the {n_points} ordinates announced")
            last, slope = values[-1], step if kind == "difference" else 0.0
            values.extend(last + slope * i for i in range(1, times + 1))
            continue
        kind = sort
        if sort == "difference":
            if not values:
                raise ValueError("a table cannot begin with a difference")
            step = amount
            values.append(values[-1] + amount)
        elif pending:
            if amount != values[-1]:
                raise ValueError(f"the check point {amount:g} differs from the ordinate {values[-1]:g} before it")
        else:
            values.append(amount)
        pending = False
    return kind == "difference"


def _check_abscissae(abscissae: list[tuple[float, int]]) -> None:
    """Abscissae must grow with the number of ordinates before them; scale and rounding differ between vendors."""
    x = np.array([value for value, _ in abscissae])
    index = np.array([number for _, number in abscissae])
    if len(x) < 3 or x[-1] == x[0]:
        return
    expected = x[0] + (index - index[0]) * (x[-1] - x[0]) / max(index[-1] - index[0], 1)
    step = abs(x[-1] - x[0]) / max(index[-1] - index[0], 1)
    wrong = np.abs(x - expected) > 1 + 0.02 * index if step >= 0.5 else np.abs(x - expected) > step * (1 + 0.02 * index)
    if np.any(wrong):
        row = int(np.argmax(wrong))
        raise ValueError(f"line {row + 1} of a data table begins with the abscissa {x[row]:g}, not {expected[row]:g}")
