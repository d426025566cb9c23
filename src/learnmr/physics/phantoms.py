"""Heads that nobody has: phantoms of ellipses with texture, a skull, folds and lesions, as tissue fractions.

A phantom is drawn, not measured: its truth is exact, and there are as many as one likes. It is no brain: networks that
must do for brains should see some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contrasts import TISSUES_1_5T, Tissue, gradient_echo, spin_echo, weighted_image

__all__ = ["PHANTOM_TISSUES", "HeadPhantom", "draw_contrast", "draw_lesion", "draw_phantom"]

#: order of the last axis of :attr:`HeadPhantom.fractions`
PHANTOM_TISSUES = ("cerebrospinal fluid", "grey matter", "white matter", "fat", "muscle and skin")


@dataclass(frozen=True, eq=False)
class HeadPhantom:
    """One slice of a drawn head.

    Parameters
    ----------
    fractions : numpy.ndarray, shape (ny, nx, 5)
        Part of each of :data:`PHANTOM_TISSUES` in every pixel; their sum is at most 1, bone and air are the rest.
    texture : numpy.ndarray, shape (ny, nx)
        Factor near 1 by which the signal varies within a tissue.
    """

    fractions: NDArray[np.float64]
    texture: NDArray[np.float64]

    def image(self, signals: Sequence[float]) -> NDArray[np.float64]:
        """The slice with these signals of the tissues, shape (ny, nx)."""
        return weighted_image(self.fractions, signals) * self.texture


def draw_phantom(size: int = 128, *, seed: int | np.random.Generator) -> HeadPhantom:
    """Draw a head: skin, fat, bone, fluid, folded grey matter, white matter, ventricles, nuclei.

    Parameters
    ----------
    size : int
        Pixels along each axis.
    seed : int or numpy.random.Generator
        Decides everything.

    Returns
    -------
    HeadPhantom
        Tissue fractions and texture.

    Raises
    ------
    ValueError
        If size is less than 16.

    Examples
    --------
    >>> phantom = draw_phantom(64, seed=1)
    >>> phantom.fractions.shape, bool(phantom.fractions.sum(axis=-1).max() <= 1 + 1e-12)
    ((64, 64, 5), True)
    """
    if not size >= 16:
        raise ValueError(f"size must be >= 16 pixels, got {size!r}")
    generator = np.random.default_rng(seed)
    y, x = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size), indexing="ij")
    tilt = generator.normal(0, 0.12)
    x, y = x * np.cos(tilt) + y * np.sin(tilt), y * np.cos(tilt) - x * np.sin(tilt)
    width, height = generator.uniform(0.6, 0.8), generator.uniform(0.75, 0.92)
    angle, radius = np.arctan2(y / height, x / width), np.hypot(x / width, y / height)
    radius = radius * (1 + _wobble(angle, 2, 5, 0.03, generator))
    edge = 1.5 / (size * width)  # half a pixel to either side: partial volume

    def inside(limit: float | NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(0.5 + (limit - radius) / (2 * edge), 0, 1)

    skin, fat, bone = np.cumsum(generator.uniform([0.01, 0.02, 0.04], [0.04, 0.07, 0.10]))
    brain = 1 - bone - generator.uniform(0.01, 0.04)
    folds = _wobble(angle, 9, 26, generator.uniform(0.03, 0.07), generator)
    cortex = brain * (1 + 0.4 * folds * (radius > 0.4))
    white_edge = cortex - generator.uniform(0.08, 0.16) + folds
    layers = [inside(limit) for limit in (1.0, 1 - skin, 1 - fat, 1 - bone, cortex, white_edge)]
    outer, below_skin, below_fat, below_bone, grey, white = np.minimum.accumulate(np.stack(layers), axis=0)
    parts = np.stack(
        [below_bone - grey, grey - white, white, below_skin - below_fat, outer - below_skin], axis=-1
    )  # (size, size, 5): bone is what lies between fat and fluid
    ventricle = generator.uniform(0.1, 0.2)
    for side in (-1, 1):  # ventricles of fluid, and a nucleus of grey matter beside each
        _paint(parts, 0, _ellipse(x, y, (side * 0.11, -0.05), (0.06, ventricle), side * 0.35, edge))
        place = (side * generator.uniform(0.22, 0.3), generator.uniform(-0.05, 0.1))
        _paint(parts, 1, _ellipse(x, y, place, (0.08, 0.13), side * 0.3, edge))
    texture = 1 + 0.04 * _smooth_noise(size, generator)
    return HeadPhantom(np.clip(parts, 0, 1), texture)


def draw_contrast(*, seed: int | np.random.Generator, tissues: Sequence[str] = PHANTOM_TISSUES) -> NDArray[np.float64]:
    """Signals of tissues for a sequence drawn at random, the brightest being 1.

    Spin echo with T1, T2 or proton-density weighting, or a spoiled gradient echo; tissue parameters vary by 10 %, as
    people do.

    Parameters
    ----------
    seed : int or numpy.random.Generator
        Decides sequence and tissues.
    tissues : sequence of str
        Keys of :data:`~learnmr.physics.contrasts.TISSUES_1_5T`.

    Returns
    -------
    numpy.ndarray, shape (n_tissues,)
        Signals, 0 to 1.
    """
    generator = np.random.default_rng(seed)
    varied = []
    for name in tissues:
        known, factors = TISSUES_1_5T[name], np.exp(generator.normal(0, 0.1, 3))
        varied.append(Tissue(known.proton_density * factors[0], known.t1_ms * factors[1], known.t2_ms * factors[2]))
    if generator.uniform() < 0.5:
        tr_ms, te_ms = np.exp(generator.uniform(np.log([300, 8]), np.log([5000, 120])))
        signals = [spin_echo(tissue, tr_ms=tr_ms, te_ms=te_ms) for tissue in varied]
    else:
        tr_ms, flip = generator.uniform(8, 40), generator.uniform(8, 40)
        signals = [gradient_echo(tissue, tr_ms=tr_ms, te_ms=3.0, flip_degrees=flip) for tissue in varied]
    return np.asarray(signals) / max(signals)


def draw_lesion(
    shape: tuple[int, int], *, centre: tuple[float, float], radius: float, seed: int | np.random.Generator
) -> NDArray[np.float64]:
    """A roundish spot with a soft edge, to be added to an image; shape (ny, nx), 0 to 1.

    Parameters
    ----------
    shape : (int, int)
        (ny, nx).
    centre : (float, float)
        Place in pixels, (y, x).
    radius : float
        Mean radius in pixels.
    seed : int or numpy.random.Generator
        Decides the outline.

    Raises
    ------
    ValueError
        If the radius is not positive.
    """
    if not radius > 0:
        raise ValueError(f"radius must be > 0 pixels, got {radius!r}")
    generator = np.random.default_rng(seed)
    y, x = np.indices(shape)
    distance = np.hypot(y - centre[0], x - centre[1])
    angle = np.arctan2(y - centre[0], x - centre[1])
    return np.clip(0.5 + radius * (1 + _wobble(angle, 2, 5, 0.2, generator)) - distance, 0, 1)


def _wobble(
    angle: NDArray[np.float64], low: int, high: int, size: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A periodic function of the angle: cosines from low to high turns, of joint standard deviation size."""
    turns = np.arange(low, high)
    weights, phases = generator.normal(size=turns.size), generator.uniform(0, 2 * np.pi, turns.size)
    waves = np.cos(angle[..., None] * turns + phases)
    return size * np.sqrt(2 / turns.size) * waves @ weights


def _ellipse(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    centre: tuple[float, float],
    axes: tuple[float, float],
    tilt: float,
    edge: float,
) -> NDArray[np.float64]:
    """Part of each pixel that lies in an ellipse."""
    u, v = x - centre[0], y - centre[1]
    u, v = u * np.cos(tilt) + v * np.sin(tilt), v * np.cos(tilt) - u * np.sin(tilt)
    return np.clip(0.5 + (1 - np.hypot(u / axes[0], v / axes[1])) * min(axes) / (2 * edge), 0, 1)


def _paint(parts: NDArray[np.float64], tissue: int, region: NDArray[np.float64]) -> None:
    """Put a tissue into a region, in place of what was there, where there is something."""
    there = parts.sum(axis=-1)
    parts *= (1 - region)[..., None]
    parts[..., tissue] += region * there


def _smooth_noise(size: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Gaussian noise of unit variance whose spectrum falls off, as texture's does."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size), indexing="ij")) * size
    noise = np.fft.ifft2(np.fft.fft2(generator.standard_normal((size, size))) / (1 + frequency**2 / 64)).real
    return noise / noise.std()
