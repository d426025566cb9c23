from __future__ import annotations

import numpy as np
import pytest

from learnmr.files.assembly import assemble, nucleus_name, referenced
from learnmr.signals import ArrayAxis


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<1H>", "1H"), ("^13C", "13C"), ("P31", "31P"), ("F19", "19F"), ("Proton", "1H"), ("Phosphorus31", "31P"),
        ("<off>", None), ("<NONE>", None), ("", None), (None, None), ("9" * 99, None), ("Si29", "29Si"),
        ("Carbon13", "13C"),
    ],
)  # fmt: skip
def test_every_vendors_spelling_of_a_nucleus_is_one_name(text: str | None, name: str | None) -> None:
    assert nucleus_name(text) == name


def test_shifts_are_relative_to_the_frequency_of_zero_ppm() -> None:
    """A 13C line 158 ppm apart: dividing by the carrier's frequency would be 1.6 Hz off at 126 MHz."""
    zero_mhz, carrier_mhz = 125.764971327016, 125.776650879
    reference = referenced(carrier_mhz, zero_mhz)
    line_mhz = zero_mhz * (1 + 184.3560e-6)
    frequency_hz = (line_mhz - carrier_mhz) * 1e6
    assert reference["carrier_ppm"] + frequency_hz / reference["spectrometer_mhz"] == pytest.approx(184.3560, abs=1e-6)


def test_turning_backwards_is_conjugation_and_touches_nothing() -> None:
    samples = np.exp(1j * np.arange(8.0))
    before = samples.copy()
    np.testing.assert_array_equal(assemble(samples, 1e-3, turns_backwards=True).samples, before.conj())
    np.testing.assert_array_equal(samples, before)


def test_an_axis_of_another_length_is_left_out() -> None:
    assert assemble(np.ones((3, 8)), 1e-3, axis=ArrayAxis("delay", [1.0, 2.0])).axis is None


@pytest.mark.parametrize(
    ("keywords", "problem"),
    [
        ({"dwell_s": 0.0}, "dwell_s must lie within"),
        ({"dwell_s": 1e9}, "dwell_s must lie within"),
        ({"spectrometer_mhz": 1e9}, "spectrometer_mhz must lie within"),
        ({"carrier_ppm": float("nan")}, "carrier_ppm must lie within"),
    ],
)
def test_senseless_parameters_are_refused(keywords: dict[str, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        assemble(np.ones(8), **({"dwell_s": 1e-3} | keywords))


@pytest.mark.parametrize(
    ("sample", "problem"), [(1e31, "smaller than"), (np.nan, "finite, got .*nan.* at index"), (np.inf, "smaller")]
)
def test_senseless_samples_are_refused(sample: float, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        assemble(np.array([1.0, 2.0, sample]), 1e-3)


def test_frequencies_that_cannot_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match=r"do not fit: 400\.0 and 100\.0 MHz"):
        referenced(400.0, 100.0)
