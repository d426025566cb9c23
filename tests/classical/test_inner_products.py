import numpy as np
import pytest

from learnmr.classical.inner_products import exponential_sums, line_rates, projections


@pytest.mark.parametrize("n_points", [1, 2, 3, 5, 16, 100, 1000, 1024])
@pytest.mark.parametrize("rate", [0.0, -1e-12, -1e-3, -0.5, -80.0, 0.3j, -0.01 + 3j])
def test_blocked_sums_equal_the_sums_written_out(n_points, rate):
    n = np.arange(n_points)
    for k, found in enumerate(exponential_sums(np.array([rate]), n_points)):
        expected = np.sum(n**k * np.exp(rate * n))
        assert found[0] == pytest.approx(expected, rel=1e-11, abs=1e-9)


@pytest.mark.parametrize("n_points", [4, 7, 64, 1000, 1024, 1025])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.complex128, 1e-12), (np.complex64, 2e-5)])
def test_blocked_projections_equal_the_matrix_product(n_points, dtype, tolerance, rng):
    samples = (rng.standard_normal((3, n_points)) + 1j * rng.standard_normal((3, n_points))).astype(dtype)
    rates = line_rates(rng.uniform(-400, 400, (3, 2)), rng.uniform(0, 30, (3, 2)), 1e-3)
    n = np.arange(n_points)
    lines = np.exp(rates[..., None] * n)  # (3, 2, n_points)
    g0, g1 = projections(samples, rates)
    scale = np.sqrt(n_points)
    np.testing.assert_allclose(g0, np.einsum("bln,bn->bl", lines.conj(), samples), atol=tolerance * scale * 10)
    np.testing.assert_allclose(
        g1, np.einsum("bln,bn->bl", lines.conj() * n, samples), atol=tolerance * scale * n_points * 10
    )


def test_the_lines_of_one_fid_serve_a_whole_array(rng):
    samples = rng.standard_normal((4, 50)) + 0j
    rates = np.array([-0.1 + 0.4j, -0.2 - 1j])
    for common, repeated in zip(
        projections(samples, rates[None]), projections(samples, np.tile(rates, (4, 1))), strict=True
    ):
        np.testing.assert_allclose(common, repeated)


def test_samples_that_are_a_stride_of_others_are_read_right(rng):
    samples = rng.standard_normal((2, 40)) + 0j
    rates = np.array([[-0.1j], [-0.2 + 0.1j]])
    np.testing.assert_allclose(projections(samples[:, ::2], rates)[0], projections(samples[:, ::2].copy(), rates)[0])
