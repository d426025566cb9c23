"""Resonances: one line, a table of lines, and a batch of one-line estimates; every value with its standard deviation.

Eight fields describe a line everywhere in learnmr, in this order: frequency_hz, fwhm_hz, amplitude, phase_rad and the
same four with ``_sd``. Amplitude and phase are those at t = 0 of the decay.
"""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..writing import write_text
from .arrays import read_only

if TYPE_CHECKING:
    import pandas

__all__ = ["LINE_FIELDS", "LineEstimates", "Resonance", "ResonanceTable"]

#: the four parameters of a line, in the order of every array, Fisher matrix and table
LINE_FIELDS = ("frequency_hz", "fwhm_hz", "amplitude", "phase_rad")
#: default of arrays that may be left out of a call: __post_init__ fills them, so that a noun never holds None there
_FILLED_IN: Any = None
#: what a table knows of each FID, and its type
_PER_FID: dict[str, Any] = {"noise_sd": float, "residual_over_noise": float, "offset": complex}


@dataclass(frozen=True)
class Resonance:
    """One resonance: a damped complex exponential ``A exp(i phi) exp(2 pi i f t) exp(-pi fwhm t)``.

    Parameters
    ----------
    frequency_hz : float
        Offset from the carrier, positive toward higher ppm.
    fwhm_hz : float
        Full width at half maximum of the Lorentzian absorption line, ``1 / (pi T2*)``.
    amplitude : float
        Magnitude at t = 0, in the units of the samples.
    phase_rad : float
        Phase at t = 0, in radians.
    gaussian_fwhm_hz : float
        Full width at half maximum of the Gaussian part of a Voigt line; 0 for a pure Lorentzian.

    Raises
    ------
    ValueError
        If a width is negative or a value is not finite.

    Examples
    --------
    >>> round(Resonance(10.0, fwhm_hz=1.0, amplitude=2.0).t2star_s, 4)
    0.3183
    """

    frequency_hz: float
    fwhm_hz: float
    amplitude: float = 1.0
    phase_rad: float = 0.0
    gaussian_fwhm_hz: float = 0.0

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = float(getattr(self, entry.name))
            if not math.isfinite(value):
                raise ValueError(f"{entry.name} must be finite, got {value!r}")
            object.__setattr__(self, entry.name, value)
        for name in ("fwhm_hz", "gaussian_fwhm_hz"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be >= 0 Hz, got {getattr(self, name)!r}")

    @property
    def t2star_s(self) -> float:
        """Decay time ``1 / (pi fwhm)`` of the Lorentzian part, in seconds; infinite for zero width."""
        return math.inf if self.fwhm_hz == 0 else 1.0 / (math.pi * self.fwhm_hz)


def _eight_fields(instance: Any) -> int:
    """Make the eight line fields of a frozen noun read-only arrays of one length and return that length."""
    n_lines: int | None = None
    for name in LINE_FIELDS:
        values = read_only(getattr(instance, name), name)
        n_lines = values.size if n_lines is None else n_lines
        if values.size != n_lines:
            raise ValueError(f"{name} must have {n_lines} values like frequency_hz, got {values.size}")
        object.__setattr__(instance, name, values)
    for name in LINE_FIELDS:
        given = getattr(instance, f"{name}_sd")
        deviation = read_only(np.full(n_lines or 0, np.nan) if given is None else given, f"{name}_sd", finite=False)
        if deviation.size != n_lines:
            raise ValueError(f"{name}_sd must have {n_lines} values like {name}, got {deviation.size}")
        if np.any(deviation < 0):
            raise ValueError(f"{name}_sd must be >= 0, got {deviation.min()!r}")
        object.__setattr__(instance, f"{name}_sd", deviation)
    return n_lines or 0


@dataclass(frozen=True, eq=False)
class LineEstimates:
    """One line per FID of a batch: eight arrays of shape (batch,).

    Parameters
    ----------
    frequency_hz, fwhm_hz, amplitude, phase_rad : array_like, shape (batch,)
        The line of each FID.
    frequency_hz_sd, fwhm_hz_sd, amplitude_sd, phase_rad_sd : array_like, shape (batch,), optional
        Standard deviations; NaN where unknown.

    Raises
    ------
    ValueError
        If the lengths differ, a value is not finite or a standard deviation is negative.

    Examples
    --------
    >>> len(LineEstimates([1.0, 2.0], [0.1, 0.1], [1.0, 1.0], [0.0, 0.0]))
    2
    """

    frequency_hz: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    phase_rad: NDArray[np.float64]
    frequency_hz_sd: NDArray[np.float64] = _FILLED_IN
    fwhm_hz_sd: NDArray[np.float64] = _FILLED_IN
    amplitude_sd: NDArray[np.float64] = _FILLED_IN
    phase_rad_sd: NDArray[np.float64] = _FILLED_IN

    def __post_init__(self) -> None:
        _eight_fields(self)

    def __len__(self) -> int:
        return int(self.frequency_hz.size)

    def __getitem__(self, index: Any) -> LineEstimates:
        """A selection of the batch (slice, mask or index array; an integer gives a batch of one)."""
        chosen = {f.name: np.atleast_1d(getattr(self, f.name)[index]) for f in fields(self)}
        return LineEstimates(**chosen)


@dataclass(frozen=True, eq=False)
class ResonanceTable:
    """A table of resonances with honest error bars, of one FID or of an array of FIDs.

    Parameters
    ----------
    frequency_hz, fwhm_hz, amplitude, phase_rad : array_like, shape (n_lines,)
        Offset from the carrier (positive toward higher ppm), Lorentzian full width at half maximum, magnitude and
        phase at t = 0.
    frequency_hz_sd, fwhm_hz_sd, amplitude_sd, phase_rad_sd : array_like, shape (n_lines,), optional
        Standard deviations; NaN where unknown.
    fid_index : array_like of int, shape (n_lines,), optional
        Which FID of the array the line belongs to; 0 for a single FID.
    spectrometer_mhz, carrier_ppm, nucleus : optional
        As in :class:`FID`; needed for ``shift_ppm``.
    noise_sd : array_like, shape (n_fids,), optional
        Standard deviation of the noise of one channel, per FID.
    residual_over_noise : array_like, shape (n_fids,), optional
        Root mean square of the residual over that of the noise: 1 where the model explains all but noise.
    offset : array_like of complex, shape (n_fids,), optional
        Constant under the decay (the receiver's offset) that was fitted beside the lines; 0 where there is none.

    Raises
    ------
    ValueError
        If the lengths differ, a value is not finite or a standard deviation is negative.

    Examples
    --------
    >>> table = ResonanceTable([10.0], [1.0], [2.0], [0.0], spectrometer_mhz=100.0, carrier_ppm=4.7)
    >>> len(table), table.shift_ppm
    (1, array([4.8]))
    """

    frequency_hz: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    phase_rad: NDArray[np.float64]
    frequency_hz_sd: NDArray[np.float64] = _FILLED_IN
    fwhm_hz_sd: NDArray[np.float64] = _FILLED_IN
    amplitude_sd: NDArray[np.float64] = _FILLED_IN
    phase_rad_sd: NDArray[np.float64] = _FILLED_IN
    fid_index: NDArray[np.int64] = field(default=_FILLED_IN, kw_only=True)
    spectrometer_mhz: float | None = field(default=None, kw_only=True)
    carrier_ppm: float | None = field(default=None, kw_only=True)
    nucleus: str | None = field(default=None, kw_only=True)
    noise_sd: NDArray[np.float64] | None = field(default=None, kw_only=True)
    residual_over_noise: NDArray[np.float64] | None = field(default=None, kw_only=True)
    offset: NDArray[np.complex128] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        n_lines = _eight_fields(self)
        index = np.zeros(n_lines, int) if self.fid_index is None else self.fid_index
        index = read_only(index, "fid_index", dtype=np.int64)
        if index.size != n_lines or np.any(index < 0):
            raise ValueError(f"fid_index must be {n_lines} integers >= 0, got {index!r}")
        object.__setattr__(self, "fid_index", index)
        for name, dtype in _PER_FID.items():
            if getattr(self, name) is not None:
                values = np.atleast_1d(np.asarray(getattr(self, name)))
                object.__setattr__(self, name, read_only(values, name, dtype=dtype))

    @classmethod
    def of(cls, lines: Sequence[Resonance], **keywords: Any) -> ResonanceTable:
        """A table of given resonances without error bars: the truth of a simulation.

        Examples
        --------
        >>> len(ResonanceTable.of([Resonance(1.0, 2.0), Resonance(5.0, 1.0)]))
        2
        """
        columns: dict[str, Any] = {name: [getattr(line, name) for line in lines] for name in LINE_FIELDS}
        return cls(**columns, **keywords)

    @property
    def shift_ppm(self) -> NDArray[np.float64] | None:
        """Chemical shift of each line in ppm, None where field or carrier are unknown."""
        if self.spectrometer_mhz is None or self.carrier_ppm is None:
            return None
        return self.carrier_ppm + self.frequency_hz / self.spectrometer_mhz

    @property
    def shift_ppm_sd(self) -> NDArray[np.float64] | None:
        """Standard deviation of the chemical shift in ppm, None where the shift is."""
        if self.spectrometer_mhz is None or self.carrier_ppm is None:
            return None
        return self.frequency_hz_sd / self.spectrometer_mhz

    def __len__(self) -> int:
        return int(self.frequency_hz.size)

    def __iter__(self) -> Iterator[Resonance]:
        return (self.line(index) for index in range(len(self)))

    def line(self, index: int) -> Resonance:
        """Line number ``index`` as a :class:`Resonance`."""
        return Resonance(**{name: float(getattr(self, name)[index]) for name in LINE_FIELDS})

    def select(self, chosen: ArrayLike) -> ResonanceTable:
        """The lines a mask or index array chooses, in that order."""
        names = [*LINE_FIELDS, *(f"{name}_sd" for name in LINE_FIELDS), "fid_index"]
        return replace(self, **{name: getattr(self, name)[np.asarray(chosen)] for name in names})

    def of_fid(self, index: int) -> ResonanceTable:
        """The lines of FID number ``index`` of an array, numbered as those of a single FID."""
        table = self.select(self.fid_index == index)
        per_fid = {name: getattr(self, name)[index : index + 1] for name in _PER_FID if getattr(self, name) is not None}
        return replace(table, fid_index=np.zeros(len(table), int), **per_fid)

    def columns(self) -> dict[str, NDArray[Any]]:
        """All columns by name, in the order in which they are written: fid_index, shift, the eight fields."""
        columns: dict[str, NDArray[Any]] = {"fid_index": self.fid_index}
        if self.shift_ppm is not None and self.shift_ppm_sd is not None:
            columns |= {"shift_ppm": self.shift_ppm, "shift_ppm_sd": self.shift_ppm_sd}
        for name in LINE_FIELDS:
            columns |= {name: getattr(self, name), f"{name}_sd": getattr(self, f"{name}_sd")}
        return columns

    def to_records(self) -> list[dict[str, Any]]:
        """One dictionary per line, NaN as None: what ``to_json`` writes."""
        columns = {
            name: [None if isinstance(v, float) and not math.isfinite(v) else v for v in values.tolist()]
            for name, values in self.columns().items()
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_frame(self) -> pandas.DataFrame:
        """The table as a pandas DataFrame, one row per line."""
        import pandas

        return pandas.DataFrame(self.columns())

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The table as CSV text with a header line; also written to ``path`` where given (all or nothing).

        Examples
        --------
        >>> print(ResonanceTable([1.5], [0.5], [2.0], [0.0]).to_csv().splitlines()[0])
        fid_index,frequency_hz,frequency_hz_sd,fwhm_hz,fwhm_hz_sd,amplitude,amplitude_sd,phase_rad,phase_rad_sd
        """
        columns = self.columns()
        text = io.StringIO()
        text.write(",".join(columns) + "\n")
        for row in zip(*(values.tolist() for values in columns.values()), strict=True):
            text.write(",".join("" if v != v else repr(v) for v in row) + "\n")
        return write_text(text.getvalue(), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The table as a JSON list of lines, NaN as null; also written to ``path`` where given (all or nothing)."""
        return write_text(json.dumps(self.to_records(), indent=2) + "\n", path)

    def __str__(self) -> str:
        """A short text table, value +- standard deviation."""
        head = f"{'FID':>4} {'frequency / Hz':>24} {'FWHM / Hz':>20} {'amplitude':>24} {'phase / rad':>18}"
        if self.shift_ppm is not None:
            head = f"{head} {'shift / ppm':>12}"
        rows = [head]
        for i in range(len(self)):
            row = f"{self.fid_index[i]:>4}"
            for name, width, digits in zip(LINE_FIELDS, (24, 20, 24, 18), (3, 3, 4, 3), strict=True):
                value, deviation = getattr(self, name)[i], getattr(self, f"{name}_sd")[i]
                row += f" {f'{value:.{digits}f} ± {deviation:.{digits}f}':>{width}}"
            if self.shift_ppm is not None:
                row += f" {self.shift_ppm[i]:>12.4f}"
            rows.append(row)
        return "\n".join(rows) if len(self) else "no resonances"
