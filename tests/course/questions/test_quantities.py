"""Numbers with units as people type them."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.course.questions.quantities import UNITS, parse_quantity


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("12.5", "Hz", 12.5),
        (" 0.0125 kHz ", "Hz", 12.5),
        ("-3,5ms", "s", -0.0035),
        ("−2", "", -2.0),
        ("1.5e3", "", 1500.0),
        ("1.5 × 10^3 Hz", "kHz", 1.5),
        ("2*10**-3", "s", 0.002),
        ("5 %", "", 0.05),
        ("3 μs", "s", 3e-6),
        (12, "Hz", 12.0),
        (np.float32(0.5), "Hz", 0.5),
        (np.array(2.0), "Hz", 2.0),
    ],
)
def test_what_people_type_is_understood(typed: Any, unit: str, value: float) -> None:
    assert parse_quantity(typed, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,500", "separator of thousands"),
        ("5 s", "must be in Hz"),
        ("5 furlong", "must be in Hz"),
        ("about 5", "a number with its unit"),
        ("nan", "a number with its unit"),
        ("1e400", "finite"),
        (True, "one number, got bool"),
        ([1.0], "one number, got list"),
        (np.array([1.0]), "one number"),
        (float("inf"), "finite"),
    ],
)
def test_what_is_no_quantity_is_refused(typed: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_quantity(typed, "Hz")


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(UNITS)))
def test_a_printed_number_is_read_back_in_its_unit(value: float, unit: str) -> None:
    assert parse_quantity(f"{value!r} {unit}", unit) == value


@given(st.text(max_size=80))
def test_any_text_gives_a_finite_number_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert np.isfinite(parse_quantity(text, "Hz"))
