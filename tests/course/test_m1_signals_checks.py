"""Other right answers to the exercises of the lesson Signals, and wrong ones that have no name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.checks import m1_signals
from learnmr.course.exercises import find_exercise
from learnmr.signals import automatic_phase, spectrum


def _result(slug: str, answer: Any) -> Any:
    exercise = find_exercise(slug)
    assert exercise is not None
    return examine(exercise, answer)


def test_alias_by_modulo_passes_too() -> None:
    assert _result("m1.signals.alias", lambda f, dwell_s: (f + 0.5 / dwell_s) % (1 / dwell_s) - 0.5 / dwell_s).passed


def test_dft_by_loops_passes_too() -> None:
    def loops(samples: Any) -> list[complex]:
        n_points = len(samples)
        return [
            sum(samples[n] * np.exp(-2j * np.pi * k * n / n_points) for n in range(n_points)) for k in range(n_points)
        ]

    assert _result("m1.signals.dft", loops).passed


def test_receiver_of_two_real_channels_passes_too() -> None:
    def channels(voltage: Any, times_s: Any, carrier_hz: float) -> Any:
        angle = 2 * np.pi * carrier_hz * times_s
        return 2 * m1_signals.low_pass(voltage * np.cos(angle)) - 2j * m1_signals.low_pass(voltage * np.sin(angle))

    assert _result("m1.signals.receiver", channels).passed


@pytest.mark.parametrize("n_bins", [8192, 32768])
def test_line_read_off_coarse_bins_passes_too(n_bins: int) -> None:
    fid = m1_signals.unknown_fid()
    upright, _ = automatic_phase(spectrum(fid, n_bins=n_bins))
    real, place_hz = upright.values.real, upright.frequency_hz
    above = place_hz[real > real.max() / 2]
    assert fid.carrier_ppm is not None
    assert fid.spectrometer_mhz is not None
    shift_ppm = fid.carrier_ppm + place_hz[np.argmax(real)] / fid.spectrometer_mhz
    answer = {"shift_ppm": shift_ppm, "t2_star_s": 1 / (np.pi * (above[-1] - above[0]))}
    assert _result("m1.signals.line", answer).passed, answer


def test_t2_star_of_the_check_is_that_of_the_simulation() -> None:
    assert m1_signals.unknown_line()["t2_star_s"] == pytest.approx(1 / (np.pi * 6.4), rel=0.01)


@pytest.mark.parametrize("dwell_s", [1.45e-4, 1.6e-4, 1.9e-4])
def test_every_sensible_plan_passes(dwell_s: float) -> None:
    assert _result("m1.signals.plan", {"dwell_s": dwell_s, "n_points": 2048}).passed


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ({"dwell_s": 5200, "n_points": 2048}, "time between two samples"),
        ({"dwell_s": 1 / 5200, "n_points": 2048}, "edge"),
        ({"dwell_s": 1 / 20000, "n_points": 2048}, "filled too fast"),
        ({"dwell_s": 1 / 5500, "n_points": 16384}, "memory"),
        ({"dwell_s": 1 / 5500, "n_points": 10**12}, "overflows"),
        ({"dwell_s": 1e-4}, "n_points"),
    ],
)
def test_a_wrong_plan_is_told_why(plan: dict[str, float], word: str) -> None:
    result = _result("m1.signals.plan", plan)
    assert not result.passed
    assert word in str(result)


def test_an_option_of_ones_own_is_told_where_to_look() -> None:
    result = _result("m1.signals.recast", dict.fromkeys(m1_signals.RECAST_OPTIONS, "deep learning"))
    assert result.score == 0
    assert "OPTIONS" in str(result)
