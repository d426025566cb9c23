"""A few hostile submissions for real, among honest ones; ``learnmr bench grading`` runs them all."""

from __future__ import annotations

import pytest

from learnmr.bench.grading import run_grading
from learnmr.bench.hostile_submissions import HONEST, HOSTILE, IN_TESTS
from learnmr.isolation import Sandbox


@pytest.mark.slow
def test_hostile_submissions_get_nowhere_and_harm_nobody(sandbox: Sandbox) -> None:
    cases = [case for case in HOSTILE if case.name in IN_TESTS]
    results = run_grading(0, cases=cases, honest=HONEST[:2])
    assert len(cases) == len(IN_TESTS)
    assert [case for case in results["cases"] if case["problems"]] == []
    assert results["hostile_contained"] == results["hostile_cases"] == len(IN_TESTS)
    assert results["false_full_marks"] == 0
    assert results["honest_full_marks"] == results["honest_cases"] == 2
