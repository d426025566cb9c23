"""Signal equations: limits, the Ernst angle, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.physics.contrasts import TISSUES_1_5T, Tissue, gradient_echo, spin_echo, weighted_image

TISSUE = Tissue(0.8, 900.0, 90.0)


def test_a_long_repetition_and_a_short_echo_show_proton_density():
    assert np.isclose(spin_echo(TISSUE, tr_ms=1e5, te_ms=0), 0.8)
    assert np.isclose(gradient_echo(TISSUE, tr_ms=1e5, te_ms=0, flip_degrees=90), 0.8)


def test_ninety_degrees_are_a_saturation_recovery():
    echo = gradient_echo(TISSUE, tr_ms=500, te_ms=20, flip_degrees=90)
    assert np.isclose(echo, spin_echo(TISSUE, tr_ms=500, te_ms=20))


@pytest.mark.parametrize("tr_ms", [5.0, 30.0, 400.0])
def test_the_signal_is_largest_at_the_ernst_angle(tr_ms):
    angles = np.linspace(1, 90, 8901)
    signals = [gradient_echo(TISSUE, tr_ms=tr_ms, te_ms=0, flip_degrees=angle) for angle in angles]
    assert np.isclose(angles[np.argmax(signals)], np.degrees(np.arccos(np.exp(-tr_ms / TISSUE.t1_ms))), atol=0.02)


def test_the_steady_state_is_that_of_many_pulses():
    flip, recovery = np.radians(25), np.exp(-20 / TISSUE.t1_ms)
    along = 1.0
    for _ in range(2000):  # pulse, spoil, recover
        along = 1 - (1 - along * np.cos(flip)) * recovery
    got = gradient_echo(TISSUE, tr_ms=20, te_ms=0, flip_degrees=25)
    assert np.isclose(got, 0.8 * along * np.sin(flip))


def test_fluid_is_dark_in_t1_and_bright_in_t2_weighting():
    fluid, white = TISSUES_1_5T["cerebrospinal fluid"], TISSUES_1_5T["white matter"]
    assert spin_echo(fluid, tr_ms=500, te_ms=12) < spin_echo(white, tr_ms=500, te_ms=12)
    assert spin_echo(fluid, tr_ms=5000, te_ms=100) > spin_echo(white, tr_ms=5000, te_ms=100)


def test_a_pixel_is_the_mean_of_what_is_in_it():
    assert np.allclose(weighted_image([[[0.25, 0.5]]], [4.0, 2.0]), [[2.0]])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Tissue(-1, 900, 90), "proton_density must be > 0, got -1"),
        (lambda: Tissue(1, 100, 300), "t2_ms must be <= 2 t1_ms, got 300"),
        (lambda: spin_echo(TISSUE, tr_ms=10, te_ms=20), "te_ms must be >= 0 and < tr_ms, got te_ms 20 and tr_ms 10"),
        (
            lambda: gradient_echo(TISSUE, tr_ms=10, te_ms=2, flip_degrees=200),
            "flip_degrees must be from 0 to 180, got 200",
        ),
        (lambda: weighted_image(np.ones((2, 2, 3)), [1, 2]), "signals must be one value for each of 3 tissues"),
    ],
)
def test_refusals(call, match):
    with pytest.raises(ValueError, match=match):
        call()
