"""Why grey matter is grey: the signal of a tissue from its proton density and relaxation times, for two sequences.

Angles in degrees, times in milliseconds, as a scanner's console states them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["TISSUES_1_5T", "Tissue", "gradient_echo", "spin_echo", "weighted_image"]


@dataclass(frozen=True)
class Tissue:
    """What decides the brightness of a tissue.

    Parameters
    ----------
    proton_density : float
        Relative to water.
    t1_ms, t2_ms : float
        Relaxation times.

    Raises
    ------
    ValueError
        If a value is not positive, or T2 exceeds 2 T1.
    """

    proton_density: float
    t1_ms: float
    t2_ms: float

    def __post_init__(self) -> None:
        for name in ("proton_density", "t1_ms", "t2_ms"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be > 0, got {getattr(self, name)!r}")
        if self.t2_ms > 2 * self.t1_ms:
            raise ValueError(f"t2_ms must be <= 2 t1_ms, got {self.t2_ms!r} with t1_ms {self.t1_ms!r}")


#: at 1.5 T; T1, T2 and proton density as the BrainWeb phantom uses them: R. K.-S. Kwan, A. C. Evans, G. B. Pike,
#: IEEE Trans. Med. Imaging 18, 1085 (1999). Blood: G. J. Stanisz et al., Magn. Reson. Med. 54, 507 (2005).
TISSUES_1_5T: Mapping[str, Tissue] = {
    "cerebrospinal fluid": Tissue(1.0, 2569.0, 329.0),
    "grey matter": Tissue(0.86, 833.0, 83.0),
    "white matter": Tissue(0.77, 500.0, 70.0),
    "fat": Tissue(1.0, 350.0, 70.0),
    "muscle and skin": Tissue(1.0, 900.0, 47.0),
    "blood": Tissue(0.9, 1441.0, 290.0),
}


def spin_echo(tissue: Tissue, *, tr_ms: float, te_ms: float) -> float:
    """Signal of a spin echo, ``M0 (1 - exp(-TR/T1)) exp(-TE/T2)``, for TE much shorter than TR.

    Raises
    ------
    ValueError
        If not ``0 <= te_ms < tr_ms``.

    Examples
    --------
    >>> white, grey = TISSUES_1_5T["white matter"], TISSUES_1_5T["grey matter"]
    >>> spin_echo(white, tr_ms=500, te_ms=15) > spin_echo(grey, tr_ms=500, te_ms=15)  # T1 weighting
    True
    >>> spin_echo(white, tr_ms=4000, te_ms=100) < spin_echo(grey, tr_ms=4000, te_ms=100)  # T2 weighting
    True
    """
    _check_times(tr_ms, te_ms)
    recovered = -np.expm1(-tr_ms / tissue.t1_ms)
    return float(tissue.proton_density * recovered * np.exp(-te_ms / tissue.t2_ms))


def gradient_echo(
    tissue: Tissue, *, tr_ms: float, te_ms: float, flip_degrees: float, t2_star_ms: float | None = None
) -> float:
    """Signal of a spoiled gradient echo in the steady state (Ernst).

    ``M0 sin a (1 - E1) / (1 - E1 cos a) exp(-TE/T2*)`` with ``E1 = exp(-TR/T1)``.

    Parameters
    ----------
    tissue : Tissue
        The tissue.
    tr_ms, te_ms : float
        Repetition and echo time.
    flip_degrees : float
        Flip angle.
    t2_star_ms : float, optional
        Decay time of the echo. None: T2, as in a perfect field.

    Returns
    -------
    float
        Signal relative to fully relaxed water.

    Raises
    ------
    ValueError
        If not ``0 <= te_ms < tr_ms``, or the flip angle is not from 0 to 180 degrees.

    Examples
    --------
    >>> tissue = Tissue(1.0, 800.0, 80.0)
    >>> ernst = np.degrees(np.arccos(np.exp(-10.0 / 800.0)))
    >>> best = gradient_echo(tissue, tr_ms=10, te_ms=0, flip_degrees=ernst)
    >>> all(best > gradient_echo(tissue, tr_ms=10, te_ms=0, flip_degrees=ernst + d) for d in (-1, 1))
    True
    """
    _check_times(tr_ms, te_ms)
    if not 0 <= flip_degrees <= 180:
        raise ValueError(f"flip_degrees must be from 0 to 180, got {flip_degrees!r}")
    flip, kept = np.radians(flip_degrees), np.exp(-tr_ms / tissue.t1_ms)
    steady = np.sin(flip) * (1 - kept) / (1 - kept * np.cos(flip))
    return float(tissue.proton_density * steady * np.exp(-te_ms / (t2_star_ms or tissue.t2_ms)))


def weighted_image(fractions: ArrayLike, signals: ArrayLike) -> NDArray[np.float64]:
    """An image from maps of tissue fractions: each pixel is the mean signal of what is in it.

    Parameters
    ----------
    fractions : array_like, shape (..., n_tissues)
        Part of each tissue in every pixel, 0 to 1.
    signals : array_like, shape (n_tissues,)
        Signal of each tissue, from :func:`spin_echo` or :func:`gradient_echo`.

    Returns
    -------
    numpy.ndarray, shape (...)
        The image.

    Raises
    ------
    ValueError
        If the numbers of tissues differ.
    """
    parts, values = np.asarray(fractions, dtype=np.float64), np.asarray(signals, dtype=np.float64)
    if values.ndim != 1 or parts.shape[-1:] != values.shape:
        raise ValueError(f"signals must be one value for each of {parts.shape[-1]} tissues, got shape {values.shape}")
    return parts @ values


def _check_times(tr_ms: float, te_ms: float) -> None:
    """An echo comes after its pulse and before the next one."""
    if not 0 <= te_ms < tr_ms:
        raise ValueError(f"te_ms must be >= 0 and < tr_ms, got te_ms {te_ms!r} and tr_ms {tr_ms!r}")
