"""Drawn heads: seeded, whole, and with the anatomy in the right order."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.physics.phantoms import PHANTOM_TISSUES, draw_contrast, draw_lesion, draw_phantom


def test_the_same_seed_draws_the_same_head():
    assert np.array_equal(draw_phantom(48, seed=5).fractions, draw_phantom(48, seed=5).fractions)
    assert not np.array_equal(draw_phantom(48, seed=5).fractions, draw_phantom(48, seed=6).fractions)


@pytest.mark.parametrize("seed", range(8))
def test_fractions_are_parts_of_a_pixel(seed):
    parts = draw_phantom(64, seed=seed).fractions
    assert parts.min() >= 0
    assert parts.sum(axis=-1).max() <= 1 + 1e-9
    assert all(parts[..., tissue].sum() > 5 for tissue in range(len(PHANTOM_TISSUES)))
    assert parts[0].sum() == parts[-1].sum() == 0  # air at the border


def test_from_inside_to_outside_stand_white_grey_bone_fat_skin():
    parts = draw_phantom(128, seed=2).fractions
    radius = np.hypot(*(np.indices((128, 128)) - 63.5))
    mean = {name: np.average(radius, weights=parts[..., tissue]) for tissue, name in enumerate(PHANTOM_TISSUES)}
    assert mean["white matter"] < mean["grey matter"] < mean["fat"] < mean["muscle and skin"]
    between = (radius > mean["grey matter"]) & (radius < mean["fat"])
    assert parts.sum(axis=-1)[between].min() < 0.05  # bone gives no signal


def test_larger_pictures_show_the_same_head():
    coarse, fine = draw_phantom(64, seed=4).fractions, draw_phantom(128, seed=4).fractions
    merged = fine.reshape(64, 2, 64, 2, 5).mean(axis=(1, 3))
    assert np.abs(merged - coarse).mean() < 0.02


def test_contrasts_differ_and_are_scaled():
    drawn = np.array([draw_contrast(seed=s) for s in range(50)])
    assert np.allclose(drawn.max(axis=1), 1)
    assert drawn.min() > 0
    fluid_over_white = drawn[:, 0] / drawn[:, 2]
    assert fluid_over_white.min() < 0.8
    assert fluid_over_white.max() > 1.2


def test_a_lesion_has_about_the_area_of_its_circle():
    spot = draw_lesion((64, 64), centre=(30, 34), radius=6, seed=1)
    assert np.isclose(spot.sum(), np.pi * 36, rtol=0.3)
    assert spot[30, 34] == 1
    assert spot[0, 0] == 0


def test_refusals():
    with pytest.raises(ValueError, match="size must be >= 16 pixels, got 8"):
        draw_phantom(8, seed=1)
    with pytest.raises(ValueError, match="radius must be > 0 pixels, got 0"):
        draw_lesion((8, 8), centre=(4, 4), radius=0, seed=1)
