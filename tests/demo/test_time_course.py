import math

import numpy as np
import pytest

from learnmr.decomposition import estimate_line
from learnmr.demo.time_course import (
    TimeCourse,
    carbon_satellites,
    equilibrium,
    measure_time_course,
    read_time_course,
    saturation,
    simulate_time_course,
    t1_from_first_excess,
)
from learnmr.files import DatasetUnavailableError
from learnmr.signals import FID, ArrayAxis


@pytest.fixture(scope="module")
def real_fids() -> FID:
    """The real time course, or skip."""
    try:
        return read_time_course()
    except DatasetUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def real(real_fids: FID) -> TimeCourse:
    return measure_time_course(real_fids)


def test_the_real_sugar_phosphates_are_found_and_named(real):
    assert real.species == ("TEP", "F6P", "G6P", "G6P")
    assert not real.anomer_added
    # the peaks that the tutorial of nmrpy 0.2.8 picks, on the scale of the files
    np.testing.assert_allclose(real.mean_lines.shift_ppm, [0.57, 4.15, 4.63, 4.72], atol=0.012)
    # the anomers: 12.6 Hz apart, 7.4 Hz wide
    assert real.mean_lines.frequency_hz[3] - real.mean_lines.frequency_hz[2] == pytest.approx(12.6, abs=0.3)
    np.testing.assert_allclose(real.mean_lines.fwhm_hz[2:], 7.4, atol=1.0)


def test_f6p_becomes_g6p_and_their_sum_is_constant(real):
    f6p, g6p = real.concentration_mm["F6P"], real.concentration_mm["G6P"]
    assert f6p[0] == pytest.approx(6.5, abs=0.4)
    assert f6p[-8:].mean() == pytest.approx(1.43, abs=0.12)
    assert g6p[0] == pytest.approx(1.06, abs=0.4)
    assert g6p[-8:].mean() == pytest.approx(6.5, abs=0.3)
    about = equilibrium(real)
    assert about.total_mm == pytest.approx(7.8, abs=0.2)
    # the scatter of the sum is that of its error bars: 23 degrees of freedom, 0.1 and 99.9 per cent
    assert 7.5 < about.chi_square < 49.7
    # about 0.3 at room temperature, less in the cold
    assert 0.18 < about.ratio < 0.35


def test_the_first_real_fid_shows_g6p_near_its_error_bar(real):
    first = slice(2, 4)  # the anomers in the first FID
    ratio = real.lines.amplitude[first] / real.lines.amplitude_sd[first]
    assert np.all((ratio > 1) & (ratio < 8))


def test_times_follow_from_the_files(real):
    # 24 FIDs of 12 transients every 11.6 s; the log says 14:15:09 to 15:11:02, 3353 s in all
    assert real.repetition_s == pytest.approx(11.6, abs=0.001)
    assert real.time_s[0] == pytest.approx(69.6, abs=0.01)
    assert real.time_s[-1] + 69.6 == pytest.approx(3353, abs=15)


def test_frequency_of_the_real_standard_scatters_by_less_than_15_mhz(real_fids):
    frequency_hz = estimate_line(real_fids.samples, real_fids.dwell_s).frequency_hz
    number = np.arange(24)
    around = [frequency_hz - np.polyval(np.polyfit(number, frequency_hz, degree), number) for degree in (1, 2)]
    straight, curved = (float(np.sqrt(np.mean(rest**2))) for rest in around)
    # the first FIDs drift faster: around a straight line the scatter is just below the goal
    assert straight <= 0.0151
    assert curved <= 0.013


def test_the_real_standard_is_constant_after_the_first_fid(real):
    rest = real.standard[slice(1, None)]
    chi_square = float(np.sum(((rest.amplitude - rest.amplitude.mean()) / rest.amplitude_sd) ** 2))
    assert chi_square < 46.8  # 22 degrees of freedom, 99.8 per cent
    excess, excess_sd = real.first_excess
    assert 0 < excess < 0.08
    assert excess_sd == pytest.approx(0.0125, abs=0.003)


def test_error_bars_of_the_concentrations_are_honest():
    pulls = []
    for seed in range(8):
        fids, truth_mm = simulate_time_course(seed, n_fids=12, n_points=8192)
        course = measure_time_course(fids, simulated=True)
        pulls.append(
            [(course.concentration_mm[name] - truth_mm[name]) / course.concentration_mm_sd[name] for name in truth_mm]
        )
    scatter = np.sqrt(np.mean(np.square(pulls), axis=(0, 2)))  # of F6P and of G6P
    # 96 values know a standard deviation to 7 per cent; shared parameters and scale tie them together
    np.testing.assert_allclose(scatter, 1.0, atol=0.25)


def test_a_simulated_course_closes_its_balance():
    course = measure_time_course(simulate_time_course(3)[0], simulated=True)
    about = equilibrium(course)
    assert about.total_mm == pytest.approx(7.8, abs=5 * math.hypot(about.total_mm_sd, 7.8 * 0.0023))
    assert about.response == pytest.approx(1.0, abs=4 * about.response_sd)
    assert course.simulated
    assert course.scatter_hz() < 0.008
    assert abs(course.first_excess[0]) < 4 * course.first_excess[1]


def test_table_of_the_course_has_a_row_per_fid():
    course = measure_time_course(simulate_time_course(1, n_fids=6, n_points=8192)[0], simulated=True)
    lines = course.to_csv().splitlines()
    assert lines[0].startswith("fid_index,time_s,F6P_mM,F6P_mM_sd,G6P_mM,G6P_mM_sd,total_mM")
    assert len(lines) == 7
    assert {len(line.split(",")) for line in lines} == {len(lines[0].split(","))}
    assert float(lines[1].split(",")[2]) == course.concentration_mm["F6P"][0]


def test_satellites_take_their_share_from_the_line():
    times_s = np.linspace(0, 1, 100001)
    # 6 carbons of 1.07 per cent: what stays in the middle line is the mean over a whole number of beats
    assert carbon_satellites(times_s[times_s < 1 / 6.2 * 6]).mean() == pytest.approx((1 - 0.0107) ** 6, abs=1e-3)


def test_saturation_and_its_trace_in_the_first_fid_agree():
    for t1_s in (2.0, 5.0, 20.0):
        first = (1 + 11 * saturation(t1_s, 11.6)) / 12  # one full transient, eleven at steady state
        assert t1_from_first_excess(first / saturation(t1_s, 11.6) - 1, 11.6) == pytest.approx(t1_s)
    assert t1_from_first_excess(-0.01, 11.6) is None


def test_what_is_no_time_course_is_refused():
    fids, _ = simulate_time_course(1, n_fids=4, n_points=4096)
    with pytest.raises(ValueError, match="array of at least 4"):
        measure_time_course(fids[0])
    with pytest.raises(ValueError, match=r"standard_mm.*-5"):
        measure_time_course(fids, standard_mm=-5)
    rng = np.random.default_rng(1)
    lonely = np.exp(2j * np.pi * 90 * fids.times_s - 2 * fids.times_s) + 0.01 * rng.standard_normal((4, 4096))
    with pytest.raises(ValueError, match=r"F6P at \+3.587 ppm"):
        measure_time_course(
            FID(lonely, fids.dwell_s, spectrometer_mhz=161.9, axis=ArrayAxis("time", [0, 1, 2, 3], "s"))
        )
