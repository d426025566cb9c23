"""Receiver noise, made; how large it is in a measured FID, :func:`learnmr.signals.noise_sd` tells.

``noise_sd`` is always the standard deviation of ONE channel (real or imaginary) of the samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["add_noise", "complex_noise"]


def complex_noise(
    shape: int | tuple[int, ...],
    *,
    noise_sd: float = 1.0,
    seed: int | np.random.Generator | None = None,
    dtype: Any = np.complex128,
) -> NDArray[np.complexfloating]:
    """White Gaussian noise of both quadrature channels, independent of each other.

    Parameters
    ----------
    shape : int or tuple of int
        Shape of the samples.
    noise_sd : float
        Standard deviation of one channel.
    seed : int or numpy.random.Generator, optional
        Makes the noise repeatable; a generator is advanced.
    dtype : dtype
        complex64 (twice as fast) or complex128.

    Returns
    -------
    numpy.ndarray of complex
        The noise; ``E|w|^2 = 2 noise_sd^2``.

    Raises
    ------
    ValueError
        If noise_sd is negative or not finite.

    Examples
    --------
    >>> w = complex_noise(100_000, noise_sd=0.5, seed=1)
    >>> round(float(w.real.std()), 2), round(float(w.imag.std()), 2)
    (0.5, 0.5)
    """
    _checked_noise_sd(noise_sd)
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    noise = np.zeros(shape, dtype)
    return add_noise(noise, noise_sd=noise_sd, seed=seed)


def add_noise(
    samples: NDArray[np.complexfloating], *, noise_sd: ArrayLike, seed: int | np.random.Generator | None = None
) -> NDArray[np.complexfloating]:
    """A copy of samples with white Gaussian noise on both channels.

    Parameters
    ----------
    samples : numpy.ndarray of complex, shape (..., n_points)
        Noiseless samples; not touched.
    noise_sd : float or array_like, shape (...)
        Standard deviation of one channel, for all or for each FID.
    seed : int or numpy.random.Generator, optional
        Makes the noise repeatable; a generator is advanced.

    Returns
    -------
    numpy.ndarray of complex, shape (..., n_points)
        In the type of the samples.

    Raises
    ------
    ValueError
        If a noise_sd is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> add_noise(np.ones(3, complex), noise_sd=0.0, seed=1)
    array([1.+0.j, 1.+0.j, 1.+0.j])
    """
    deviation = _checked_noise_sd(noise_sd)
    generator = np.random.default_rng(seed)
    noisy = np.array(samples)
    if not noisy.dtype.kind == "c":
        raise ValueError(f"samples must be complex, got type {noisy.dtype}")
    real_type: Any = noisy.real.dtype.type
    flat = noisy.reshape(-1, noisy.shape[-1])
    deviations = np.broadcast_to(deviation, noisy.shape[:-1]).reshape(-1).astype(real_type)
    # a few rows at a time keep the noise in the cache between its making and its adding
    rows = max(1, 2**15 // flat.shape[-1])
    for first in range(0, flat.shape[0], rows):
        block = flat[first : first + rows]
        noise = generator.standard_normal((block.shape[0], 2 * block.shape[1]), dtype=real_type)
        noise *= deviations[first : first + rows, None]
        block += noise.view(noisy.dtype)
    return noisy


def _checked_noise_sd(noise_sd: ArrayLike) -> NDArray[np.float64]:
    """The standard deviation(s) as an array, or an error."""
    deviation = np.asarray(noise_sd, dtype=float)
    if not np.all((deviation >= 0) & np.isfinite(deviation)):
        raise ValueError(f"noise_sd must be >= 0 and finite, got {noise_sd!r}")
    return deviation
