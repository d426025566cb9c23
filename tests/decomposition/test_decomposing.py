"""From FID to table: the number of lines, honest error bars, arrays, switches, laws, refusals."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnmr import FID, Resonance, ResonanceTable, decompose, simulate_fid
from learnmr.signals import LINE_FIELDS, ArrayAxis, noise_sd

LINES = [Resonance(-120.0, 2.0, 1.0), Resonance(35.0, 1.0, 0.5, -0.2), Resonance(200.0, 1.5, 2.0, 0.3)]
SAMPLING: dict[str, Any] = {"n_points": 2048, "dwell_s": 1e-3}


@pytest.fixture
def fid() -> FID:
    return simulate_fid(LINES, **SAMPLING, noise_sd=0.02, seed=3)


def in_deviations(table: ResonanceTable, lines: list[Resonance]) -> np.ndarray:
    """Errors over their error bars, shape (n_lines, 4); the lines stand in order of frequency."""
    ratios = []
    for name in LINE_FIELDS:
        wrong = getattr(table, name) - [getattr(line, name) for line in lines]
        if name == "phase_rad":
            wrong = np.angle(np.exp(1j * wrong))
        ratios.append(wrong / getattr(table, f"{name}_sd"))
    return np.stack(ratios, axis=1)


def crowd(seed: int, *, n_points: int = 4096) -> tuple[FID, list[Resonance]]:
    """2 to 14 lines at least three widths apart, peak heights over a factor of more than 50, phases within reason."""
    rng = np.random.default_rng(seed)
    places: list[float] = []
    n_lines = int(rng.integers(2, 15))
    while len(places) < n_lines:
        place = rng.uniform(-450, 450)
        if all(abs(place - other) > 6.4 for other in places):
            places.append(place)
    lines = [
        Resonance(place, rng.uniform(0.3, 2), math.exp(rng.uniform(0, 3)), rng.normal(0, 0.2))
        for place in sorted(places)
    ]
    return simulate_fid(lines, n_points=n_points, dwell_s=1e-3, noise_sd=0.5, seed=rng), lines


@pytest.mark.parametrize("n_points", [32, 200, 2048])
def test_pure_noise_gives_an_empty_table(n_points: int) -> None:
    """One false alarm in 10 000 at most is asked for: none in 100."""
    rng = np.random.default_rng(n_points)
    tables = [decompose(FID(rng.standard_normal((n_points, 2)) @ [1, 1j], 1e-3)) for _ in range(100)]
    assert [len(table) for table in tables] == [0] * 100
    assert all(0.5 < table.residual_over_noise[0] < 1.6 for table in tables)


def test_the_false_alarm_rate_is_the_one_asked_for() -> None:
    rng = np.random.default_rng(8)
    noise = rng.standard_normal((200, 512, 2)) @ [1, 1j]
    n_alarms = sum(len(decompose(FID(samples, 1e-3), noise=1.0, false_alarm=0.2)) > 0 for samples in noise)
    # the significance of the fitted amplitude comes on top: the rate is a bound
    assert n_alarms <= 0.2 * 200 + 3 * math.sqrt(200 * 0.2 * 0.8)


def test_the_number_of_lines_comes_from_the_data_and_the_error_bars_are_honest() -> None:
    n_true = n_found = n_false = 0
    ratios = []
    for seed in range(25):
        fid, lines = crowd(seed)
        table = decompose(fid)
        n_true += len(lines)
        truth = np.array([line.frequency_hz for line in lines])
        for row in range(len(table)):
            nearest = int(np.argmin(np.abs(truth - table.frequency_hz[row])))
            if abs(truth[nearest] - table.frequency_hz[row]) < lines[nearest].fwhm_hz + fid.bin_hz:
                n_found += 1
                ratios.append(in_deviations(table.select([row]), [lines[nearest]])[0])
            else:
                n_false += 1
    assert n_false == 0
    assert n_true - n_found <= 0.03 * n_true
    covered = np.mean(np.abs(ratios) < 1.96, axis=0)
    slack = 4 * math.sqrt(0.95 * 0.05 / n_found)
    assert np.all(np.abs(covered - 0.95) < slack + 0.01), covered
    assert np.all(np.abs(np.mean(ratios, axis=0)) < 4 / math.sqrt(n_found))


def test_lines_come_in_order_with_noise_and_residual(fid: FID) -> None:
    table = decompose(fid)
    assert np.all(np.diff(table.frequency_hz) > 0)
    assert np.abs(in_deviations(table, LINES)).max() < 4
    assert table.noise_sd[0] == pytest.approx(0.02, rel=0.05)
    assert table.residual_over_noise[0] == pytest.approx(1, abs=0.05)
    assert table.offset[0] == 0


@pytest.mark.parametrize("width_bins", [0.2, 1.0, 8.0, 20.0, 40.0, 100.0])
def test_narrow_and_broad_lines_are_found_alike(width_bins: float) -> None:
    line = Resonance(77.0, width_bins / 4.096, 1.0, 1.0)
    decay = 2 * math.pi * line.fwhm_hz * 1e-3
    deviation = math.sqrt(-math.expm1(-decay * 4096) / -math.expm1(-decay)) / 60  # signal-to-noise ratio 60
    table = decompose(simulate_fid([line], n_points=4096, dwell_s=1e-3, noise_sd=deviation, seed=int(10 * width_bins)))
    assert len(table) == 1
    assert np.abs(in_deviations(table, [line])).max() < 4


@pytest.mark.parametrize("n_points", [32, 33, 100, 1000])
def test_short_fids_are_read_too(n_points: int) -> None:
    line = Resonance(100.0, 10.0, 1.0, 0.5)
    table = decompose(simulate_fid([line], n_points=n_points, dwell_s=1e-3, noise_sd=0.02, seed=n_points))
    assert len(table) == 1
    assert np.abs(in_deviations(table, [line])).max() < 4.5


def test_a_narrow_line_on_a_broad_hump_is_a_line() -> None:
    lines = [Resonance(-20.0, 25.0, 20.0), Resonance(-10.0, 1.0, 1.0)]
    table = decompose(simulate_fid(lines, n_points=4096, dwell_s=1e-3, noise_sd=0.05, seed=2))
    assert len(table) == 2
    assert np.abs(in_deviations(table, lines)).max() < 4.5


def test_frequencies_stay_in_the_band() -> None:
    table = decompose(simulate_fid([Resonance(499.9, 1.0, 1.0)], **SAMPLING, noise_sd=0.01, seed=4))
    assert len(table) == 1
    assert -500 <= table.frequency_hz[0] < 500
    assert abs(abs(table.frequency_hz[0]) - 499.9) < 0.3


def test_noise_free_lines_are_found_exactly() -> None:
    table = decompose(simulate_fid(LINES, **SAMPLING))
    for name in LINE_FIELDS:
        np.testing.assert_allclose(getattr(table, name), [getattr(line, name) for line in LINES], atol=1e-6)
        assert np.all(getattr(table, f"{name}_sd") < 1e-6)


def test_a_fid_of_zeros_has_no_lines() -> None:
    table = decompose(FID(np.zeros(64, complex), 1e-3))
    assert (len(table), table.noise_sd[0], table.residual_over_noise[0], table.offset[0]) == (0, 0, 0, 0)


def test_a_constant_is_an_offset_and_no_line() -> None:
    table = decompose(FID(np.full(256, 2 - 1j), 1e-3))
    assert len(table) == 0
    assert table.offset[0] == pytest.approx(2 - 1j, abs=1e-6)


# laws


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e9, 1e200])
def test_amplitudes_scale_with_the_samples_and_nothing_else_does(scale: float, fid: FID) -> None:
    plain, scaled = decompose(fid), decompose(fid.with_samples(fid.samples.astype(complex) * scale))
    np.testing.assert_allclose(scaled.amplitude / scale, plain.amplitude, rtol=1e-5)
    np.testing.assert_allclose(scaled.amplitude_sd / scale, plain.amplitude_sd, rtol=1e-3)
    np.testing.assert_allclose(scaled.noise_sd / scale, plain.noise_sd, rtol=1e-5)
    np.testing.assert_allclose(scaled.frequency_hz, plain.frequency_hz, rtol=1e-5)
    np.testing.assert_allclose(scaled.residual_over_noise, plain.residual_over_noise, rtol=1e-5)


def test_a_whole_number_of_bins_shifts_all_lines(fid: FID) -> None:
    turn = np.exp(2j * np.pi * 100 * np.arange(fid.n_points) / fid.n_points)
    plain, moved = decompose(fid), decompose(fid.with_samples(fid.samples * turn))
    np.testing.assert_allclose(moved.frequency_hz, plain.frequency_hz + 100 * fid.bin_hz, atol=1e-4)
    np.testing.assert_allclose(moved.fwhm_hz, plain.fwhm_hz, rtol=1e-3)


def test_another_dwell_time_stretches_the_table(fid: FID) -> None:
    plain, slow = decompose(fid), decompose(FID(fid.samples, 10 * fid.dwell_s))
    for name in ("frequency_hz", "fwhm_hz", "frequency_hz_sd", "fwhm_hz_sd"):
        np.testing.assert_allclose(getattr(slow, name) * 10, getattr(plain, name), rtol=1e-6)
    np.testing.assert_allclose(slow.amplitude, plain.amplitude, rtol=1e-6)


def test_appended_zeros_change_nothing(fid: FID) -> None:
    padded = decompose(FID(np.concatenate([fid.samples, np.zeros(3000)]), fid.dwell_s))
    for name in LINE_FIELDS:
        np.testing.assert_allclose(getattr(padded, name), getattr(decompose(fid), name), rtol=1e-9)


def test_the_same_fid_gives_the_same_table_and_is_left_alone(fid: FID) -> None:
    before = fid.samples.copy()
    assert decompose(fid).to_json() == decompose(fid).to_json()
    np.testing.assert_array_equal(fid.samples, before)


def test_the_signal_model_explains_the_fid_up_to_noise(fid: FID) -> None:
    table = decompose(fid)
    model = simulate_fid(list(table), **SAMPLING)
    residual = fid.samples - model.samples
    assert np.sqrt(np.mean(np.abs(residual) ** 2) / 2) == pytest.approx(0.02, rel=0.05)


# switches


def test_the_offset_is_kept_out_of_the_table_unless_asked_for(fid: FID) -> None:
    shifted = fid.with_samples(fid.samples + (0.3 - 0.1j))
    table = decompose(shifted)
    assert len(table) == 3
    assert table.offset[0] == pytest.approx(0.3 - 0.1j, abs=0.005)
    with_line = decompose(shifted, remove_offset=False)
    assert len(with_line) == 4
    assert with_line.offset[0] == 0
    still = int(np.argmin(np.abs(with_line.frequency_hz)))
    assert abs(with_line.frequency_hz[still]) < 0.02
    assert with_line.fwhm_hz[still] < 0.02


def test_a_line_near_zero_is_no_offset() -> None:
    table = decompose(simulate_fid([Resonance(0.0, 1.0, 1.0)], **SAMPLING, noise_sd=0.02, seed=1))
    assert len(table) == 1
    assert table.offset[0] == 0


@pytest.mark.parametrize("apodise_hz", [0.5, 3.0])
def test_apodising_the_search_does_not_touch_the_fit(apodise_hz: float, fid: FID) -> None:
    plain, searched = decompose(fid), decompose(fid, apodise_hz=apodise_hz)
    for name in LINE_FIELDS:
        np.testing.assert_allclose(getattr(searched, name), getattr(plain, name), rtol=1e-3, atol=1e-4)


def test_apodising_finds_a_broad_line_in_more_noise() -> None:
    """At a matched-filter signal-to-noise ratio of 6: the search is the better for the width it is told."""
    found = {0.0: 0, 6.0: 0}
    for seed in range(30):
        fid = simulate_fid([Resonance(60.0, 6.0, 0.12)], n_points=8192, dwell_s=1e-3, noise_sd=0.1, seed=seed)
        for apodise_hz in found:
            found[apodise_hz] += len(decompose(fid, apodise_hz=apodise_hz))
    assert found[6.0] > found[0.0]


def test_the_noise_may_be_given(fid: FID) -> None:
    assert decompose(fid, noise=0.02).noise_sd[0] == pytest.approx(0.02)
    assert decompose(fid, noise=0.02).residual_over_noise[0] == pytest.approx(1, abs=0.05)
    assert len(decompose(fid, noise=10.0)) == 0


@pytest.mark.parametrize("most_lines", [1, 2, 3, 10])
def test_the_search_stops_after_the_most_lines(most_lines: int, fid: FID) -> None:
    table = decompose(fid, most_lines=most_lines)
    assert len(table) == min(3, most_lines)
    assert np.abs(table.frequency_hz - 200).min() < 1  # the strongest is among them


def test_a_reference_moves_every_shift() -> None:
    lines = [Resonance(-50.0, 1.0, 1.0), Resonance(100.0, 1.0, 3.0), Resonance(110.0, 1.0, 1.0)]
    fid = simulate_fid(lines, **SAMPLING, noise_sd=0.02, seed=3, spectrometer_mhz=100.0, carrier_ppm=4.0)
    table = decompose(fid, reference_ppm=(5.05, 0.0))
    np.testing.assert_allclose(table.shift_ppm, [-1.5, 0.0, 0.1], atol=1e-3)
    with pytest.raises(ValueError, match=r"there is none within 0\.25 ppm of 7\.0"):
        decompose(fid, reference_ppm=(7.0, 0.0))


def test_a_reference_needs_field_and_carrier(fid: FID) -> None:
    with pytest.raises(ValueError, match="reference_ppm needs spectrometer_mhz and carrier_ppm"):
        decompose(fid, reference_ppm=(1.0, 0.0))


# arrays


def course(amplitudes: list[tuple[float, float]], *, noise_sd: float = 0.02, offset: complex = 0.0) -> FID:
    """Two lines whose amplitudes, negative ones too, change along the array."""

    def line(frequency_hz: float, fwhm_hz: float, amplitude: float) -> Resonance:
        return Resonance(frequency_hz, fwhm_hz, abs(amplitude), 0.3 if amplitude >= 0 else 0.3 + math.pi)

    groups = [[line(-120.0, 2.0, a), line(35.0, 1.0, b)] for a, b in amplitudes]
    fids = simulate_fid(groups, **SAMPLING, noise_sd=noise_sd, seed=4)
    axis = ArrayAxis("time", np.arange(len(amplitudes)) * 60.0, "s")
    return FID(fids.samples + offset, fids.dwell_s, axis=axis, nucleus="31P", spectrometer_mhz=100.0, carrier_ppm=1.0)


def test_each_fid_of_an_array_has_its_own_lines() -> None:
    seen: list[tuple[int, int]] = []
    fids = course([(0.0, 1.0), (0.3, 0.7), (0.9, 0.1)])
    table = decompose(fids, progress=lambda *report: seen.append(report))
    assert table.fid_index.tolist() == [0, 1, 1, 2, 2]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert table.noise_sd.shape == table.residual_over_noise.shape == table.offset.shape == (3,)
    single = decompose(fids[1])
    np.testing.assert_allclose(table.of_fid(1).frequency_hz, single.frequency_hz, rtol=1e-9)
    assert table.nucleus == single.nucleus == "31P"
    assert table.shift_ppm is not None


def test_an_array_together_has_every_line_in_every_fid() -> None:
    truth = [(0.0, 1.0), (0.3, 0.7), (0.9, 0.1)]
    table = decompose(course(truth), array="joint")
    assert table.fid_index.tolist() == [0, 0, 1, 1, 2, 2]
    amplitudes = table.amplitude.reshape(3, 2)
    assert np.abs((amplitudes - truth) / table.amplitude_sd.reshape(3, 2)).max() < 4
    assert np.ptp(table.frequency_hz[::2]) == 0
    assert np.abs(table.residual_over_noise - 1).max() < 0.06
    assert (table.nucleus, table.spectrometer_mhz) == ("31P", 100.0)


@pytest.mark.parametrize("offset", [0.0, 0.2 - 0.1j])
def test_an_array_that_changes_its_sign_is_found_together(offset: complex) -> None:
    """An inversion recovery whose mean is nothing but the offset."""
    truth = [(-1.0, -0.5), (-0.4, -0.2), (0.4, 0.2), (1.0, 0.5)]
    table = decompose(course(truth, offset=offset), array="joint")
    assert len(table) == 8
    amplitudes, deviation = table.amplitude.reshape(4, 2), table.amplitude_sd.reshape(4, 2)
    sign = np.sign(amplitudes[3])
    assert np.abs((amplitudes * sign - truth) / deviation).max() < 4.5
    np.testing.assert_allclose(table.offset, offset, atol=0.005)


def test_lines_that_exclude_one_another_are_found_together() -> None:
    truth = [(0.05, 0.0)] * 6 + [(0.0, 1.0)] * 6
    table = decompose(course(truth), array="joint")
    assert len(table) == 24


def test_error_bars_of_a_joint_fit_grow_where_lines_are_not_shared() -> None:
    fids = simulate_fid(
        [[Resonance(100.0 + drift, 2.0, 1.0)] for drift in (-1.0, 0.0, 1.0)], **SAMPLING, noise_sd=0.01, seed=2
    )
    table = decompose(fids, array="joint")
    assert np.all(table.residual_over_noise[[0, 2]] > 3)
    assert table.frequency_hz_sd[0] > 3 * decompose(fids[1]).frequency_hz_sd[0] / math.sqrt(3)


@pytest.mark.parametrize("array", ["each", "joint"])
def test_arrays_of_noise_or_nothing_have_no_lines(array: Any) -> None:
    rng = np.random.default_rng(7)
    noise = FID(rng.standard_normal((5, 256, 2)) @ [1, 1j], 1e-3)
    table = decompose(noise, array=array)
    assert len(table) == 0
    assert table.noise_sd.shape == table.residual_over_noise.shape == table.offset.shape == (5,)
    nothing = decompose(FID(np.zeros((5, 64), complex), 1e-3), array=array)
    assert len(nothing) == 0
    assert nothing.noise_sd.tolist() == [0.0] * 5


@pytest.mark.parametrize("array", ["each", "joint"])
def test_a_fid_of_zeros_within_an_array_is_no_obstacle(array: Any) -> None:
    samples = course([(1.0, 0.5)] * 3).samples.copy()
    samples[1] = 0
    table = decompose(FID(samples, 1e-3), array=array)
    expected = {"each": [], "joint": [0.0, 0.0]}[array]
    np.testing.assert_allclose(table.of_fid(1).amplitude, expected, atol=1e-12)
    np.testing.assert_allclose(table.of_fid(2).amplitude, [1.0, 0.5], atol=0.02)


@pytest.mark.parametrize("array", ["each", "joint"])
def test_an_array_of_one_is_an_array(array: Any, fid: FID) -> None:
    table = decompose(FID(fid.samples[None], fid.dwell_s), array=array)
    assert np.abs(in_deviations(table, LINES)).max() < 4


# round trips


def test_tables_survive_csv_and_json(fid: FID, tmp_path: Any) -> None:
    table = decompose(fid)
    rows = list(csv.DictReader(io.StringIO(table.to_csv(tmp_path / "table.csv"))))
    records = json.loads(table.to_json(tmp_path / "table.json"))
    assert (tmp_path / "table.csv").read_text() == table.to_csv()
    assert json.loads((tmp_path / "table.json").read_text()) == records
    for name in (*LINE_FIELDS, *(f"{field}_sd" for field in LINE_FIELDS), "fid_index"):
        assert [float(row[name]) for row in rows] == getattr(table, name).tolist()
        assert [record[name] for record in records] == getattr(table, name).tolist()
    assert table.to_frame().shape == (3, 9)


# refusals


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"array": "mean"}, "array must be 'each' or 'joint', got 'mean'"),
        ({"false_alarm": 0.0}, r"false_alarm must lie between 0 and 1, got 0\.0"),
        ({"false_alarm": math.nan}, "false_alarm must lie between 0 and 1, got nan"),
        ({"most_lines": 0}, "most_lines must be >= 1, got 0"),
        ({"apodise_hz": -1.0}, r"apodise_hz must be >= 0 Hz, got -1\.0"),
        ({"apodise_hz": math.inf}, "apodise_hz must be >= 0 Hz, got inf"),
        ({"noise": 0.0}, r"noise must be > 0, got 0\.0"),
        ({"noise": math.nan}, "noise must be > 0, got nan"),
    ],
)
def test_decompose_refuses(keywords: dict[str, Any], message: str, fid: FID) -> None:
    with pytest.raises(ValueError, match=message):
        decompose(fid, **keywords)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (lambda: np.ones(31, complex), "fid must have at least 32 points, got 31"),
        (lambda: np.r_[np.ones(10), np.zeros(90)] + 0j, "fid must have at least 32 points before its zeros, got 10"),
    ],
)
def test_short_fids_are_refused(samples: Callable[[], np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decompose(FID(samples(), 1e-3))


def test_the_estimated_noise_is_that_of_the_samples(fid: FID) -> None:
    assert decompose(fid).noise_sd[0] == pytest.approx(float(noise_sd(fid)), rel=1e-6)
