"""Arrays are checked at the door, copied and locked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learnmr.signals import ArrayAxis
from learnmr.signals.arrays import positive, read_only


@given(arrays(float, st.integers(0, 20), elements=st.floats(-1e300, 1e300)))
def test_any_finite_array_survives_and_is_no_longer_the_callers(values):
    held = read_only(values, "values")
    np.testing.assert_array_equal(held, values)
    assert not np.shares_memory(held, values)
    with pytest.raises(ValueError, match="read-only"):
        held[...] = 0.0


@pytest.mark.parametrize(
    ("values", "keywords", "message"),
    [
        ([[1.0]], {}, r"values must have 1 dimension\(s\), got shape \(1, 1\)"),
        (1.0, {"ndim": (1, 2)}, r"1 or 2 dimension\(s\), got shape \(\)"),
        ([0.0, np.nan], {}, r"values must be finite, got .*nan.* at index \(1,\)"),
        (["a"], {}, "values must be numbers of type float64, got list"),
        ([1j], {}, "values must be numbers of type float64"),
    ],
)
def test_what_is_no_finite_array_is_refused(values, keywords, message):
    with pytest.raises(ValueError, match=message):
        read_only(values, "values", **keywords)


def test_nan_passes_where_it_means_unknown():
    assert np.isnan(read_only([np.nan], "deviation", finite=False)[0])


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, "far", None])
def test_only_finite_numbers_above_zero_are_positive(value):
    with pytest.raises(ValueError, match="dwell_s must be"):
        positive(value, "dwell_s", "s")
    assert positive(2, "dwell_s", "s") == 2.0


def test_axis_is_frozen():
    axis = ArrayAxis("time", [0, 60], "s")
    with pytest.raises(AttributeError):
        axis.name = "delay"
    with pytest.raises(ValueError, match="values must be finite"):
        ArrayAxis("time", [0.0, np.inf])
