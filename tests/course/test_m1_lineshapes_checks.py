"""Other right answers to the exercises of the lesson Line shapes and fitting, and wrong ones that have no name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import curve_fit

from learnmr.course.checking import examine
from learnmr.course.checks import m1_lineshapes as checked
from learnmr.course.exercises import find_exercise
from learnmr.physics import cramer_rao_line
from learnmr.physics.lineshapes import gaussian, lorentzian
from learnmr.signals import Spectrum, spectrum


def _result(name: str, answer: Any) -> Any:
    exercise = find_exercise(f"m1.lineshapes.{name}")
    assert exercise is not None
    return examine(exercise, answer)


def _case_spectrum(name: str) -> Spectrum:
    return spectrum(checked.simulated_case(name), n_bins=131072)


def test_pseudo_voigt_of_two_library_shapes_passes_too() -> None:
    def mixed(frequency_hz: Any, centre_hz: float, fwhm_hz: float, fraction: float) -> Any:
        shapes = (shape(frequency_hz, centre_hz, fwhm_hz) for shape in (lorentzian, gaussian))
        return sum(part * shape for part, shape in zip((fraction, 1 - fraction), shapes, strict=True))

    assert _result("pseudo_voigt", mixed).passed


def test_area_by_the_inverse_transform_passes_too() -> None:
    def first_sample(values: Any, bin_hz: float) -> complex:
        samples = np.fft.ifft(np.fft.ifftshift(values)) * len(values) * bin_hz  # over the dwell time
        return 2 * complex(samples[0])

    assert _result("area", first_sample).passed


def test_error_bars_by_singular_values_pass_too() -> None:
    def by_svd(jacobian: Any, residual: Any) -> Any:
        _, singular, rows = np.linalg.svd(jacobian, full_matrices=False)
        scatter = np.linalg.norm(residual) / math.sqrt(len(residual) - len(singular))
        return scatter * np.sqrt(np.sum((rows / singular[:, None]) ** 2, axis=0))

    assert _result("errors", by_svd).passed


def test_error_bars_are_those_of_curve_fit() -> None:
    x = np.linspace(0, 3, 50)
    y = 2 * np.exp(-0.7 * x) + 0.05 * np.random.default_rng(2).standard_normal(50)
    best, covariance = curve_fit(lambda x, a, k: a * np.exp(-k * x), x, y, p0=(1, 1))
    decay = np.exp(-best[1] * x)
    jacobian = np.stack([decay, -x * best[0] * decay], axis=1)
    bars = checked.standard_errors(jacobian, y - best[0] * decay)
    assert bars == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-4)


def test_correlation_of_neighbours_of_two_channels_passes_too() -> None:
    def channels(residual: Any) -> float:
        parts = (residual.real, residual.imag)
        return sum(float(part[1:] @ part[:-1]) for part in parts) / sum(float(part @ part) for part in parts)

    assert _result("residual", channels).passed


def test_white_residuals_scatter_as_the_lesson_says() -> None:
    rng = np.random.default_rng(3)
    noise = rng.standard_normal((400, 200)) + 1j * rng.standard_normal((400, 200))
    found = np.array([checked.neighbour_correlation(one) for one in noise])
    assert np.std(found) == pytest.approx(1 / math.sqrt(2 * 200), rel=4 / math.sqrt(2 * 400))


@pytest.mark.parametrize("name", ["HMDB", "BMRB"])
def test_simulated_case_has_the_coupling_of_the_acid_and_the_standard_at_zero(name: str) -> None:
    frequency_hz, values = checked.case_window(name)
    best, deviations, rest = checked.fit_triplet(frequency_hz, values)
    assert best[1] == pytest.approx(7.30, abs=0.01)
    assert deviations[1] < 0.01
    # as in the measured FIDs the model is not quite the line, and the residual shows it
    assert checked.neighbour_correlation(rest) > 0.3
    shown = _case_spectrum(name)
    assert shown.shift_ppm is not None
    near = np.abs(shown.shift_ppm) < 0.01
    top_ppm = shown.shift_ppm[near][np.argmax(np.abs(shown.values[near]))]
    assert abs(top_ppm) < 1e-3


def test_the_right_table_fits_the_simulated_case_and_the_wrong_one_does_not() -> None:
    miss_hz = {}
    for name, lines_ppm in checked.PUBLISHED_PPM.items():
        shown = _case_spectrum(name)
        assert shown.shift_ppm is not None
        assert shown.spectrometer_mhz is not None
        inside = (shown.shift_ppm > 1.0) & (shown.shift_ppm < 1.11)
        top_ppm = shown.shift_ppm[inside][np.argmax(np.abs(shown.values[inside]))]
        miss_hz[name] = abs(top_ppm - lines_ppm[1]) * shown.spectrometer_mhz
    assert miss_hz["BMRB"] < 0.3
    assert miss_hz["HMDB"] > 5


def test_measured_case_tells_the_same(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNMR_DATA", str(shared_data))
    checked.case_fid.cache_clear()
    try:
        found = {}
        for name in ("HMDB", "BMRB"):
            assert checked.case_fid(name)[1] == "measured"
            found[name] = checked.fit_triplet(*checked.case_window(name))[0][1]
    finally:
        checked.case_fid.cache_clear()
    assert found["HMDB"] == pytest.approx(found["BMRB"], abs=0.01)
    # 600 MHz is what the distances of the published table say, to half a per cent
    assert found["HMDB"] / checked.TABLE_SPACING_PPM == pytest.approx(600, rel=5e-3)


@pytest.mark.parametrize("coupling_hz", [6.0, 7.0, 8.0])
def test_other_starts_end_in_the_same_valley(coupling_hz: float) -> None:
    window = checked.case_window("HMDB")
    assert checked.fit_triplet(*window, coupling_hz=coupling_hz)[0][1] == pytest.approx(7.30, abs=0.01)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"coupling_hz": 1508.9}, "another valley"),
        ({"coupling_hz": -7.3}, "another valley"),
        ({"coupling_hz": 7.4}, "do not fit"),
        ({"coupling_sd_hz": 0.25}, "long"),
        ({"coupling_sd_hz": 0.0}, "positive"),
        ({"table_mhz": 500.0}, "would be"),
        ({"verdict": "aliens"}, "VERDICTS"),
    ],
)
def test_a_wrong_solution_of_the_case_is_told_why(wrong: dict[str, Any], word: str) -> None:
    result = _result("table", checked.solved_case() | wrong)
    assert not result.passed
    assert word in str(result)


def test_a_solution_of_the_case_that_lacks_a_number_is_told_which() -> None:
    answer = checked.solved_case()
    del answer["table_mhz"]
    result = _result("table", answer)
    assert not result.passed
    assert "table_mhz" in str(result)


def test_bound_from_a_numeric_fisher_matrix_passes_too() -> None:
    def numeric(fwhm_hz: float, amplitude: float, noise_sd: float, n_points: int, dwell_s: float) -> float:
        t = np.arange(n_points) * dwell_s
        signal = amplitude * np.exp(-math.pi * fwhm_hz * t)
        slopes = np.stack([2j * math.pi * t * signal, 1j * signal, -math.pi * t * signal, signal], axis=1)
        fisher = (slopes.conj().T @ slopes).real / noise_sd**2
        return float(np.sqrt(np.linalg.inv(fisher)[0, 0]))

    assert _result("bound", numeric).passed


@pytest.mark.parametrize("fwhm_hz", [0.5, 2.0, 9.0])
def test_bound_of_the_derivation_is_that_of_the_library(fwhm_hz: float) -> None:
    record = {"n_points": 777, "dwell_s": 1.3e-3, "noise_sd": 0.2}
    wanted = cramer_rao_line([fwhm_hz], [1.7], **record)[0, 0]
    assert checked.frequency_bound_hz(fwhm_hz, 1.7, 0.2, 777, 1.3e-3) == pytest.approx(wanted, rel=1e-9)


def test_judge_that_divides_by_n_passes_too() -> None:
    def by_n(estimates: Any, truth: float, bound: float) -> dict[str, Any]:
        n, spread = len(estimates), np.std(estimates)
        return {
            "bias": np.mean(estimates) - truth,
            "bias_sd": spread / n**0.5,
            "ratio": spread / bound,
            "ratio_sd": spread / bound / (2 * n) ** 0.5,
        }

    assert _result("monte_carlo", by_n).passed


def test_concentration_through_a_factor_for_one_nucleus_passes_too() -> None:
    def by_factor(area: Any, area_sd: Any, nuclei: Any, standard: Any, standard_sd: Any, count: Any, mm: Any) -> Any:
        per_mm = standard / count / mm
        value = area / nuclei / per_mm
        return [value, ((value * area_sd / area) ** 2 + (value * standard_sd / standard) ** 2) ** 0.5]

    assert _result("concentration", by_factor).passed


def test_an_option_of_ones_own_is_told_where_to_look() -> None:
    result = _result("recast", dict.fromkeys(checked.RECAST_OPTIONS, "deep learning"))
    assert result.score == 0
    assert "OPTIONS" in str(result)
