"""The dimensionless window is an exact DFT, its basis keeps what a window knows, and its draws are honest."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.physics import draw_lines, line_in_bins, window_basis, window_bins

WIDTHS = (0.04, 9.0)


@pytest.fixture(scope="module")
def basis() -> np.ndarray:
    return window_basis(64, 9, width_range=WIDTHS)


@given(
    n_points=st.sampled_from([1, 2, 3, 16, 33, 100, 1024, 4097]),
    offset=st.floats(-3000.0, 3000.0),
    width=st.floats(1e-3, 400.0),
)
@settings(max_examples=150, deadline=None)
def test_a_line_in_bins_is_the_dft_of_its_fid(n_points: int, offset: float, width: float) -> None:
    """Frequencies beyond the band alias in both alike."""
    n = np.arange(n_points)
    samples = np.exp((2j * np.pi * offset - np.pi * width) / n_points * n)
    samples[0] *= 0.5
    line = line_in_bins([offset], [width], n, n_points)[0]
    np.testing.assert_allclose(line, np.fft.fft(samples) / n_points, rtol=0, atol=1e-9)


def test_an_undamped_line_on_a_bin_is_finite() -> None:
    np.testing.assert_allclose(line_in_bins([2.0], [0.0], [1, 2, 3], 8)[0], [-1 / 16, 1 - 1 / 16, -1 / 16], atol=1e-15)


def test_every_line_has_its_own_number_of_points() -> None:
    together = line_in_bins([0.3, 0.3, -0.2], [1.0, 1.0, 2.0], [-1, 0, 1], [64, 32, 64])
    alone = [line_in_bins([o], [w], [-1, 0, 1], n)[0] for o, w, n in ((0.3, 1, 64), (0.3, 1, 32), (-0.2, 2, 64))]
    np.testing.assert_array_equal(together, alone)


def test_many_points_approach_the_window_without_points() -> None:
    z = 2j * np.pi * (0.3 - window_bins(5)) - np.pi * 1.5
    limit = np.expm1(2j * np.pi * 0.3 - np.pi * 1.5) / z
    expected = -np.exp(2j * np.pi * 0.3 - np.pi * 1.5) / 2
    for n_points in (10**3, 10**5):
        residue = line_in_bins([0.3], [1.5], window_bins(5), n_points)[0] - limit
        np.testing.assert_allclose(residue * n_points, expected, rtol=0, atol=4 / n_points)


def test_the_basis_is_orthonormal_and_stands_up(basis: np.ndarray) -> None:
    np.testing.assert_allclose(basis.conj().T @ basis, np.eye(9), atol=1e-12)
    assert np.all(basis.sum(axis=0).real > 0)
    np.testing.assert_allclose(basis.sum(axis=0).imag, 0, atol=1e-12)
    np.testing.assert_array_equal(basis, window_basis(64, 9, width_range=WIDTHS))


@pytest.mark.parametrize("width", [0.05, 0.1, 0.5, 1.0, 3.0, 6.0, 9.0])
@pytest.mark.parametrize("offset", [-0.5, 0.0, 0.4])
def test_the_basis_loses_less_than_half_a_per_cent(width: float, offset: float, basis: np.ndarray) -> None:
    """Standard deviations by the Fisher matrix of the projections over those of the whole window."""
    bins, n_points = window_bins(64), 4096
    line = line_in_bins([offset], [width], bins, n_points)[0]

    def slope(d_offset: float, d_width: float) -> np.ndarray:
        ahead, behind = (
            line_in_bins([offset + s * d_offset], [width + s * d_width], bins, n_points)[0] for s in (1, -1)
        )
        return (ahead - behind) / (2 * max(d_offset, d_width))

    jacobian = np.stack([slope(1e-4, 0), slope(0, 1e-4), line, 1j * line], axis=1)  # (n_bins, 4)

    def deviations(columns: np.ndarray) -> np.ndarray:
        return np.sqrt(np.diag(np.linalg.inv((columns.conj().T @ columns).real)))

    loss = deviations(basis.conj().T @ jacobian) / deviations(jacobian)
    assert np.all(loss >= 1 - 1e-9)
    assert np.all(loss < 1.005), loss


def test_drawn_noise_has_the_drawn_deviation(basis: np.ndarray) -> None:
    """At a fixed signal-to-noise ratio and N: variance of the projections, and that of the noise estimated."""
    draws = draw_lines(
        np.random.default_rng(3), 20000, basis, snr_range=(50.0, 50.001), points_range=(4096, 4097), n_sizes=1
    )
    offset, width = draws.truth[:, 0], draws.truth[:, 1]
    exact = line_in_bins(offset, width, window_bins(64), draws.n_points) @ basis.conj()
    decay = np.exp(-2 * np.pi * np.outer(width, np.arange(4096)[::64]) / 4096)
    # amplitude 1: sigma = sqrt(S0) / SNR per sample, sigma / sqrt(N) per bin
    expected = np.sqrt(64 * (decay.sum(axis=1) - 0.5) / 4096) / 50.0
    noise = (draws.projections - exact) / expected[:, None]
    np.testing.assert_allclose(noise.real.var(axis=0), 1, atol=0.06)
    np.testing.assert_allclose(noise.imag.var(axis=0), 1, atol=0.06)
    assert np.abs(np.mean(noise.conj()[:, 1:] * noise[:, :-1])) < 0.02
    np.testing.assert_allclose(np.mean((draws.noise / expected) ** 2), 1, atol=0.02)


def test_the_attainable_estimate_scatters_about_the_truth_by_the_bound(basis: np.ndarray) -> None:
    """An efficient estimator on the window: unbiased, and as good as the window allows (a broad line sticks out)."""
    draws = draw_lines(np.random.default_rng(4), 20000, basis, width_range=(0.04, 2.0), points_range=(300, 65536))
    ratio = (draws.attainable - draws.truth) / draws.bound
    assert np.all(np.abs(ratio.mean(axis=0)) < 4 / np.sqrt(20000))
    assert np.all(ratio.std(axis=0) > 0.985)
    assert np.all(ratio.std(axis=0) < 1.03), ratio.std(axis=0)


def test_bins_beyond_a_small_spectrum_hold_nothing(basis: np.ndarray) -> None:
    # 24 ... 40 bins, all of them inside a window of 129: what is lost is half of the first sample
    draws = draw_lines(np.random.default_rng(5), 4000, basis, width_range=(0.04, 1.0), points_range=(24, 40))
    ratio = (draws.attainable - draws.truth) / draws.bound
    assert np.all(np.abs(ratio.mean(axis=0)) < 4 / np.sqrt(4000))
    assert np.all(ratio.std(axis=0) > 0.96)
    assert np.all(ratio.std(axis=0) < 1.1), ratio.std(axis=0)


def test_draws_repeat_with_their_seed(basis: np.ndarray) -> None:
    one, two = (draw_lines(np.random.default_rng(8), 100, basis) for _ in range(2))
    for entry in dataclasses.fields(one):
        np.testing.assert_array_equal(getattr(one, entry.name), getattr(two, entry.name))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"width_range": (0.0, 1.0)}, r"width_range must ascend and be > 0, got \(0\.0, 1\.0\)"),
        ({"snr_range": (10.0, 5.0)}, r"snr_range must ascend and be > 0, got \(10\.0, 5\.0\)"),
        ({"points_range": (2, 50)}, r"points_range must start at 6 points or more, got \(2, 50\)"),
        ({"basis": np.ones((8, 3))}, r"basis must have shape \(odd number of bins, n_directions\), got \(8, 3\)"),
    ],
)
def test_draws_refuse(changed: dict[str, object], message: str) -> None:
    arguments = {"basis": np.eye(17, 5), **changed}
    with pytest.raises(ValueError, match=message):
        draw_lines(np.random.default_rng(1), 8, **arguments)


def test_the_basis_refuses() -> None:
    with pytest.raises(ValueError, match="half_width must be >= 1 bin, got 0"):
        window_bins(0)
    with pytest.raises(ValueError, match=r"n_directions must be from 1 to the 9 bins, got 10"):
        window_basis(4, 10, width_range=WIDTHS)
    with pytest.raises(ValueError, match=r"width_range must ascend and be > 0, got \(2\.0, 1\.0\)"):
        window_basis(4, 3, width_range=(2.0, 1.0))
