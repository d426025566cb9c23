import time

import numpy as np
import pytest

from learnmr.classical import matched_lines, refine_jointly, refine_lines
from learnmr.evaluation import score_lines
from learnmr.physics.bounds import cramer_rao
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, LINE_FIELDS, LineEstimates, Resonance, ResonanceTable


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize(
    ("snr", "width_bins", "n_points"),
    [((20, 50), (0.5, 2), 1024), ((50, 200), (2, 6), 1000), ((200, 600), (0.3, 0.5), 1024)],
)
def test_one_line_reaches_the_cramer_rao_bound_without_bias(draw, dtype, snr, width_bins, n_points):
    batch = draw(2000, snr=snr, width_bins=width_bins, n_points=n_points, seed=11, dtype=dtype)
    start = matched_lines(batch.samples, batch.dwell_s)
    found = refine_lines(batch.samples, batch.dwell_s, start, n_steps=8)
    score = score_lines(found, batch.truth, batch.bounds, bin_hz=batch.bin_hz)
    assert score.outlier_rate == 0
    for name in score.rmse_over_bound:
        # 2000 FIDs know the ratio to 1.6 per cent and the coverage to half a per cent
        assert score.rmse_over_bound[name] == pytest.approx(1.0, abs=0.06), name
        assert abs(score.bias_over_bound[name]) < 0.1, name
        assert score.coverage95[name] == pytest.approx(0.95, abs=0.02), name


def test_the_exact_line_comes_back_without_noise():
    line = Resonance(33.3, 1.7, 2.5, -2.0)
    fid = simulate_fid([line], n_points=777, dwell_s=1e-3)
    found = refine_lines(fid.samples[None], 1e-3, LineEstimates([33.9], [4.0], [1.0], [0.0]), n_steps=20)
    for name in LINE_FIELDS:
        assert getattr(found, name)[0] == pytest.approx(getattr(line, name), rel=1e-9)


def test_known_noise_sets_the_error_bars(draw):
    batch = draw(20, snr=(50, 60), width_bins=(1, 2), seed=12)
    found = refine_lines(batch.samples, batch.dwell_s, batch.truth, noise_sd=0.3)
    deviations = np.stack([getattr(found, f"{name}_sd") for name in LINE_FIELDS], axis=1)
    np.testing.assert_allclose(deviations, batch.bounds, rtol=0.2)


def test_refinement_is_never_worse_than_its_start_and_widths_stay_positive(rng):
    # pure noise and absurd starts: nothing to find, but nothing may break
    samples = rng.standard_normal((200, 256)) + 1j * rng.standard_normal((200, 256))
    start = LineEstimates(rng.uniform(-500, 500, 200), np.exp(rng.uniform(-7, 7, 200)), np.ones(200), np.zeros(200))
    found = refine_lines(samples, 1e-3, start, n_steps=10)
    assert (found.fwhm_hz > 0).all()
    t = np.arange(256) * 1e-3

    def explained(lines):
        e = np.exp(np.outer(2j * np.pi * lines.frequency_hz - np.pi * lines.fwhm_hz, t))
        return np.abs(np.sum(e.conj() * samples, axis=1)) ** 2 / np.sum(np.abs(e) ** 2, axis=1)

    assert (explained(found) >= explained(start) * (1 - 1e-9)).all()


def test_an_empty_fid_comes_back_as_it_went_in_with_unknown_error_bars():
    start = LineEstimates([1.0], [2.0], [3.0], [0.5])
    found = refine_lines(np.zeros((1, 64), complex), 1e-3, start)
    assert found.amplitude[0] == 3.0
    assert np.isnan(found.frequency_hz_sd[0])


def test_refine_lines_refuses_what_does_not_fit():
    start = LineEstimates([1.0], [2.0], [3.0], [0.5])
    with pytest.raises(ValueError, match=r"samples.*\(1, n_points\).*\(2, 8\)"):
        refine_lines(np.zeros((2, 8), complex), 1e-3, start)
    with pytest.raises(ValueError, match=r"dwell_s.*0"):
        refine_lines(np.zeros((1, 8), complex), 0.0, start)
    with pytest.raises(ValueError, match=r"fwhm_hz.*0"):
        refine_lines(np.zeros((1, 8), complex), 1e-3, LineEstimates([1.0], [0.0], [3.0], [0.5]))


def test_refine_lines_takes_no_lines():
    none = LineEstimates([], [], [], [])
    assert len(refine_lines(np.zeros((0, 16), complex), 1e-3, none)) == 0


