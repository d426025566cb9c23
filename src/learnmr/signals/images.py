"""What a scanner measures and what a radiologist looks at: k-space and the image."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import positive, read_only

__all__ = ["Image", "KSpace"]


@dataclass(frozen=True, eq=False)
class KSpace:
    """Cartesian k-space of one slice: what the coils received, and which phase encodings were measured.

    The centre of k-space stands at index ``n // 2`` of either axis. Readout runs along ``ny`` and is always complete;
    phase encoding runs along ``nx``, the last axis, so one measured step is one column.

    Parameters
    ----------
    samples : array_like of complex, shape (n_coils, ny, nx)
        One plane a coil; (ny, nx) is taken as one coil. Copied and made read-only; complex64 stays complex64,
        everything else becomes complex128. Columns that were not measured must hold zeros.
    mask : array_like of bool, shape (nx,), optional
        True where a column was measured. None: all were.
    fov_mm : (float, float), optional
        Field of view along ny and nx in mm. None where unknown.

    Raises
    ------
    ValueError
        If a value breaks a rule; the message names the argument, the rule and the value.

    Examples
    --------
    >>> import numpy as np
    >>> kspace = KSpace(np.ones((2, 4, 6)), fov_mm=(240.0, 180.0))
    >>> kspace.n_coils, kspace.shape, kspace.acceleration
    (2, (4, 6), 1.0)
    """

    samples: NDArray[np.complexfloating]
    mask: NDArray[np.bool_] | None = None
    fov_mm: tuple[float, float] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        dtype = np.complex64 if getattr(self.samples, "dtype", None) == np.complex64 else np.complex128
        samples = read_only(self.samples, "samples", dtype=dtype, ndim=(2, 3))
        if samples.ndim == 2:
            samples = samples[None]  # (1, ny, nx)
        if samples.shape[0] < 1 or min(samples.shape[1:]) < 2:
            raise ValueError(f"samples must be (n_coils, ny, nx) with ny, nx >= 2, got shape {samples.shape}")
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "mask", _mask(self.mask, samples))
        object.__setattr__(self, "fov_mm", _field_of_view(self.fov_mm))

    @property
    def n_coils(self) -> int:
        """Number of receive coils."""
        return int(self.samples.shape[0])

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx): readout points and phase encodings."""
        return int(self.samples.shape[1]), int(self.samples.shape[2])

    @property
    def measured(self) -> NDArray[np.bool_]:
        """The mask, written out where none was given; shape (nx,)."""
        if self.mask is not None:
            return self.mask
        everything = np.ones(self.shape[1], dtype=bool)
        everything.flags.writeable = False
        return everything

    @property
    def acceleration(self) -> float:
        """True acceleration: phase encodings over those that were measured."""
        return self.shape[1] / int(self.measured.sum())

    def with_samples(self, samples: ArrayLike) -> KSpace:
        """The same measurement with other samples."""
        return replace(self, samples=np.asarray(samples))


@dataclass(frozen=True, eq=False)
class Image:
    """An image of one slice, complex as it comes from k-space or a magnitude.

    Parameters
    ----------
    values : array_like, shape (ny, nx)
        Copied and made read-only; float32, float64, complex64 and complex128 stay what they are, other numbers become
        float64.
    fov_mm : (float, float), optional
        Field of view along ny and nx in mm. None where unknown.

    Raises
    ------
    ValueError
        If a value breaks a rule.

    Examples
    --------
    >>> Image([[3 + 4j, 0], [0, 1]]).magnitude
    array([[5., 0.],
           [0., 1.]])
    """

    values: NDArray[np.inexact]
    fov_mm: tuple[float, float] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        given = np.asarray(self.values)
        kept = given.dtype in (np.float32, np.float64, np.complex64, np.complex128)
        dtype = given.dtype if kept else np.complex128 if given.dtype.kind == "c" else np.float64
        values = read_only(self.values, "values", dtype=dtype, ndim=(2,))
        if min(values.shape) < 2:
            raise ValueError(f"values must be (ny, nx) with ny, nx >= 2, got shape {values.shape}")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "fov_mm", _field_of_view(self.fov_mm))

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx)."""
        return int(self.values.shape[0]), int(self.values.shape[1])

    @property
    def magnitude(self) -> NDArray[np.floating]:
        """Absolute value, shape (ny, nx)."""
        return np.abs(self.values)


def _mask(mask: ArrayLike | None, samples: NDArray[np.complexfloating]) -> NDArray[np.bool_] | None:
    """A mask that fits the samples, or None where every column was measured."""
    if mask is None:
        return None
    given = np.asarray(mask)
    if given.shape != samples.shape[-1:]:
        raise ValueError(f"mask must have shape ({samples.shape[-1]},), one value a column, got {given.shape}")
    if given.dtype != bool and not np.all((given == 0) | (given == 1)):
        raise ValueError(f"mask must hold truth values, got {given.dtype}")
    measured = read_only(given.astype(bool), "mask", dtype=bool)
    if not measured.any():
        raise ValueError("mask must have a measured column, got none")
    outside = np.any(samples[..., ~measured] != 0, axis=(0, 1))
    if outside.any():
        column = int(np.flatnonzero(~measured)[np.argmax(outside)])
        raise ValueError(f"samples must be 0 where the mask is False, column {column} is not")
    return measured


def _field_of_view(fov_mm: tuple[float, float] | None) -> tuple[float, float] | None:
    """Two positive lengths, or None."""
    if fov_mm is None:
        return None
    lengths = tuple(fov_mm)
    if len(lengths) != 2:
        raise ValueError(f"fov_mm must be two lengths in mm, along ny and nx, got {fov_mm!r}")
    return positive(lengths[0], "fov_mm[0]", "mm"), positive(lengths[1], "fov_mm[1]", "mm")
