"""The Fourier pair, masks, coils and noise: laws, and fastMRI's definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.physics import imaging
from learnmr.physics.imaging import (
    add_noise,
    coil_maps,
    equispaced_mask,
    from_kspace,
    random_mask,
    sampling_mask,
    simulate_kspace,
    smooth_phase,
    to_kspace,
    undersample,
)
from learnmr.signals import Image, KSpace


def complex_plane(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal((*shape, 2)) @ np.array([1, 1j])


@settings(max_examples=30, deadline=None)
@given(ny=st.integers(2, 17), nx=st.integers(2, 17), seed=st.integers(0, 99))
def test_transform_is_unitary(ny, nx, seed):
    rng = np.random.default_rng(seed)
    a, b = complex_plane(rng, ny, nx), complex_plane(rng, ny, nx)
    assert np.allclose(from_kspace(to_kspace(a)), a)
    assert np.isclose(np.linalg.norm(to_kspace(a)), np.linalg.norm(a))  # Parseval
    assert np.isclose(np.vdot(to_kspace(a), b), np.vdot(a, from_kspace(b)))  # adjoint


@pytest.mark.parametrize(("ny", "nx"), [(8, 6), (7, 5)])
def test_a_constant_is_a_point_in_the_centre(ny, nx):
    kspace = to_kspace(np.ones((ny, nx)))
    assert np.isclose(kspace[ny // 2, nx // 2], np.sqrt(ny * nx))
    assert np.isclose(np.linalg.norm(kspace), np.sqrt(ny * nx))


def test_a_shift_of_the_image_turns_the_phase_of_kspace():
    plane = complex_plane(np.random.default_rng(1), 8, 8)
    frequency = np.arange(8) - 4
    turned = to_kspace(plane) * np.exp(-2j * np.pi * frequency / 8)
    assert np.allclose(to_kspace(np.roll(plane, 1, axis=1)), turned)


def test_a_real_image_has_hermitian_kspace():
    kspace = to_kspace(np.random.default_rng(2).standard_normal((9, 7)))
    assert np.allclose(kspace, np.conj(kspace[::-1, ::-1]))


def test_random_mask_is_fastmris():
    n, acceleration, fraction = 368, 4.0, 0.08
    n_low = round(n * fraction)
    first = (n - n_low + 1) // 2
    kept = np.mean([random_mask(n, acceleration, centre_fraction=fraction, seed=s) for s in range(400)], axis=0)
    assert np.all(kept[first : first + n_low] == 1)
    outside = np.delete(kept, slice(first, first + n_low))
    probability = (n / acceleration - n_low) / (n - n_low)
    assert abs(outside.mean() - probability) < 4 * np.sqrt(probability / outside.size / 400)
    assert np.isclose(kept.mean(), 1 / acceleration, rtol=0.02)


def test_masks_are_seeded():
    for draw in imaging.MASKS.values():
        assert np.array_equal(draw(128, 4, seed=3), draw(128, 4, seed=3))
    assert not np.array_equal(random_mask(128, 4, seed=3), random_mask(128, 4, seed=4))


@pytest.mark.parametrize("acceleration", [2, 4, 8])
def test_equispaced_mask_has_its_acceleration(acceleration):
    got = [KSpace(np.zeros((4, 320)), sampling_mask(320, acceleration, kind="equispaced", seed=s)) for s in range(20)]
    assert all(abs(kspace.acceleration / acceleration - 1) < 0.12 for kspace in got)
    mask = equispaced_mask(320, acceleration, centre_fraction=0.32 / acceleration, seed=0)
    gaps = np.diff(np.flatnonzero(mask))
    assert gaps.max() - np.median(gaps[gaps > 1]) <= 1


def test_equispaced_columns_fold_the_image():
    # every second column alone: two copies, half the field of view apart
    plane = np.zeros((4, 16))
    plane[2, 3] = 1.0
    mask = np.arange(16) % 2 == 0
    folded = np.abs(from_kspace(to_kspace(plane) * mask))
    assert np.allclose(folded[2, [3, 11]], 0.5)
    assert np.isclose(folded.sum(), 1.0)


def test_coil_maps_have_joint_power_one():
    maps = coil_maps(6, (20, 24), seed=1)
    assert maps.shape == (6, 20, 24)
    assert np.allclose(np.sum(np.abs(maps) ** 2, axis=0), 1)


def test_smooth_phase_is_a_phase_and_smooth():
    phase = smooth_phase((64, 64), turns=0.5, seed=1)
    assert np.allclose(np.abs(phase), 1)
    steps = np.angle(phase[1:] / phase[:-1])
    assert np.abs(steps).max() < 0.3


def test_noise_is_stated_per_channel_and_the_same_in_image_and_kspace():
    noisy = add_noise(np.zeros((64, 64), dtype=np.complex128), 0.3, seed=1)
    for plane in (noisy, from_kspace(noisy)):
        assert np.isclose(plane.real.std(), 0.3, rtol=0.05)
        assert np.isclose(plane.imag.std(), 0.3, rtol=0.05)


def test_noise_leaves_the_callers_array_alone():
    samples = np.zeros((4, 4), dtype=np.complex64)
    assert add_noise(samples, 1.0, seed=1).dtype == np.complex64
    assert not samples.any()


def test_simulated_kspace_is_that_of_what_each_coil_sees():
    image = Image(np.random.default_rng(1).uniform(size=(8, 12)), fov_mm=(80, 120))
    maps = coil_maps(3, (8, 12), seed=2)
    mask = random_mask(12, 2, centre_fraction=0.2, seed=3)
    kspace = simulate_kspace(image, maps=maps, mask=mask)
    assert np.allclose(kspace.samples, to_kspace(maps * image.values) * mask)
    assert kspace.fov_mm == (80.0, 120.0)
    assert np.array_equal(kspace.measured, mask)


def test_undersampling_twice_keeps_what_both_keep():
    full = KSpace(np.ones((4, 6)))
    once = undersample(full, [1, 1, 1, 0, 0, 0])
    twice = undersample(once, [0, 1, 1, 1, 0, 0])
    assert twice.measured.tolist() == [False, True, True, False, False, False]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: random_mask(1, seed=1), "n_columns must be >= 2, got 1"),
        (lambda: random_mask(64, 0.5, seed=1), "acceleration must be >= 1, got 0.5"),
        (lambda: random_mask(64, 4, centre_fraction=0.5, seed=1), "centre_fraction must leave 1 to 16 of 64"),
        (lambda: random_mask(64, 4, centre_fraction=0, seed=1), "centre_fraction must be > 0 and < 1, got 0"),
        (lambda: sampling_mask(64, kind="radial", seed=1), "kind must be one of random, equispaced, got 'radial'"),
        (lambda: add_noise(np.zeros(3), -1, seed=1), "noise_sd must be >= 0, got -1"),
        (lambda: coil_maps(0, (4, 4), seed=1), "n_coils must be >= 1, got 0"),
        (lambda: coil_maps(2, (4, 4), width=0, seed=1), "width must be > 0, got 0"),
        (lambda: undersample(KSpace(np.ones((4, 6))), [True]), r"mask must have shape \(6,\), got \(1,\)"),
        (lambda: simulate_kspace(Image(np.ones((4, 4))), noise_sd=0.1), "seed must be given where noise_sd > 0"),
        (
            lambda: simulate_kspace(Image(np.ones((4, 4))), maps=np.ones((2, 3, 3))),
            r"maps must have shape \(n_coils, 4, 4",
        ),
    ],
)
def test_refusals(call, match):
    with pytest.raises(ValueError, match=match):
        call()
