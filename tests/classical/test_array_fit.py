import importlib.util
from pathlib import Path

import numpy as np
import pytest

from learnmr.classical import fit_array, refine_jointly
from learnmr.files import read
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, Resonance, ResonanceTable

FREQUENCY_HZ = np.array([100.0, 112.6, -300.0])
FWHM_HZ = np.array([7.4, 7.4, 7.0])
N_FIDS = 12
#: the first two grow from nothing, the third decays
COURSE = np.stack([np.linspace(0, 1, N_FIDS), np.linspace(0, 1.5, N_FIDS), np.linspace(2, 0.5, N_FIDS)], axis=1)
START = ResonanceTable(FREQUENCY_HZ + np.array([1.0, -1.5, 1.0]), FWHM_HZ * 1.4, np.ones(3), np.zeros(3))


def course(seed: int, phases_rad=(0.3, 0.3, 0.3), noise_sd: float = 0.5) -> FID:
    lines = [[Resonance(*FREQUENCY_HZ[[m]], FWHM_HZ[m], row[m], phases_rad[m]) for m in range(3)] for row in COURSE]
    return simulate_fid(lines, n_points=1024, dwell_s=4e-4, noise_sd=noise_sd, seed=seed)


@pytest.mark.parametrize("phase", ["line", "global"])
def test_error_bars_are_honest_for_shared_parameters_and_for_each_amplitude(phase):
    shared, amplitudes = [], []
    for seed in range(100):
        table = fit_array(course(seed), START, phase=phase)
        shared.append(
            [
                (table.frequency_hz[:3] - FREQUENCY_HZ) / table.frequency_hz_sd[:3],
                (table.fwhm_hz[:3] - FWHM_HZ) / table.fwhm_hz_sd[:3],
                (table.phase_rad[:3] - 0.3) / table.phase_rad_sd[:3],
            ]
        )
        amplitudes.append((table.amplitude - COURSE.reshape(-1)) / table.amplitude_sd)
    # 100 arrays know a standard deviation to 7 per cent; over 12 FIDs the amplitudes' to about 3
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(shared), axis=0)), 1.0, atol=0.28)
    pulls = np.reshape(amplitudes, (100, N_FIDS, 3))
    np.testing.assert_allclose(pulls.std(axis=(0, 1)), 1.0, atol=0.12)
    assert np.abs(pulls.mean(axis=(0, 1))).max() < 0.3


def test_where_a_line_is_absent_its_amplitude_averages_to_zero_with_both_signs():
    first = np.array([fit_array(course(seed), START).amplitude[:2] for seed in range(100, 200)])
    deviation = fit_array(course(100), START).amplitude_sd[:2]
    assert np.abs(first.mean(axis=0) / (deviation / 10)).max() < 4
    assert (first < 0).mean() == pytest.approx(0.5, abs=0.2)


def test_exact_without_noise_with_different_phases():
    table = fit_array(course(0, phases_rad=(0.2, -1.0, 2.8), noise_sd=0.0), START, n_steps=60)
    np.testing.assert_allclose(table.frequency_hz[:3], FREQUENCY_HZ, atol=1e-6)
    np.testing.assert_allclose(table.phase_rad[:3], [0.2, -1.0, 2.8], atol=1e-6)
    np.testing.assert_allclose(table.amplitude, COURSE.reshape(-1), atol=1e-6)
    assert table.fid_index.tolist() == np.repeat(np.arange(N_FIDS), 3).tolist()


def test_inversion_recovery_keeps_its_negative_amplitudes():
    amplitudes = [-1.0, -0.5, 0.1, 0.6, 1.0]
    fids = simulate_fid([[Resonance(5.0, 3.0, 1.0, 0.7 if a > 0 else 0.7 + np.pi)] for a in amplitudes],
                        n_points=512, dwell_s=1e-3)  # fmt: skip
    scaled = FID(fids.samples * np.abs(amplitudes)[:, None], 1e-3)
    table = fit_array(scaled, ResonanceTable([5.2], [4.0], [1.0], [0.0]))
    np.testing.assert_allclose(table.amplitude, amplitudes, atol=1e-5)


def test_joint_error_bars_beat_those_of_the_fids_one_by_one():
    fids = course(1)
    alone = refine_jointly(fids[6], START)  # both lines are well visible here
    assert (fit_array(fids, START).amplitude_sd[18:20] < 0.7 * alone.amplitude_sd[:2]).all()


def test_known_noise_gives_the_residual_ratio():
    table = fit_array(course(2), START, noise_sd=0.5)
    np.testing.assert_allclose(table.residual_over_noise, 1.0, atol=0.1)
    np.testing.assert_array_equal(table.noise_sd, np.full(N_FIDS, 0.5))


def test_impossible_requests_are_refused():
    with pytest.raises(ValueError, match="at least one line"):
        fit_array(course(0), ResonanceTable([], [], [], []))
    with pytest.raises(ValueError, match=r"phase.*'each'"):
        fit_array(course(0), START, phase="each")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"fwhm_hz.*0"):
        fit_array(course(0), ResonanceTable([1.0], [0.0], [1.0], [0.0]))


@pytest.fixture(scope="module")
def enzyme_course() -> FID:
    """The real 31P time course that the package nmrpy carries: 24 FIDs of phosphoglucose isomerase."""
    spec = importlib.util.find_spec("nmrpy")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("nmrpy is not installed: pip install --no-deps nmrpy==0.2.8")
    return read(Path(spec.submodule_search_locations[0]) / "tests" / "test_data" / "test1.fid")


def test_real_sugar_phosphates_turn_into_each_other_and_none_is_lost(enzyme_course):
    # F6P near 673 Hz, the two anomers of G6P at 750.6 and 763.2 Hz, the standard (TEP) at 92.2 Hz
    start = ResonanceTable([672.0, 751.0, 763.0, 92.2], [7.0, 7.0, 7.0, 0.6], np.ones(4), np.zeros(4))
    table = fit_array(enzyme_course, start)
    assert table.frequency_hz[2] - table.frequency_hz[1] == pytest.approx(12.5, abs=0.5)
    f6p, alpha, beta, standard = table.amplitude.reshape(24, 4).T
    deviation = table.amplitude_sd.reshape(24, 4)
    total = f6p + alpha + beta
    assert total.std() / total.mean() < 0.06
    assert f6p[0] > 4 * f6p[-1]
    # the first FID still has little G6P: near the noise, yet with an honest error bar
    assert 0 < alpha[0] < 6 * deviation[0, 1]
    # the beta anomer prevails, as it does in free glucose (64 per cent in water)
    assert np.mean((beta / (alpha + beta))[12:]) == pytest.approx(0.63, abs=0.05)
    assert standard.std() / standard.mean() < 0.05
