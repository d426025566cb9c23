"""The free induction decay: what a spectrometer hands out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .arrays import ArrayAxis, positive, read_only

__all__ = ["FID"]


@dataclass(frozen=True, eq=False)
class FID:
    """A free induction decay, or an array of them, sampled in quadrature.

    The first sample is t = 0: digital-filter group delay and dead time have been removed. A positive frequency
    lies toward higher ppm.

    Parameters
    ----------
    samples : array_like of complex, shape (n_points,) or (n_fids, n_points)
        The decay(s). Copied and made read-only; complex64 stays complex64, everything else becomes complex128.
    dwell_s : float
        Time between two complex samples, in seconds.
    spectrometer_mhz : float, optional
        Larmor frequency of the nucleus in MHz, of the line at 0 ppm where the reference is known. None where unknown.
    carrier_ppm : float, optional
        Chemical shift of the carrier, in ppm. None where unknown.
    nucleus : str, optional
        The nucleus as mass number and symbol, e.g. ``"1H"``, ``"31P"``.
    axis : ArrayAxis, optional
        What changes along an array of FIDs; needs one value per FID.

    Raises
    ------
    ValueError
        If a value breaks a rule; the message names the argument, the rule and the value.

    Examples
    --------
    >>> import numpy as np
    >>> fid = FID(np.exp(-np.arange(8) / 4), dwell_s=1e-3, spectrometer_mhz=60.0)
    >>> fid.n_points, fid.acquisition_s, fid.n_fids
    (8, 0.008, 1)
    """

    samples: NDArray[np.complexfloating]
    dwell_s: float
    spectrometer_mhz: float | None = field(default=None, kw_only=True)
    carrier_ppm: float | None = field(default=None, kw_only=True)
    nucleus: str | None = field(default=None, kw_only=True)
    axis: ArrayAxis | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        dtype = np.complex64 if getattr(self.samples, "dtype", None) == np.complex64 else np.complex128
        samples = read_only(self.samples, "samples", dtype=dtype, ndim=(1, 2))
        if samples.shape[-1] < 2 or samples.shape[0] < 1:
            raise ValueError(f"samples must hold at least 2 points, got shape {samples.shape}")
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "dwell_s", positive(self.dwell_s, "dwell_s", "s"))
        if self.spectrometer_mhz is not None:
            object.__setattr__(self, "spectrometer_mhz", positive(self.spectrometer_mhz, "spectrometer_mhz", "MHz"))
        if self.carrier_ppm is not None:
            if not np.isfinite(self.carrier_ppm):
                raise ValueError(f"carrier_ppm must be finite, got {self.carrier_ppm!r}")
            object.__setattr__(self, "carrier_ppm", float(self.carrier_ppm))
        if self.axis is not None and self.axis.values.shape != samples.shape[:-1]:
            raise ValueError(
                f"axis must have one value per FID: samples have shape {samples.shape}, "
                f"axis has {self.axis.values.shape[0]} values"
            )

    @property
    def n_points(self) -> int:
        """Number of complex samples of one FID."""
        return int(self.samples.shape[-1])

    @property
    def n_fids(self) -> int:
        """Number of FIDs: 1 for a single one."""
        return 1 if self.samples.ndim == 1 else int(self.samples.shape[0])

    @property
    def is_array(self) -> bool:
        """True for an array of FIDs, even of a single one."""
        return self.samples.ndim == 2

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Sampling times from 0, in seconds, shape (n_points,)."""
        return np.arange(self.n_points, dtype=np.float64) * self.dwell_s

    @property
    def acquisition_s(self) -> float:
        """Acquisition time, number of points times dwell time, in seconds."""
        return self.n_points * self.dwell_s

    @property
    def bandwidth_hz(self) -> float:
        """Spectral width 1 / dwell time, in Hz."""
        return 1.0 / self.dwell_s

    @property
    def bin_hz(self) -> float:
        """Width of one bin of the DFT without zero filling, 1 / acquisition time, in Hz."""
        return 1.0 / self.acquisition_s

    def __len__(self) -> int:
        return self.n_fids

    def __getitem__(self, index: int) -> FID:
        """One FID of an array as a single FID (its axis value is dropped)."""
        if not self.is_array:
            raise ValueError(f"only an array of FIDs can be indexed, samples have shape {self.samples.shape}")
        return replace(self, samples=self.samples[index], axis=None)

    def with_samples(self, samples: NDArray[np.complexfloating]) -> FID:
        """The same experiment with other samples; the axis stays where the number of FIDs does."""
        samples = np.asarray(samples)
        keep = self.axis is not None and samples.shape[:-1] == self.axis.values.shape
        return replace(self, samples=samples, axis=self.axis if keep else None)

    def mean(self) -> FID:
        """Mean over the FIDs of an array, as a single FID."""
        return self if not self.is_array else replace(self, samples=self.samples.mean(axis=0), axis=None)
