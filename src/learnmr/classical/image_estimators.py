"""Images from undersampled k-space without learning: zero-filled, SENSE, total variation, wavelets.

Each takes a :class:`~learnmr.KSpace` and gives an :class:`~learnmr.Image`. Coil maps, where there are several coils,
are estimated from the sampled centre (:func:`estimate_coil_maps`), never from the full data. Solvers are sigpy's; the
weight of a penalty is stated relative to the image, so that one value does for every scaling of the data.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from ..installation import import_extra
from ..physics.imaging import from_kspace, to_kspace
from ..signals import Image, KSpace

__all__ = [
    "centre_columns",
    "estimate_coil_maps",
    "sense",
    "total_variation",
    "wavelet",
    "zero_filled",
]


def zero_filled(kspace: KSpace, *, maps: NDArray[np.complexfloating] | None = None) -> Image:
    """The inverse transform of what was measured, zeros elsewhere; coils combined with their maps.

    Parameters
    ----------
    kspace : KSpace
        What was measured.
    maps : numpy.ndarray of complex, shape (n_coils, ny, nx), optional
        Coil maps. None: estimated from the centre.

    Returns
    -------
    Image
        Complex.

    Raises
    ------
    ValueError
        If the maps do not fit.
    """
    planes = from_kspace(kspace.samples)  # (n_coils, ny, nx)
    return Image(np.sum(np.conj(_maps(kspace, maps)) * planes, axis=0), fov_mm=kspace.fov_mm)


def sense(
    kspace: KSpace,
    *,
    maps: NDArray[np.complexfloating] | None = None,
    weight: float = 0.01,
    n_iterations: int = 20,
) -> Image:
    """Least squares with the coil maps, by conjugate gradients (Pruessmann's iterative SENSE).

    Minimises ``|M F S x - y|² + weight |x|²``; the operator has norm at most one, so the weight needs no scale.

    Parameters
    ----------
    kspace : KSpace
        What was measured.
    maps : numpy.ndarray of complex, shape (n_coils, ny, nx), optional
        Coil maps. None: estimated from the centre.
    weight : float
        Of the penalty, >= 0.
    n_iterations : int
        Steps of conjugate gradients.

    Returns
    -------
    Image
        Complex.

    Raises
    ------
    ValueError
        If the weight is negative, there is no step, or the maps do not fit.

    References
    ----------
    K. P. Pruessmann et al., Advances in sensitivity encoding with arbitrary k-space trajectories, Magn. Reson. Med.
    46, 638 (2001).
    """
    if not weight >= 0:
        raise ValueError(f"weight must be >= 0, got {weight!r}")
    if not n_iterations >= 1:
        raise ValueError(f"n_iterations must be >= 1, got {n_iterations!r}")
    sensitivities, measured = _maps(kspace, maps), kspace.measured

    def normal(image: NDArray[np.complexfloating]) -> NDArray[np.complexfloating]:
        planes = from_kspace(measured * to_kspace(sensitivities * image))
        return np.sum(np.conj(sensitivities) * planes, axis=0) + weight * image

    wanted = np.sum(np.conj(sensitivities) * from_kspace(kspace.samples), axis=0)
    image = np.zeros_like(wanted)
    residual = wanted.copy()
    direction = residual.copy()
    power = np.vdot(residual, residual).real
    for _ in range(n_iterations):
        if power <= 1e-20 * np.vdot(wanted, wanted).real:
            break
        ahead = normal(direction)
        step = power / np.vdot(direction, ahead).real
        image = image + step * direction
        residual = residual - step * ahead
        power, before = np.vdot(residual, residual).real, power
        direction = residual + power / before * direction
    return Image(image, fov_mm=kspace.fov_mm)


def total_variation(
    kspace: KSpace,
    *,
    maps: NDArray[np.complexfloating] | None = None,
    weight: float = 0.01,
    n_iterations: int = 100,
) -> Image:
    """Least squares with a penalty on jumps between neighbours (sigpy's ``TotalVariationRecon``).

    Parameters
    ----------
    kspace, maps
        As in :func:`sense`.
    weight : float
        Of the penalty, relative to the largest magnitude of the zero-filled image.
    n_iterations : int
        Iterations of the primal-dual solver.

    Returns
    -------
    Image
        Complex.

    Raises
    ------
    ValueError
        As in :func:`sense`, and where k-space is zero everywhere.
    MissingExtraError
        If sigpy is not installed.
    """
    return _sparse("TotalVariationRecon", kspace, maps, weight, n_iterations)


def wavelet(
    kspace: KSpace,
    *,
    maps: NDArray[np.complexfloating] | None = None,
    weight: float = 0.005,
    n_iterations: int = 60,
) -> Image:
    """Least squares with a penalty on wavelet coefficients, compressed sensing (sigpy's ``L1WaveletRecon``).

    Parameters
    ----------
    kspace, maps, weight, n_iterations
        As in :func:`total_variation`.

    Returns
    -------
    Image
        Complex.

    Raises
    ------
    ValueError, MissingExtraError
        As in :func:`total_variation`.

    References
    ----------
    M. Lustig, D. Donoho, J. M. Pauly, Sparse MRI, Magn. Reson. Med. 58, 1182 (2007).
    """
    return _sparse("L1WaveletRecon", kspace, maps, weight, n_iterations)


def estimate_coil_maps(kspace: KSpace, *, smoothing: float = 0.0) -> NDArray[np.complexfloating]:
    """Coil maps from the fully sampled centre of k-space alone.

    Low-resolution images of the coils, by a Hann window over the centre, divided by their joint root sum of squares,
    with the phase of their sum over coils (weighted by the first singular vector) as reference.

    Parameters
    ----------
    kspace : KSpace
        What was measured.
    smoothing : float
        Standard deviation in pixels of an additional Gaussian smoothing of the maps.

    Returns
    -------
    numpy.ndarray of complex, shape (n_coils, ny, nx)
        Sum over coils of ``|map|²`` is one where there is signal; ones for a single coil.

    Raises
    ------
    ValueError
        If the centre column was not measured.
    """
    n_coils, ny, nx = kspace.samples.shape
    if n_coils == 1:
        return np.ones((1, ny, nx), dtype=kspace.samples.dtype)
    columns = centre_columns(kspace)
    window = np.zeros(nx)
    window[columns] = np.hanning(columns.stop - columns.start + 2)[1:-1]
    rows = np.zeros(ny)
    n_rows = min(ny, columns.stop - columns.start)
    first = (ny - n_rows + 1) // 2
    rows[first : first + n_rows] = np.hanning(n_rows + 2)[1:-1]
    planes = from_kspace(kspace.samples * rows[:, None] * window)  # (n_coils, ny, nx), low resolution
    vectors, *_ = np.linalg.svd(planes.reshape(n_coils, -1), full_matrices=False)
    reference = np.tensordot(np.conj(vectors[:, 0]), planes, axes=1)
    planes = planes * np.exp(-1j * np.angle(reference))
    if smoothing:
        planes = scipy.ndimage.gaussian_filter(planes, (0, smoothing, smoothing))
    power = np.sqrt(np.sum(np.abs(planes) ** 2, axis=0))
    maps = planes / np.maximum(power, 1e-6 * power.max())
    return maps.astype(kspace.samples.dtype)


def centre_columns(kspace: KSpace) -> slice:
    """The columns around the centre that were measured without a gap.

    Raises
    ------
    ValueError
        If the centre column itself was not measured.
    """
    measured, middle = kspace.measured, kspace.shape[1] // 2
    if not measured[middle]:
        raise ValueError(f"mask must have its centre column {middle} measured: coil maps are estimated there")
    first = last = middle
    while first > 0 and measured[first - 1]:
        first -= 1
    while last < measured.size - 1 and measured[last + 1]:
        last += 1
    return slice(first, last + 1)


def _maps(kspace: KSpace, maps: NDArray[np.complexfloating] | None) -> NDArray[np.complexfloating]:
    """Maps that fit, estimated where none are given."""
    if maps is None:
        return estimate_coil_maps(kspace)
    given = np.asarray(maps)
    if given.shape != kspace.samples.shape:
        raise ValueError(f"maps must have shape {kspace.samples.shape}, got {given.shape}")
    return given


def _sparse(
    app: str, kspace: KSpace, maps: NDArray[np.complexfloating] | None, weight: float, n_iterations: int
) -> Image:
    """One of sigpy's reconstructions, with data and weight on the scale of the image."""
    if not weight > 0:
        raise ValueError(f"weight must be > 0, got {weight!r}")
    if not n_iterations >= 1:
        raise ValueError(f"n_iterations must be >= 1, got {n_iterations!r}")
    sensitivities = _maps(kspace, maps)
    scale = float(np.abs(zero_filled(kspace, maps=sensitivities).values).max())
    if not scale > 0:
        raise ValueError("kspace must hold a signal, got zeros everywhere")
    applications = import_extra("sigpy.mri.app", extra="imaging")
    weights = np.broadcast_to(kspace.measured.astype(np.float32), kspace.samples.shape)
    random_state = np.random.get_state()  # noqa: NPY002  # sigpy draws the start of its power iteration from it
    np.random.seed(0)  # noqa: NPY002
    try:
        image = _solve(getattr(applications, app), kspace, sensitivities, weight, weights, scale, n_iterations)
    finally:
        np.random.set_state(random_state)  # noqa: NPY002
    return Image(image, fov_mm=kspace.fov_mm)


def _solve(
    application: Any,
    kspace: KSpace,
    sensitivities: NDArray[np.complexfloating],
    weight: float,
    weights: NDArray[np.float32],
    scale: float,
    n_iterations: int,
) -> NDArray[np.complexfloating]:
    """Run an application of sigpy on data of unit scale."""
    solver = application(
        (kspace.samples / scale).astype(np.complex64),
        sensitivities.astype(np.complex64),
        weight,
        weights=weights,
        max_iter=int(n_iterations),
        show_pbar=False,
    )
    return np.asarray(solver.run(), dtype=np.complex64) * np.float32(scale)
