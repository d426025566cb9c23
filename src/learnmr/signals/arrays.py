"""Arrays inside nouns: checked at the door, copied, read-only; and the axis of an arrayed experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ArrayAxis", "positive", "read_only"]


def read_only(
    values: ArrayLike, name: str, *, dtype: Any = float, ndim: tuple[int, ...] = (1,), finite: bool = True
) -> NDArray[Any]:
    """Copy values into a read-only array, or say which rule they break.

    Parameters
    ----------
    values : array_like
        What the caller gave.
    name : str
        Name of the argument, for the error message.
    dtype : dtype
        Wanted type.
    ndim : tuple of int
        Allowed numbers of dimensions.
    finite : bool
        Refuse NaN and infinity.

    Returns
    -------
    numpy.ndarray
        A new array whose ``writeable`` flag is off.

    Raises
    ------
    ValueError
        If the type, the shape or a value is not allowed.
    """
    try:
        array = np.array(values, dtype=dtype, copy=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of type {np.dtype(dtype)}, got {type(values).__name__}") from error
    if array.ndim not in ndim:
        wanted = " or ".join(str(n) for n in ndim)
        raise ValueError(f"{name} must have {wanted} dimension(s), got shape {array.shape}")
    if finite and not np.all(np.isfinite(array)):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[where]!r} at index {where}")
    array.flags.writeable = False
    return array


def positive(value: float, name: str, unit: str) -> float:
    """Return a finite number > 0 as float, or raise a ValueError that names the argument, the rule and the value."""
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a number > 0 {unit}, got {value!r}") from error
    if not (number > 0 and np.isfinite(number)):
        raise ValueError(f"{name} must be > 0 {unit}, got {value!r}")
    return number


@dataclass(frozen=True, eq=False)
class ArrayAxis:
    """What changes from one FID of an array to the next: time of a reaction, delay of an inversion recovery, power.

    Parameters
    ----------
    name : str
        What it is, e.g. ``"time"`` or ``"inversion delay"``.
    values : array_like, shape (n_fids,)
        One finite value per FID.
    unit : str
        Unit of the values, e.g. ``"s"``; empty where there is none.

    Raises
    ------
    ValueError
        If the values are not one-dimensional and finite.

    Examples
    --------
    >>> ArrayAxis("time", [0.0, 60.0], "s").values
    array([ 0., 60.])
    """

    name: str
    values: NDArray[np.float64]
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values, "values"))
