"""Images without learning: exact where they must be, better than zero filling where they should be."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.classical.image_estimators import (
    centre_columns,
    estimate_coil_maps,
    sense,
    total_variation,
    wavelet,
    zero_filled,
)
from learnmr.physics.imaging import coil_maps, random_mask, simulate_kspace, smooth_phase, undersample
from learnmr.physics.phantoms import draw_contrast, draw_phantom
from learnmr.signals import Image, KSpace

MAPS = coil_maps(4, (64, 64), seed=1)


@pytest.fixture(scope="module")
def head() -> Image:
    plane = draw_phantom(64, seed=3).image(draw_contrast(seed=3))
    return Image(plane * smooth_phase((64, 64), seed=3))


def error(image: Image, truth: Image) -> float:
    return float(np.linalg.norm(image.values - truth.values) / np.linalg.norm(truth.values))


@pytest.fixture(scope="module")
def short_scan(head):
    mask = random_mask(64, 2, centre_fraction=0.16, seed=5)
    return simulate_kspace(head, maps=MAPS, mask=mask, noise_sd=0.005, seed=6)


def test_full_data_without_noise_give_the_image_back(head):
    one = simulate_kspace(head)
    many = simulate_kspace(head, maps=MAPS)
    assert error(zero_filled(one), head) < 1e-12
    assert error(zero_filled(many, maps=MAPS), head) < 1e-12
    assert error(sense(many, maps=MAPS, weight=0.0), head) < 1e-10


def test_coils_undo_what_undersampling_folded(head, short_scan):
    folded, unfolded = zero_filled(short_scan, maps=MAPS), sense(short_scan, maps=MAPS, weight=1e-4)
    assert error(unfolded, head) < 0.7 * error(folded, head)


def test_sparsity_helps(head, short_scan):
    pytest.importorskip("sigpy", reason="needs learnmr[imaging]")
    start = error(zero_filled(short_scan, maps=MAPS), head)
    assert error(total_variation(short_scan, maps=MAPS, weight=0.002), head) < 0.6 * start
    assert error(wavelet(short_scan, maps=MAPS, weight=0.002), head) < 0.6 * start


@pytest.mark.parametrize("method", [sense, total_variation, wavelet, zero_filled])
def test_the_scale_of_the_data_does_not_matter(method, short_scan):
    pytest.importorskip("sigpy", reason="needs learnmr[imaging]")
    scaled = short_scan.with_samples(short_scan.samples * 1e-6)
    image, small = method(short_scan, maps=MAPS), method(scaled, maps=MAPS)
    assert np.allclose(small.values * 1e6, image.values, atol=1e-4 * np.abs(image.values).max())


def test_estimated_maps_are_near_the_true_ones_where_the_head_is(head):
    kspace = simulate_kspace(
        head, maps=MAPS, mask=random_mask(64, 3, centre_fraction=0.25, seed=5), noise_sd=1e-3, seed=1
    )
    found = estimate_coil_maps(kspace)
    inside = np.abs(head.values) > 0.2
    alike = np.abs(np.sum(np.conj(found) * MAPS, axis=0))[inside]  # 1 where they agree up to a common phase
    assert np.median(alike) > 0.98
    assert np.allclose(np.sum(np.abs(found) ** 2, axis=0)[inside], 1, atol=1e-3)


def test_one_coil_needs_no_map(head):
    assert np.all(estimate_coil_maps(simulate_kspace(head)) == 1)


def test_maps_come_from_the_centre_alone(short_scan):
    columns = centre_columns(short_scan)
    centre = undersample(short_scan, np.isin(np.arange(64), np.arange(columns.start, columns.stop)))
    assert np.array_equal(estimate_coil_maps(short_scan), estimate_coil_maps(centre))


def test_refusals(short_scan):
    with pytest.raises(ValueError, match="weight must be >= 0, got -1"):
        sense(short_scan, weight=-1)
    with pytest.raises(ValueError, match="n_iterations must be >= 1, got 0"):
        sense(short_scan, n_iterations=0)
    with pytest.raises(ValueError, match="weight must be > 0, got 0"):
        total_variation(short_scan, weight=0)
    with pytest.raises(ValueError, match=r"maps must have shape \(4, 64, 64\), got \(2, 64, 64\)"):
        zero_filled(short_scan, maps=MAPS[:2])
    with pytest.raises(ValueError, match="mask must have its centre column 32 measured"):
        centre_columns(KSpace(np.zeros((1, 64, 64)), np.arange(64) < 5))
    with pytest.raises(ValueError, match="kspace must hold a signal, got zeros everywhere"):
        wavelet(KSpace(np.zeros((1, 64, 64))))
