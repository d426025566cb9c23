"""Limits: positive, or refused."""

from __future__ import annotations

import pytest

from learnmr.isolation import Limits


@pytest.mark.parametrize("name", ["time_s", "cpu_s", "memory_bytes", "processes", "scratch_bytes", "output_bytes"])
def test_a_limit_must_be_positive(name: str) -> None:
    for value in (0, -1, float("nan")):
        with pytest.raises(ValueError, match=f"{name} must be > 0"):
            Limits(**{name: value})  # type: ignore[arg-type]
