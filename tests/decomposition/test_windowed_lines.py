"""Windows cut from periodic spectra, and the network's reading of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.decomposition.threads import one_blas_thread
from learnmr.decomposition.windowed_lines import beyond, cut, energy, lines_in_windows
from learnmr.networks import load_line_network
from learnmr.physics import line_in_bins, window_bins


@given(n_rows=st.integers(1, 4), n_points=st.integers(1, 40), half_width=st.integers(1, 12), data=st.data())
@settings(max_examples=80, deadline=None)
def test_windows_are_the_bins_around_the_centre(
    n_rows: int, n_points: int, half_width: int, data: st.DataObject
) -> None:
    spectra = (np.arange(n_rows * n_points) + 1j).reshape(n_rows, n_points)
    centre = np.array(data.draw(st.lists(st.integers(0, n_points - 1), min_size=n_rows, max_size=n_rows)))
    windows = cut(spectra, centre, half_width)
    places = (centre[:, None] + np.arange(-half_width, half_width + 1)) % n_points
    np.testing.assert_array_equal(windows, np.take_along_axis(spectra, places, axis=1))
    windows[:] = 0
    assert spectra[0, 0] == 1j


@pytest.mark.parametrize(("n_points", "n_inside"), [(2, 2), (7, 7), (8, 8), (9, 9), (10, 9), (100, 9)])
def test_bins_beyond_a_small_spectrum_are_counted_once(n_points: int, n_inside: int) -> None:
    outside = beyond(4, n_points)
    assert n_inside == (9 if outside is None else int(np.sum(~outside)))


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_energy_is_the_sum_of_squares(dtype: type) -> None:
    values = np.array([[3 + 4j, 0], [1, 1j]], dtype)
    np.testing.assert_allclose(energy(values), [25, 2])


def test_a_line_alone_in_its_window_is_read_and_nothing_is_left() -> None:
    network = load_line_network()
    offset, width = np.array([0.2, -0.4]), np.array([0.5, 3.0])
    lines = 5 * np.exp(0.7j) * 4096 * line_in_bins(offset, width, window_bins(network.half_width), 4096)
    found = lines_in_windows(lines, 4096, network)
    np.testing.assert_allclose(found.parameters[:, 0], offset, atol=0.02)
    np.testing.assert_allclose(found.parameters[:, 1], width, rtol=0.05)
    np.testing.assert_allclose(found.parameters[:, 2], 5, rtol=0.02)
    np.testing.assert_allclose(found.parameters[:, 3], 0.7, atol=0.02)
    assert np.all(found.unexplained < 1e-3 * energy(lines))


def test_an_empty_window_has_no_amplitude() -> None:
    network = load_line_network()
    found = lines_in_windows(np.zeros((1, 2 * network.half_width + 1), complex), 4096, network)
    assert found.parameters[0, 2] == 0
    assert np.isfinite(found.parameters).all()


def test_blas_uses_one_thread_inside_and_its_own_number_after() -> None:
    from threadpoolctl import threadpool_info

    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    with one_blas_thread():
        assert set(threads()) <= {1}
    assert threads() == before
