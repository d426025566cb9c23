"""Inner products of damped exponentials with each other and with samples, by blocks.

With ``n = block * c + r`` the power ``exp(z n)`` is a product of a coarse and a fine one. A sum over n points then
needs only ``2 sqrt(n)`` exponentials, and what remains to be done with the samples is one matrix product: this is what
makes Gauss-Newton on whole FIDs cheap. Times are counted in points here, rates are per point.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..physics.bounds import geometric_sums

__all__ = ["exponential_sums", "line_rates", "projections"]


def line_rates(
    frequency_hz: NDArray[np.float64], fwhm_hz: NDArray[np.float64], dwell_s: float
) -> NDArray[np.complex128]:
    """Complex rate per point, ``(2 pi i f - pi fwhm) dwell``: a line is ``A exp(i phi) exp(rate n)``."""
    return np.asarray((2j * math.pi * frequency_hz - math.pi * fwhm_hz) * dwell_s, dtype=np.complex128)


def exponential_sums(rates: NDArray[Any], n_points: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The sums ``S_k = sum_n n^k exp(rate n)`` for k = 0, 1, 2 and n = 0 ... n_points - 1.

    Parameters
    ----------
    rates : numpy.ndarray of float or complex, any shape
        Rates per point, real part <= 0. Real rates (energies of lines) are summed in real numbers.
    n_points : int
        Number of points.

    Returns
    -------
    tuple of 3 numpy.ndarray
        Each in the shape and type of rates.

    Notes
    -----
    Closed forms of the geometric sums lose their digits where ``exp(rate)`` is near 1; there the sums are taken by
    blocks, which lose none.

    Examples
    --------
    >>> import numpy as np
    >>> [complex(s) for s in exponential_sums(np.array(0j), 5)]
    [(5+0j), (10+0j), (30+0j)]
    """
    shape = np.shape(rates)
    rates = np.atleast_1d(rates)
    s0, s1, s2 = geometric_sums(rates, n_points)
    near = np.abs(np.expm1(rates)) * n_points < 10
    if near.any():
        s0[near], s1[near], s2[near] = _sums_by_blocks(rates[near], n_points)
    return s0.reshape(shape), s1.reshape(shape), s2.reshape(shape)


def _sums_by_blocks(rates: NDArray[Any], n_points: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The same sums for rates of shape (n_rates,), from 2 sqrt(n_points) exponentials each."""
    block = _block(n_points)
    n_blocks, n_rest = divmod(n_points, block)
    r = np.arange(block)
    fine = np.exp(rates[:, None] * r)  # (..., block)
    moments = np.stack([np.ones(block), r, r**2], axis=-1)
    f0, f1, f2 = np.moveaxis(fine @ moments, -1, 0)
    c = np.arange(n_blocks)
    coarse = np.exp(rates[:, None] * (block * c))  # (..., n_blocks)
    c0, c1, c2 = np.moveaxis(coarse @ np.stack([np.ones(n_blocks), block * c, (block * c) ** 2], axis=-1), -1, 0)
    s0, s1, s2 = f0 * c0, f0 * c1 + f1 * c0, f0 * c2 + 2 * f1 * c1 + f2 * c0
    if n_rest:
        first = block * n_blocks
        g0, g1, g2 = np.moveaxis(fine[..., :n_rest] @ moments[:n_rest], -1, 0)
        last = np.exp(rates * first)
        s0 = s0 + last * g0
        s1 = s1 + last * (first * g0 + g1)
        s2 = s2 + last * (first**2 * g0 + 2 * first * g1 + g2)
    return s0, s1, s2


def projections(
    samples: NDArray[np.complexfloating], rates: NDArray[np.complexfloating]
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The sums ``sum_n conj(exp(rate n)) s_n`` and ``sum_n n conj(exp(rate n)) s_n``.

    Parameters
    ----------
    samples : numpy.ndarray of complex, shape (batch, n_points)
        The FIDs. In complex64 the products are done in complex64 (twice as fast).
    rates : numpy.ndarray of complex, shape (batch, n_lines) or (1, n_lines)
        Rates per point of the lines of each FID, or of all.

    Returns
    -------
    tuple of 2 numpy.ndarray of complex128, shape (batch, n_lines)
        The projections on the lines and on their derivatives by the rate.

    Examples
    --------
    >>> import numpy as np
    >>> g0, g1 = projections(np.ones((1, 5), complex), np.zeros((1, 1), complex))
    >>> complex(g0[0, 0]), complex(g1[0, 0])
    ((5+0j), (10+0j))
    """
    n_fids, n_points = samples.shape
    n_lines = rates.shape[1]
    block = _block(n_points)
    n_blocks, n_rest = divmod(n_points, block)
    r = np.arange(block)
    fine = np.exp(rates.conj()[:, None, :] * r[:, None])  # (n_fids, block, n_lines)
    weights = np.concatenate([fine, r[:, None] * fine], axis=-1).astype(samples.dtype)  # (n_fids, block, 2 n_lines)
    blocks = np.lib.stride_tricks.as_strided(
        samples,
        (n_fids, n_blocks, block),
        (samples.strides[0], block * samples.strides[1], samples.strides[1]),
        writeable=False,
    )
    partial = blocks @ weights  # (n_fids, n_blocks, 2 n_lines)
    starts = block * np.arange(n_blocks)[:, None]
    coarse = np.exp(rates.conj()[:, None, :] * starts)  # (n_fids, n_blocks, n_lines)
    p0, p1 = partial[..., :n_lines], partial[..., n_lines:]
    g0 = np.sum(coarse * p0, axis=1)
    g1 = np.sum(coarse * (starts * p0 + p1), axis=1)
    if n_rest:
        first = block * n_blocks
        rest = np.einsum("bn,bnl->bl", samples[:, first:], weights[:, :n_rest])
        last = np.exp(rates.conj() * first)
        g0 = g0 + last * rest[:, :n_lines]
        g1 = g1 + last * (first * rest[:, :n_lines] + rest[:, n_lines:])
    return g0, g1


def _block(n_points: int) -> int:
    """Length of a block: the power of two next to the square root, so that common lengths leave no rest."""
    return 1 << max(0, round(math.log2(n_points) / 2))