@pytest.mark.parametrize("spacing_widths", [3.1, 1.26])
def test_a_pair_of_lines_reaches_the_joint_bound(spacing_widths):
    pair = [Resonance(20.0, 2.0, 1.0, 0.4), Resonance(20.0 + 2.0 * spacing_widths, 2.0, 1.0, -0.3)]
    sampling = {"n_points": 800, "dwell_s": 1e-3}
    noise_sd = 0.02
    bound = cramer_rao(pair, **sampling, noise_sd=noise_sd)  # (2, 4)
    truth = np.array([[getattr(line, name) for name in LINE_FIELDS] for line in pair])
    errors, pulls = [], []
    for seed in range(150):
        fid = simulate_fid(pair, **sampling, noise_sd=noise_sd, seed=seed)
        table = refine_jointly(fid, ResonanceTable(truth[:, 0] + [-0.4, 0.4], [3.0, 3.0], [1.0, 1.0], [0.0, 0.0]))
        found = np.stack([getattr(table, name) for name in LINE_FIELDS], axis=1)
        deviations = np.stack([getattr(table, f"{name}_sd") for name in LINE_FIELDS], axis=1)
        errors.append((found - truth) / bound)
        pulls.append((found - truth) / deviations)
    # 150 FIDs know the scatter to 6 per cent
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(errors), axis=0)), 1.0, atol=0.22)
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(pulls), axis=0)), 1.0, atol=0.22)


def test_thirty_six_lines_on_thirty_two_thousand_points_are_quick(rng):
    n_lines, n_points, dwell_s = 36, 32768, 1e-4
    frequency_hz = np.sort(rng.uniform(-4000, 4000, n_lines))
    frequency_hz[5] = frequency_hz[4] + 3.0
    truth = ResonanceTable(
        frequency_hz, rng.uniform(1, 3, n_lines), rng.uniform(1, 5, n_lines), rng.uniform(-3, 3, n_lines)
    )
    fid = simulate_fid(truth, n_points=n_points, dwell_s=dwell_s, noise_sd=0.5, seed=2)
    start = ResonanceTable(
        frequency_hz + rng.normal(size=n_lines) * 0.2, truth.fwhm_hz * 1.3, np.ones(n_lines), np.zeros(n_lines)
    )
    before = time.perf_counter()
    table = refine_jointly(fid, start)
    # 0.1 s on two idle cores; a Jacobian written out would need 100 s. The limit allows for a busy machine
    assert time.perf_counter() - before < 8.0
    assert np.abs((table.frequency_hz - frequency_hz) / table.frequency_hz_sd).max() < 4.5
    assert table.noise_sd[0] == pytest.approx(0.5, rel=0.01)


def test_the_residual_judges_the_model():
    lines = [Resonance(10.0, 2.0), Resonance(60.0, 2.0)]
    fid = simulate_fid(lines, n_points=1000, dwell_s=1e-3, noise_sd=0.05, seed=1)
    both = refine_jointly(fid, ResonanceTable.of(lines), noise_sd=0.05)
    one = refine_jointly(fid, ResonanceTable.of(lines[:1]), noise_sd=0.05)
    assert both.residual_over_noise[0] == pytest.approx(1.0, abs=0.06)
    assert one.residual_over_noise[0] > 2


def test_coinciding_lines_and_no_lines_are_survived():
    fid = simulate_fid([Resonance(10.0, 2.0)], n_points=500, dwell_s=1e-3, noise_sd=0.05, seed=1)
    twice = refine_jointly(fid, ResonanceTable([10.0, 10.0], [2.0, 2.0], [1.0, 1.0], [0.0, 0.0]))
    complex_amplitude = np.sum(twice.amplitude * np.exp(1j * twice.phase_rad))
    assert abs(complex_amplitude) == pytest.approx(1.0, abs=0.2)
    none = refine_jointly(fid, ResonanceTable([], [], [], []))
    assert len(none) == 0
    assert none.noise_sd[0] > 0.05


def test_joint_refinement_refuses_arrays_and_too_many_lines():
    with pytest.raises(ValueError, match="array"):
        refine_jointly(FID(np.ones((2, 8)), 1e-3), ResonanceTable([], [], [], []))
    many = ResonanceTable(np.arange(4.0), np.ones(4), np.ones(4), np.zeros(4))
    with pytest.raises(ValueError, match=r"fewer lines.*4 of 8"):
        refine_jointly(FID(np.ones(8), 1e-3), many)
