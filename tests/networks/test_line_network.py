"""The line network in NumPy: files that survive the round trip, files that are refused, features without units."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnmr.networks import LineNetwork, load_line_network, save_line_network
from learnmr.networks.line_network import line_features, outputs_to_lines
from learnmr.physics import draw_lines, line_in_bins, window_bins


def small_network(**changed: Any) -> LineNetwork:
    rng = np.random.default_rng(1)
    parts: dict[str, Any] = {
        "basis": np.eye(5, 3) + 0j,
        "scales": np.ones(2),
        "weights": (rng.normal(size=(6, 7)), rng.normal(size=(7, 4))),
        "biases": (rng.normal(size=7), rng.normal(size=4)),
        "recipe": {"seed": 1},
    }
    return LineNetwork(**{**parts, **changed})


def test_a_network_survives_the_file_bit_for_bit(tmp_path: Path) -> None:
    network = small_network()
    save_line_network(network, tmp_path / "line.npz")
    again = load_line_network(tmp_path / "line.npz")
    assert again.recipe == {"seed": 1}
    for ours, theirs in zip(
        (network.basis, network.scales, *network.weights, *network.biases),
        (again.basis, again.scales, *again.weights, *again.biases),
        strict=True,
    ):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
    assert [path.name for path in tmp_path.iterdir()] == ["line.npz"]


def test_a_network_owns_its_read_only_arrays() -> None:
    basis = np.eye(5, 3).astype(np.complex64)
    network = small_network(basis=basis)
    basis[:] = 7
    assert network.basis[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        network.weights[0][:] = 0


def test_the_shipped_network_is_small_and_says_how_it_was_made() -> None:
    with resources.as_file(resources.files("learnmr.networks") / "weights" / "line.npz") as path:
        assert path.stat().st_size <= 2 * 2**20
    recipe = load_line_network().recipe
    assert {"seed", "n_steps", "batch", "backend", "command", "width_range", "snr_range"} <= set(recipe)
    assert load_line_network() is load_line_network()


def test_the_shipped_network_is_made_by_the_default_recipe() -> None:
    pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")
    from dataclasses import asdict

    from learnmr.networks.line_training import LineRecipe

    recipe = dict(load_line_network().recipe)
    assert json.loads(json.dumps(asdict(LineRecipe()))) == {name: recipe[name] for name in asdict(LineRecipe())}


def test_reading_a_network_imports_no_backend() -> None:
    code = (
        "import sys; from learnmr.networks import load_line_network; load_line_network();"
        "print(sorted({'keras', 'tensorflow', 'jax', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[]\n", done.stderr


def test_apply_is_dense_layers_with_silu() -> None:
    network = small_network()
    features = np.random.default_rng(2).normal(size=(11, 6)).astype(np.float32)
    before = features.copy()
    hidden = features.astype(float) @ network.weights[0] + network.biases[0]
    expected = (hidden / (1 + np.exp(-hidden))) @ network.weights[1] + network.biases[1]
    np.testing.assert_allclose(network.apply(features), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(features, before)


def test_very_negative_inputs_do_not_overflow() -> None:
    assert np.all(np.isfinite(small_network().apply(np.full((1, 6), -1e4, np.float32))))


def test_scale_and_phase_of_the_windows_go_straight_to_amplitude_and_phase() -> None:
    """The features carry no units: c times the window is |c| times the amplitude, turned by its phase."""
    network = load_line_network()
    draws = draw_lines(np.random.default_rng(3), 200, network.basis)
    lines = network.predict(draws.projections, draws.noise, draws.n_points)
    turned = 1e7 * np.exp(0.4j)
    scaled = network.predict(turned * draws.projections, 1e7 * draws.noise, draws.n_points)
    np.testing.assert_allclose(scaled[:, :2], lines[:, :2], rtol=0, atol=2e-5)
    np.testing.assert_allclose(scaled[:, 2] / lines[:, 2], 1e7, rtol=1e-5)
    turn = np.exp(1j * (scaled[:, 3] - lines[:, 3] - 0.4))
    np.testing.assert_allclose(np.angle(turn), 0, atol=1e-5)


def test_the_shipped_network_reads_clean_lines() -> None:
    """Errors without noise, of the size of the bound at the best signal-to-noise ratio that it was trained at."""
    network = load_line_network()
    rng = np.random.default_rng(4)
    offset, width = rng.uniform(-0.5, 0.5, 300), np.exp(rng.uniform(np.log(0.1), np.log(6), 300))
    windows = line_in_bins(offset, width, window_bins(network.half_width), 2048)
    lines = network.predict(windows @ network.basis.conj(), np.full(300, 3e-4), 2048)
    assert np.abs(lines[:, 0] - offset).max() < 0.02
    assert np.abs(lines[:, 1] / width - 1).max() < 0.05
    assert np.abs(lines[:, 2] - 1).max() < 0.01
    assert np.abs(lines[:, 3]).max() < 0.01


def test_features_stay_finite_without_noise() -> None:
    projections = np.ones((1, 3), complex)
    assert np.all(np.isfinite(line_features(projections, np.zeros(1), 64, np.ones(2))))


def test_a_width_is_positive_whatever_the_network_says() -> None:
    lines = outputs_to_lines(np.array([[0.0, -80.0, 1e4, 0.0]]), np.array([1.0 + 0j]))
    assert lines[0, 1] > 0
    assert np.isfinite(lines).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"basis": np.eye(4, 3)}, r"basis must have shape \(odd, >= 2\), got \(4, 3\)"),
        ({"basis": np.full((5, 3), np.nan)}, "basis must be finite"),
        ({"scales": np.ones(3)}, "scales must be 2 numbers > 0"),
        ({"scales": np.array([1.0, -1.0])}, "scales must be 2 numbers > 0"),
        ({"weights": (np.ones((6, 4)),)}, "weights and biases must pair up, got 1 and 2"),
        ({"weights": (np.ones((5, 7)), np.ones((7, 4)))}, r"weights\[0\] must take 6 inputs, got \(5, 7\)"),
        ({"weights": (np.full((6, 7), np.inf), np.ones((7, 4)))}, r"weights\[0\] must be finite"),
        ({"weights": (np.ones((6, 3)),), "biases": (np.ones(3),)}, "the last layer must have 4 outputs, got 3"),
        ({"recipe": ["seed"]}, "recipe must be a mapping, got list"),
    ],
)
def test_a_network_refuses_parts_that_do_not_fit(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small_network(**changed)


def test_a_file_must_be_named_npz(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"path must end in \.npz, got '.*line\.bin'"):
        save_line_network(small_network(), tmp_path / "line.bin")


def write_arrays(path: Path, **changed: Any) -> Path:
    """A valid file with some of its arrays changed."""
    save_line_network(small_network(), path)
    with np.load(path) as file:
        arrays = {**dict(file), **changed}
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "line.npz"
    refused = f"{path} is not a line network of learnmr"
    with pytest.raises(FileNotFoundError):
        load_line_network(path)
    for content in (b"", b"PK", b"hello", pickle.dumps({"basis": 1})):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=refused):
            load_line_network(path)
    for changed, message in (
        ({"about": None}, "about"),
        ({"about": np.array("[1]")}, "list indices"),
        ({"about": np.array('{"format": "other"}')}, "format must be 'learnmr line network 1', got 'other'"),
        ({"weights1": None, "biases1": None}, "last layer must have 4 outputs, got 7"),
        ({"scales": np.array([1.0, np.nan])}, "scales must be finite"),
        ({"basis": np.array("text")}, "basis must be numbers"),
    ):
        with pytest.raises(ValueError, match=f"{refused}.*{message}"):
            load_line_network(write_arrays(path, **changed))


class Bomb:
    """Unpickling this fails the test."""

    def __reduce__(self) -> Any:
        return (pytest.fail, ("a pickle was opened",))


def test_a_pickle_inside_is_never_opened(tmp_path: Path) -> None:
    bomb = np.empty(1, object)
    bomb[0] = Bomb()
    path = write_arrays(tmp_path / "line.npz", basis=bomb)
    with pytest.raises(ValueError, match=r"basis\.npy holds Python objects"):
        load_line_network(path)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "line.npz"
    path.write_bytes(bytes(2 * 2**20 + 1))
    with pytest.raises(ValueError, match="at most 2097152 bytes, got 2097153"):
        load_line_network(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("basis.npy", bytes(50 * 2**20))
    with pytest.raises(ValueError, match="unpacks to 52428800 bytes"):
        load_line_network(path)


def test_a_header_that_promises_too_much_allocates_nothing(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**3)})
    path = tmp_path / "line.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("basis.npy", header.getvalue() + bytes(80))
    with pytest.raises(ValueError, match=r"basis\.npy must hold \(1000000000, 1000\) of float64, has 80 bytes"):
        load_line_network(path)


def test_a_damaged_file_is_refused_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "line.npz"
    save_line_network(small_network(), path)
    content = path.read_bytes()
    rng = np.random.default_rng(6)
    messages = []
    for _ in range(300):
        damaged = bytearray(content[: rng.integers(1, len(content))] if rng.random() < 0.3 else content)
        for place in rng.integers(0, len(damaged), rng.integers(1, 4)):
            damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged))
        try:
            load_line_network(path)
        except ValueError as error:
            messages.append(str(error))
    assert len(messages) > 200
    assert all("is not a line network of learnmr" in message for message in messages)
