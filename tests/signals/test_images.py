"""KSpace and Image: what they hold, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.signals import Image, KSpace


def test_one_plane_is_one_coil():
    kspace = KSpace(np.ones((4, 6)))
    assert (kspace.n_coils, kspace.shape, kspace.mask, kspace.acceleration) == (1, (4, 6), None, 1.0)
    assert kspace.measured.all()


def test_acceleration_is_that_of_the_columns_that_were_measured():
    mask = np.array([True, False, True, False, False, True])
    kspace = KSpace(np.ones((2, 4, 6)) * mask, mask, fov_mm=(200, 180))
    assert kspace.acceleration == 2.0
    assert kspace.fov_mm == (200.0, 180.0)


def test_arrays_are_copied_and_read_only():
    samples = np.ones((1, 4, 4), dtype=np.complex64)
    kspace, image = KSpace(samples), Image(samples[0])
    samples[:] = 0
    assert kspace.samples.dtype == image.values.dtype == np.complex64
    assert np.all(kspace.samples == 1)
    for array in (kspace.samples, kspace.measured, image.values):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_real_images_stay_real():
    assert Image(np.ones((3, 3), dtype=np.float32)).values.dtype == np.float32
    assert Image(np.ones((3, 3), dtype=int)).values.dtype == np.float64


@pytest.mark.parametrize(
    ("samples", "mask", "fov_mm", "match"),
    [
        (np.ones(4), None, None, r"samples must have 2 or 3 dimension.*\(4,\)"),
        (np.ones((0, 4, 4)), None, None, r"samples must be \(n_coils, ny, nx\)"),
        (np.full((4, 4), np.nan), None, None, "samples must be finite, got"),
        (np.ones((4, 4)), [True] * 3, None, r"mask must have shape \(4,\).*\(3,\)"),
        (np.ones((4, 4)), [0, 1, 2, 1], None, "mask must hold truth values"),
        (np.zeros((4, 4)), [False] * 4, None, "mask must have a measured column"),
        (np.ones((4, 4)), [True, False, True, True], None, "samples must be 0 where the mask is False, column 1 is"),
        (np.ones((4, 4)), None, (1.0,), r"fov_mm must be two lengths.*\(1.0,\)"),
        (np.ones((4, 4)), None, (1.0, -2.0), r"fov_mm\[1\] must be > 0 mm, got -2.0"),
    ],
)
def test_kspace_refuses(samples, mask, fov_mm, match):
    with pytest.raises(ValueError, match=match):
        KSpace(samples, mask, fov_mm=fov_mm)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (np.ones(4), r"values must have 2 dimension"),
        (np.ones((1, 4)), "ny, nx >= 2"),
        (np.full((2, 2), np.inf), "finite"),
    ],
)
def test_image_refuses(values, match):
    with pytest.raises(ValueError, match=match):
        Image(values)
