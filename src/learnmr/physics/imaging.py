"""From image to k-space and back: the centred orthonormal Fourier pair, undersampling, coils, phase and noise.

Convention: the centre stands at index ``n // 2`` in image and k-space; the transform keeps the norm (Parseval without
a factor); it acts on the last two axes. Noise is stated per channel, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..signals import Image, KSpace

__all__ = [
    "MASKS",
    "add_noise",
    "coil_maps",
    "equispaced_mask",
    "from_kspace",
    "random_mask",
    "sampling_mask",
    "simulate_kspace",
    "smooth_phase",
    "to_kspace",
    "undersample",
]

_AXES = (-2, -1)


def to_kspace(image: ArrayLike) -> NDArray[np.complexfloating]:
    """Centred orthonormal 2D Fourier transform.

    Parameters
    ----------
    image : array_like, shape (..., ny, nx)
        Image(s), centre at index n // 2.

    Returns
    -------
    numpy.ndarray of complex, shape (..., ny, nx)
        k-space, centre at index n // 2; its norm is that of the image.

    Examples
    --------
    >>> import numpy as np
    >>> plane = np.arange(12.0).reshape(3, 4)
    >>> bool(np.allclose(from_kspace(to_kspace(plane)), plane))
    True
    """
    shifted = np.fft.ifftshift(image, axes=_AXES)
    return np.fft.fftshift(np.fft.fft2(shifted, axes=_AXES, norm="ortho"), axes=_AXES)


def from_kspace(samples: ArrayLike) -> NDArray[np.complexfloating]:
    """The way back: centred orthonormal inverse 2D Fourier transform, shape (..., ny, nx) to (..., ny, nx)."""
    shifted = np.fft.ifftshift(samples, axes=_AXES)
    return np.fft.fftshift(np.fft.ifft2(shifted, axes=_AXES, norm="ortho"), axes=_AXES)


def random_mask(
    n_columns: int, acceleration: float = 4.0, *, centre_fraction: float = 0.08, seed: int | np.random.Generator
) -> NDArray[np.bool_]:
    """The random mask of fastMRI: a full centre, every other column with the same probability.

    Parameters
    ----------
    n_columns : int
        Phase encodings, N.
    acceleration : float
        Nominal acceleration R; the true one is a matter of chance, see :attr:`~learnmr.KSpace.acceleration`.
    centre_fraction : float
        Part c of the columns that are always measured, ``n_low = round(N c)`` of them from ``(N - n_low + 1) // 2``.
    seed : int or numpy.random.Generator
        Decides the draw.

    Returns
    -------
    numpy.ndarray of bool, shape (n_columns,)
        Columns outside the centre are kept with ``p = (N / R - n_low) / (N - n_low)``.

    Raises
    ------
    ValueError
        If the centre alone is more than N / R columns, or an argument is out of its range.

    References
    ----------
    J. Zbontar et al., fastMRI: an open dataset and benchmarks for accelerated MRI, arXiv:1811.08839 (2018).

    Examples
    --------
    >>> mask = random_mask(320, 4.0, centre_fraction=0.08, seed=1)
    >>> bool(mask[147:173].all()), mask.shape
    (True, (320,))
    """
    mask, n_low = _centre(n_columns, acceleration, centre_fraction)
    probability = (n_columns / acceleration - n_low) / (n_columns - n_low)
    return mask | (np.random.default_rng(seed).uniform(size=n_columns) < probability)


def equispaced_mask(
    n_columns: int, acceleration: float = 4.0, *, centre_fraction: float = 0.08, seed: int | np.random.Generator
) -> NDArray[np.bool_]:
    """A full centre and equally spaced columns, spaced so that 1 / R of all are measured; the seed draws the offset.

    Parameters
    ----------
    n_columns, acceleration, centre_fraction, seed
        As in :func:`random_mask`.

    Returns
    -------
    numpy.ndarray of bool, shape (n_columns,)
        Spacing ``R (n_low - N) / (n_low R - N)``, not a whole number in general: places are rounded.

    Raises
    ------
    ValueError
        As in :func:`random_mask`.
    """
    mask, n_low = _centre(n_columns, acceleration, centre_fraction)
    if n_columns / acceleration == n_low:
        return mask
    spacing = acceleration * (n_low - n_columns) / (n_low * acceleration - n_columns)
    offset = int(np.random.default_rng(seed).integers(0, max(1, round(spacing))))
    places = np.around(np.arange(offset, n_columns - 1, spacing)).astype(int)
    mask[places] = True
    return mask


#: kind of mask -> the function that draws it
MASKS: dict[str, Callable[..., NDArray[np.bool_]]] = {"random": random_mask, "equispaced": equispaced_mask}


def sampling_mask(
    n_columns: int,
    acceleration: float = 4.0,
    *,
    kind: str = "random",
    centre_fraction: float | None = None,
    seed: int | np.random.Generator,
) -> NDArray[np.bool_]:
    """A mask of a named kind, with fastMRI's centre fraction for the acceleration (0.32 / R: 8 % at 4, 4 % at 8).

    Raises
    ------
    ValueError
        If the kind is unknown; else as in :func:`random_mask`.
    """
    if kind not in MASKS:
        raise ValueError(f"kind must be one of {', '.join(MASKS)}, got {kind!r}")
    fraction = 0.32 / acceleration if centre_fraction is None else centre_fraction
    return MASKS[kind](n_columns, acceleration, centre_fraction=fraction, seed=seed)


def _centre(n_columns: int, acceleration: float, centre_fraction: float) -> tuple[NDArray[np.bool_], int]:
    """A mask of the centre columns alone, and how many they are."""
    if not n_columns >= 2:
        raise ValueError(f"n_columns must be >= 2, got {n_columns!r}")
    if not acceleration >= 1:
        raise ValueError(f"acceleration must be >= 1, got {acceleration!r}")
    if not 0 < centre_fraction < 1:
        raise ValueError(f"centre_fraction must be > 0 and < 1, got {centre_fraction!r}")
    n_low = round(n_columns * centre_fraction)
    if not 1 <= n_low <= n_columns / acceleration:
        raise ValueError(
            f"centre_fraction must leave 1 to {n_columns / acceleration:g} of {n_columns} columns at acceleration "
            f"{acceleration:g}, got {n_low} columns of {centre_fraction!r}"
        )
    mask = np.zeros(n_columns, dtype=bool)
    first = (n_columns - n_low + 1) // 2
    mask[first : first + n_low] = True
    return mask, n_low


def undersample(kspace: KSpace, mask: ArrayLike) -> KSpace:
    """The k-space of a shorter scan: only the columns of the mask are kept.

    Parameters
    ----------
    kspace : KSpace
        What was measured.
    mask : array_like of bool, shape (nx,)
        Columns to keep.

    Returns
    -------
    KSpace
        Zeros elsewhere; the mask is that of columns that were measured *and* are kept.

    Raises
    ------
    ValueError
        If the mask does not fit, or no measured column is left.
    """
    given = np.asarray(mask, dtype=bool)
    if given.shape != kspace.measured.shape:
        raise ValueError(f"mask must have shape {kspace.measured.shape}, got {given.shape}")
    kept = kspace.measured & given
    return KSpace(kspace.samples * kept, kept, fov_mm=kspace.fov_mm)


def smooth_phase(
    shape: tuple[int, int], *, turns: float = 0.5, seed: int | np.random.Generator
) -> NDArray[np.complex128]:
    """A phase that varies slowly over the image, as an uneven field makes it.

    Parameters
    ----------
    shape : (int, int)
        (ny, nx).
    turns : float
        Largest deviation from the mean phase, in turns, that the polynomial can reach.
    seed : int or numpy.random.Generator
        Decides the draw.

    Returns
    -------
    numpy.ndarray of complex, shape (ny, nx)
        ``exp(i phase)`` of a random polynomial of second order.
    """
    generator = np.random.default_rng(seed)
    y, x = _coordinates(shape)
    terms = np.stack([x, y, x * y, x**2 - 1 / 3, y**2 - 1 / 3])  # (5, ny, nx)
    weights = generator.uniform(-1, 1, 5)
    field = np.tensordot(weights / np.sum(np.abs(weights)), terms, axes=1)
    return np.exp(2j * np.pi * (generator.uniform() + turns * field))


def coil_maps(
    n_coils: int, shape: tuple[int, int], *, width: float = 0.9, seed: int | np.random.Generator
) -> NDArray[np.complex128]:
    """Sensitivities of coils around the object: smooth, complex, of joint power one in every pixel.

    Parameters
    ----------
    n_coils : int
        Number of coils, at equal angles with a random turn.
    shape : (int, int)
        (ny, nx).
    width : float
        Standard deviation of the Gaussian sensitivity in units of half the image.
    seed : int or numpy.random.Generator
        Decides turn and phases.

    Returns
    -------
    numpy.ndarray of complex, shape (n_coils, ny, nx)
        ``sum over coils |map|² = 1``.

    Raises
    ------
    ValueError
        If there is no coil, or the width is not positive.
    """
    if not n_coils >= 1:
        raise ValueError(f"n_coils must be >= 1, got {n_coils!r}")
    if not width > 0:
        raise ValueError(f"width must be > 0, got {width!r}")
    generator = np.random.default_rng(seed)
    y, x = _coordinates(shape)
    angles = 2 * np.pi * (np.arange(n_coils) + generator.uniform()) / n_coils
    maps = np.stack(
        [
            np.exp(-((x - 1.1 * np.cos(a)) ** 2 + (y - 1.1 * np.sin(a)) ** 2) / (2 * width**2))
            * smooth_phase(shape, turns=0.3, seed=generator)
            for a in angles
        ]
    )  # (n_coils, ny, nx)
    return maps / np.sqrt(np.sum(np.abs(maps) ** 2, axis=0))


def add_noise(samples: ArrayLike, noise_sd: float, *, seed: int | np.random.Generator) -> NDArray[np.complexfloating]:
    """Complex white noise of standard deviation ``noise_sd`` per channel on top of samples of any shape.

    Raises
    ------
    ValueError
        If noise_sd is negative.
    """
    if not noise_sd >= 0:
        raise ValueError(f"noise_sd must be >= 0, got {noise_sd!r}")
    values = np.asarray(samples)
    draws = np.random.default_rng(seed).standard_normal((*values.shape, 2)) * noise_sd
    noisy = values + (draws[..., 0] + 1j * draws[..., 1])
    return noisy.astype(values.dtype if values.dtype == np.complex64 else np.complex128)


def simulate_kspace(
    image: Image,
    *,
    maps: ArrayLike | None = None,
    noise_sd: float = 0.0,
    mask: ArrayLike | None = None,
    seed: int | np.random.Generator | None = None,
) -> KSpace:
    """What a scanner would measure of an image.

    Parameters
    ----------
    image : Image
        The object, complex where it has a phase.
    maps : array_like of complex, shape (n_coils, ny, nx), optional
        Coil sensitivities. None: one coil that sees all alike.
    noise_sd : float
        Noise of one channel of one sample, in units of the image (the transform is orthonormal, so it is the noise of
        one channel of one pixel of the fully sampled image as well).
    mask : array_like of bool, shape (nx,), optional
        Columns that are measured. None: all.
    seed : int or numpy.random.Generator, optional
        Needed where there is noise.

    Returns
    -------
    KSpace
        Samples of every coil, zeros where nothing was measured.

    Raises
    ------
    ValueError
        If shapes do not fit, or noise has no seed.
    """
    sensitivities = np.ones((1, *image.shape)) if maps is None else np.asarray(maps)
    if sensitivities.ndim != 3 or sensitivities.shape[1:] != image.shape:
        ny, nx = image.shape
        raise ValueError(f"maps must have shape (n_coils, {ny}, {nx}), got {sensitivities.shape}")
    if noise_sd and seed is None:
        raise ValueError(f"seed must be given where noise_sd > 0, got noise_sd {noise_sd!r} and no seed")
    samples = to_kspace(sensitivities * image.values)  # (n_coils, ny, nx)
    if noise_sd:
        samples = add_noise(samples, noise_sd, seed=seed)  # type: ignore[arg-type]  # refused above where None
    full = KSpace(samples, fov_mm=image.fov_mm)
    return full if mask is None else undersample(full, mask)


def _coordinates(shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places y and x from -1 to 1, each of shape (ny, nx)."""
    ny, nx = shape
    y, x = np.meshgrid(np.linspace(-1, 1, ny), np.linspace(-1, 1, nx), indexing="ij")
    return y, x
