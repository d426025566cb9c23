"""Layers and networks for images: adjoint, unitary, consistent with the data; sizes; saved and loaded."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs learnmr[train]")

from learnmr.networks.backend import import_keras
from learnmr.networks.image_layers import expand_coils, fourier, image_layers, inverse_fourier, join_coils
from learnmr.networks.image_models import (
    build_dense_image_network,
    build_residual_cnn,
    build_unet,
    build_unrolled,
)
from learnmr.networks.training_state import variable_values
from learnmr.physics.imaging import coil_maps, random_mask, to_kspace


def two_channels(values):
    return np.stack([values.real, values.imag], axis=-1).astype(np.float32)


def as_complex(values):
    pairs = np.asarray(values)
    return pairs[..., 0] + 1j * pairs[..., 1]


def draw(rng, *shape):
    return rng.standard_normal((*shape, 2)).astype(np.float32)


@pytest.mark.parametrize(("ny", "nx"), [(8, 12), (7, 9)])
def test_fourier_layer_is_the_transform_of_physics(rng, ny, nx):
    image = draw(rng, 2, ny, nx)
    assert np.allclose(as_complex(fourier(image)), to_kspace(as_complex(image)), atol=1e-5)
    assert np.allclose(np.asarray(inverse_fourier(fourier(image))), image, atol=1e-5)


def test_coils_are_adjoint(rng):
    image, planes, maps = draw(rng, 2, 6, 8), draw(rng, 2, 3, 6, 8), draw(rng, 2, 3, 6, 8)
    there = np.vdot(as_complex(expand_coils(image, maps)), as_complex(planes))
    back = np.vdot(as_complex(image), as_complex(join_coils(planes, maps)))
    assert np.isclose(there, back, rtol=1e-4)


def scan(rng, n_coils):
    truth = draw(rng, 2, 16, 20)
    maps = np.broadcast_to(two_channels(coil_maps(n_coils, (16, 20), seed=1)), (2, n_coils, 16, 20, 2))
    if n_coils == 1:
        maps = np.broadcast_to(np.array([1, 0], dtype=np.float32), maps.shape)
    mask = np.stack([random_mask(20, 2, centre_fraction=0.2, seed=s) for s in (1, 2)]).astype(np.float32)
    measured = np.asarray(fourier(expand_coils(truth, maps))) * mask[:, None, None, :, None]
    return truth, measured, mask, maps


def test_full_weight_keeps_what_was_measured_and_is_idempotent(rng):
    _, measured, mask, maps = scan(rng, 1)
    layer = image_layers().DataConsistency(weight=1.0)
    image = np.asarray(layer([draw(rng, 2, 16, 20), measured, mask, maps]))
    again = np.asarray(layer([image, measured, mask, maps]))
    kspace = np.asarray(fourier(image)) * mask[:, None, :, None]
    assert np.allclose(kspace, measured[:, 0], atol=1e-5)
    assert np.allclose(again, image, atol=1e-5)


def test_weight_is_lambda_over_one_plus_lambda(rng):
    _, measured, mask, maps = scan(rng, 1)
    image, strength = draw(rng, 2, 16, 20), 3.0
    got = np.asarray(image_layers().DataConsistency(weight=strength / (1 + strength))([image, measured, mask, maps]))
    k, m = np.asarray(fourier(image)), mask[:, None, :, None]
    wanted = (1 - m) * k + m * (k + strength * measured[:, 0]) / (1 + strength)
    assert np.allclose(np.asarray(fourier(got)), wanted, atol=1e-5)


def test_the_truth_is_left_as_it_is_with_many_coils(rng):
    truth, measured, mask, maps = scan(rng, 5)
    got = np.asarray(image_layers().DataConsistency()([truth, measured, mask, maps]))
    assert np.allclose(got, truth, atol=1e-5)


def test_residual_networks_begin_as_identities(rng):
    image = draw(rng, 1, 16, 24)
    for network in (build_residual_cnn(filters=4, n_layers=3), build_unet(filters=4)):
        assert np.allclose(network.predict(image, verbose=0), image, atol=1e-6)


def test_sizes_of_the_networks():
    assert build_unet(filters=16).count_params() == 118_402
    assert build_residual_cnn(filters=32, n_layers=5).count_params() == (18 + 1) * 32 + 3 * (288 + 1) * 32 + 2 * 289
    n = 8
    assert build_dense_image_network(n).count_params() == 2 * n**4 + n**2 + 2 * n**4 + 2 * n**2


def test_unrolled_network_takes_coils_and_other_sizes_with_the_same_weights(rng):
    small = build_unrolled(n_cascades=2, filters=2, n_coils=1, shape=(16, 20))
    large = build_unrolled(n_cascades=2, filters=2, n_coils=3, shape=(24, 32))
    large.set_weights(list(variable_values(small)))
    truth, measured, mask, maps = scan(rng, 1)
    assert small.predict([truth, measured, mask, maps], verbose=0).shape == (2, 16, 20, 2)
    maps = np.broadcast_to(two_channels(coil_maps(3, (24, 32), seed=1)), (1, 3, 24, 32, 2))
    made = large.predict([draw(rng, 1, 24, 32), 0 * maps, np.ones((1, 32)), maps], verbose=0)
    assert made.shape == (1, 24, 32, 2)


def test_the_same_seed_gives_the_same_weights():
    pair = [build_unet(filters=2, seed=7) for _ in range(2)]
    assert all(np.array_equal(a, b) for a, b in zip(*map(variable_values, pair), strict=True))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras under NumPy 2
def test_a_saved_network_comes_back_in_safe_mode(tmp_path, rng):
    network = build_unrolled(n_cascades=1, filters=2, n_coils=1, shape=(16, 20))
    network.save(tmp_path / "unrolled.keras")
    loaded = import_keras().saving.load_model(tmp_path / "unrolled.keras", safe_mode=True, compile=False)
    inputs = list(scan(rng, 1))
    assert np.allclose(loaded.predict(inputs, verbose=0), network.predict(inputs, verbose=0))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: build_residual_cnn(n_layers=1), "n_layers must be >= 2, got 1"),
        (lambda: build_unet(n_levels=1), "n_levels must be >= 2, got 1"),
        (lambda: build_unrolled(n_cascades=0), "n_cascades must be >= 1, got 0"),
        (lambda: build_dense_image_network(128), "size must be from 4 to 64, got 128"),
        (lambda: image_layers().DataConsistency(weight=0), "weight must be > 0 and <= 1, got 0"),
    ],
)
def test_refusals(call, match):
    with pytest.raises(ValueError, match=match):
        call()
