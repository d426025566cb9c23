"""How good is an image? NMSE, PSNR and SSIM exactly as fastMRI defines them, and the same inside the object only.

Magnitudes are compared. A score has one definition here: the same network scores 5 dB more or less by another one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import ArrayLike, NDArray

from ..installation import import_extra

__all__ = ["ImageScore", "foreground", "nmse", "psnr", "score_image", "ssim"]

#: part of the maximum above which a pixel belongs to the object
_FOREGROUND = 0.1


@dataclass(frozen=True)
class ImageScore:
    """Scores of one image, or of a volume of slices.

    Parameters
    ----------
    nmse : float
        ``|x - y|² / |x|²``; 0 is perfect.
    psnr : float
        In dB; the peak is the maximum of the volume.
    ssim : float
        Structural similarity, mean over slices; 1 is perfect.
    masked_psnr, masked_ssim : float
        The same over the pixels of the object alone. Background noise that a method leaves or removes does not count.
    """

    nmse: float
    psnr: float
    ssim: float
    masked_psnr: float
    masked_ssim: float


def score_image(target: ArrayLike, image: ArrayLike) -> ImageScore:
    """All scores of a reconstruction.

    Parameters
    ----------
    target : array_like, shape (ny, nx) or (n_slices, ny, nx)
        The truth; magnitudes are taken.
    image : array_like, shape as target
        The reconstruction; magnitudes are taken.

    Returns
    -------
    ImageScore
        Over the whole volume.

    Raises
    ------
    ValueError
        If the shapes differ, a value is not finite, or the target is zero everywhere.

    Examples
    --------
    >>> import numpy as np
    >>> truth = np.outer(np.hanning(32), np.hanning(32))
    >>> perfect = score_image(truth, truth)
    >>> perfect.nmse, perfect.ssim, perfect.psnr
    (0.0, 1.0, inf)
    """
    x, y = _volumes(target, image)
    mask = np.stack([foreground(plane) for plane in x])
    similarity, maps = _similarity(x, y)
    inside = [one[where].mean() for one, where in zip(maps, mask, strict=True) if where.any()]
    return ImageScore(
        nmse=nmse(x, y),
        psnr=psnr(x, y),
        ssim=similarity,
        masked_psnr=_decibel(float(x.max()), float(np.mean((x - y)[mask] ** 2))),
        masked_ssim=float(np.mean(inside)),
    )


def nmse(target: ArrayLike, image: ArrayLike) -> float:
    """Normalised mean squared error over the volume, ``|x - y|² / |x|²`` of magnitudes."""
    x, y = _volumes(target, image)
    return float(np.sum((x - y) ** 2) / np.sum(x**2))


def psnr(target: ArrayLike, image: ArrayLike) -> float:
    """Peak signal-to-noise ratio in dB, ``10 log10(max² / mean (x - y)²)`` with the maximum of the volume."""
    x, y = _volumes(target, image)
    return _decibel(float(x.max()), float(np.mean((x - y) ** 2)))


def ssim(target: ArrayLike, image: ArrayLike) -> float:
    """Structural similarity: scikit-image's with its defaults, range the maximum of the volume, mean over slices.

    References
    ----------
    Z. Wang et al., Image quality assessment: from error visibility to structural similarity, IEEE Trans. Image
    Process. 13, 600 (2004).
    """
    return _similarity(*_volumes(target, image))[0]


def foreground(target: ArrayLike) -> NDArray[np.bool_]:
    """The object in a slice: pixels above a tenth of the slice's maximum, holes filled; shape (ny, nx).

    Raises
    ------
    ValueError
        If the target is not one slice.
    """
    magnitude = np.abs(np.asarray(target))
    if magnitude.ndim != 2:
        raise ValueError(f"target must be one slice (ny, nx), got shape {magnitude.shape}")
    filled: NDArray[np.bool_] = scipy.ndimage.binary_fill_holes(magnitude > _FOREGROUND * magnitude.max())
    return filled


def _volumes(target: ArrayLike, image: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Magnitudes of both as volumes of slices."""
    x, y = (np.abs(np.asarray(values)).astype(np.float64) for values in (target, image))
    if x.shape != y.shape or x.ndim not in (2, 3):
        raise ValueError(
            f"target and image must have the same shape (ny, nx) or (n, ny, nx), got {x.shape} and {y.shape}"
        )
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("target and image must be finite, got NaN or infinity")
    if not x.max(initial=0.0) > 0:
        raise ValueError("target must not be zero everywhere")
    return x.reshape(-1, *x.shape[-2:]), y.reshape(-1, *y.shape[-2:])


def _similarity(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, list[NDArray[np.float64]]]:
    """Mean SSIM over slices as fastMRI takes it, and the map of each slice."""
    metrics = import_extra("skimage.metrics", extra="imaging")
    pairs = [
        metrics.structural_similarity(one, other, data_range=x.max(), full=True)
        for one, other in zip(x, y, strict=True)
    ]
    return float(np.mean([mean for mean, _ in pairs])), [full for _, full in pairs]


def _decibel(peak: float, mean_square: float) -> float:
    """A ratio of powers in dB."""
    return float("inf") if mean_square == 0 else float(10 * np.log10(peak**2 / mean_square))
