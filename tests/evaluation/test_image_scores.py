"""NMSE, PSNR and SSIM by fastMRI's definitions, and what the mask is for."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("skimage", reason="needs learnmr[imaging]")

from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from learnmr.evaluation.image_scores import foreground, nmse, psnr, score_image, ssim


@pytest.fixture
def volume(rng):
    y, x = np.mgrid[-1:1:32j, -1:1:32j]
    disc = (x**2 + y**2 < 0.5).astype(float)
    truth = np.stack([disc, 0.5 * disc * (1 + 0.3 * np.sin(9 * x))])
    return truth, truth + 0.05 * rng.standard_normal(truth.shape)


def test_scores_are_those_of_fastmri(volume):
    # the three functions of fastMRI's evaluate.py, written out
    truth, image = volume
    image = np.abs(image)
    assert np.isclose(nmse(truth, image), np.linalg.norm(truth - image) ** 2 / np.linalg.norm(truth) ** 2)
    assert np.isclose(psnr(truth, image), peak_signal_noise_ratio(truth, image, data_range=truth.max()))
    one_by_one = [structural_similarity(a, b, data_range=truth.max()) for a, b in zip(truth, image, strict=True)]
    assert np.isclose(ssim(truth, image), np.mean(one_by_one))


def test_a_uniform_error_has_the_psnr_of_its_size():
    truth = np.ones((16, 16))
    assert np.isclose(psnr(truth, truth - 0.1), 20.0)
    assert np.isclose(nmse(truth, truth - 0.1), 0.01)


def test_background_noise_does_not_count_inside_the_mask(volume):
    truth, _ = volume
    spoiled = truth.copy()
    spoiled[:, ~foreground(truth[0])] += 0.3
    score = score_image(truth, spoiled)
    assert score.masked_psnr == np.inf
    assert score.psnr < 20
    assert score.masked_ssim > score.ssim


def test_foreground_has_no_holes():
    ring = np.zeros((20, 20))
    ring[4:16, 4:16] = 1
    ring[8:12, 8:12] = 0
    assert foreground(ring).sum() == 144


def test_magnitudes_are_compared(volume):
    truth, image = volume
    assert score_image(truth * 1j, image * -1j) == score_image(truth, image)


@pytest.mark.parametrize(
    ("target", "image", "match"),
    [
        (np.ones((8, 8)), np.ones((8, 9)), r"same shape.*\(8, 8\) and \(8, 9\)"),
        (np.ones(8), np.ones(8), "same shape"),
        (np.zeros((8, 8)), np.ones((8, 8)), "target must not be zero everywhere"),
        (np.ones((8, 8)), np.full((8, 8), np.nan), "must be finite"),
    ],
)
def test_refusals(target, image, match):
    with pytest.raises(ValueError, match=match):
        score_image(target, image)
