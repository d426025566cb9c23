"""Numbers with units as people type them: ``12.5``, ``0.0125 kHz``, ``1.2e-3 s``, ``1,5``, ``3 × 10^4``."""

from __future__ import annotations

import math
import numbers
import re
from typing import Any

__all__ = ["UNITS", "parse_quantity"]

#: unit -> (what it measures, factor to the basic unit)
UNITS: dict[str, tuple[str, float]] = {
    "": ("number", 1.0),
    "%": ("number", 0.01),
    "Hz": ("frequency", 1.0),
    "kHz": ("frequency", 1e3),
    "MHz": ("frequency", 1e6),
    "s": ("time", 1.0),
    "ms": ("time", 1e-3),
    "µs": ("time", 1e-6),
    "us": ("time", 1e-6),
    "min": ("time", 60.0),
    "ppm": ("shift", 1.0),
    "ppb": ("shift", 1e-3),
    "rad": ("angle", 1.0),
    "degrees": ("angle", math.pi / 180),
    "°": ("angle", math.pi / 180),
    "mM": ("concentration", 1.0),
    "M": ("concentration", 1e3),
    "bins": ("bins", 1.0),
    "epochs": ("epochs", 1.0),
    "scans": ("scans", 1.0),
    "m": ("length", 1.0),
    "cm": ("length", 1e-2),
    "mm": ("length", 1e-3),
    "pixels": ("pixels", 1.0),
    "dB": ("level", 1.0),
    "steps": ("steps", 1.0),
    "trials": ("trials", 1.0),
}

_TYPED = re.compile(
    r"\s*([-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+−]?\d+)?)\s*(?:[x×*·]\s*10\s*(?:\^|\*\*)\s*([-+−]?\d+))?\s*(\S*)\s*"
)


def parse_quantity(answer: Any, unit: str) -> float:
    """What somebody answered, in the unit that was asked for.

    Parameters
    ----------
    answer : object
        A number, or text with a number and perhaps a unit. A bare number is taken in the unit asked for.
    unit : str
        Unit asked for, a key of :data:`UNITS`.

    Returns
    -------
    float
        The value in that unit.

    Raises
    ------
    ValueError
        If it is no finite number, or its unit measures something else.

    Examples
    --------
    >>> parse_quantity("0.0125 kHz", "Hz"), parse_quantity("1,5", "s"), parse_quantity("2 x 10^3", "")
    (12.5, 1.5, 2000.0)
    """
    if isinstance(answer, str):
        match = _TYPED.fullmatch(answer)
        if match is None or len(answer) > 60:
            raise ValueError(f"the answer must be a number with its unit ({unit or 'no unit'}), got {answer[:60]!r}")
        digits, power, typed = match.groups()
        if re.fullmatch(r"[-+−]?[1-9]\d{0,2},\d{3}", digits):
            raise ValueError(f"the answer must have no separator of thousands, got {digits!r}")
        digits = digits.replace(",", ".").replace("−", "-")
        value = float(digits)
        if power:
            value *= 10.0 ** max(-400, min(400, int(power.replace("−", "-"))))
        typed = typed.replace("μ", "µ")
        if typed and typed != unit:
            if typed not in UNITS or UNITS[typed][0] != UNITS[unit][0]:
                raise ValueError(f"the answer must be in {unit or 'plain numbers'}, got {typed[:20]!r}")
            value *= UNITS[typed][1] / UNITS[unit][1]
    elif isinstance(answer, numbers.Real) and not isinstance(answer, bool):
        value = float(answer)
    elif getattr(answer, "shape", None) == () and getattr(answer, "dtype", None) is not None:
        return parse_quantity(answer.item(), unit)
    else:
        raise ValueError(f"the answer must be one number, got {type(answer).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"the answer must be a finite number, got {value!r}")
    return value
