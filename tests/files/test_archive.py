from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from learnmr.bench.example_files import WRITERS, example_fid
from learnmr.files import ReadError, iterate_archive, read, read_archive, write_archive
from learnmr.signals import FID, LINE_FIELDS, ArrayAxis, ResonanceTable

FIELDS = [name + suffix for name in LINE_FIELDS for suffix in ("", "_sd")]


def _array(rng: np.random.Generator, n_fids: int = 50, dtype: type = np.complex128) -> tuple[FID, ResonanceTable]:
    samples = (rng.normal(size=(n_fids, 32)) + 1j * rng.normal(size=(n_fids, 32))).astype(dtype)
    fid = FID(
        samples, 1 / 3e3, spectrometer_mhz=60.1, carrier_ppm=4.7, nucleus="1H",
        axis=ArrayAxis("time", rng.random(n_fids), "s"),
    )  # fmt: skip
    columns = [rng.random(120) for _ in range(4)]
    truth = ResonanceTable(
        *columns, frequency_hz_sd=rng.random(120), fid_index=rng.integers(0, n_fids, 120), noise_sd=rng.random(n_fids)
    )
    return fid, truth


def _same_lines(one: ResonanceTable, other: ResonanceTable) -> None:
    for name in [*FIELDS, "fid_index", "noise_sd"]:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("compress", [False, True])
def test_fids_and_truth_come_back_without_loss(
    tmp_path: Path, rng: np.random.Generator, dtype: type, compress: bool
) -> None:
    fid, truth = _array(rng, dtype=dtype)
    assert write_archive(tmp_path / "a.h5", fid, truth, compress=compress) == 50
    back, lines = read_archive(tmp_path / "a.h5")
    np.testing.assert_array_equal(back.samples, fid.samples)
    assert back.samples.dtype == dtype
    assert (back.dwell_s, back.spectrometer_mhz, back.carrier_ppm, back.nucleus) == (1 / 3e3, 60.1, 4.7, "1H")
    assert back.axis is not None
    assert (back.axis.name, back.axis.unit) == ("time", "s")
    np.testing.assert_array_equal(back.axis.values, fid.axis.values)
    assert lines is not None
    _same_lines(lines, truth)


@settings(max_examples=20, deadline=None)
@given(hnp.arrays(np.float64, (3, 5), elements=st.floats(-1e300, 1e300)))
def test_every_double_survives(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("archive") / "a.h5"
    samples = values + 1j * values[::-1]
    write_archive(path, FID(samples, 1.0))
    np.testing.assert_array_equal(read_archive(path)[0].samples, samples)


@pytest.mark.parametrize("chunk_fids", [1, 7, 50, 1000])
def test_pieces_put_together_are_the_whole(tmp_path: Path, rng: np.random.Generator, chunk_fids: int) -> None:
    fid, truth = _array(rng)
    write_archive(tmp_path / "a.h5", fid, truth)
    pieces = list(iterate_archive(tmp_path / "a.h5", chunk_fids))
    assert max(piece.n_fids for piece, _ in pieces) <= chunk_fids
    np.testing.assert_array_equal(np.concatenate([piece.samples for piece, _ in pieces]), fid.samples)
    write_archive(tmp_path / "b.h5", iter(pieces))
    back, lines = read_archive(tmp_path / "b.h5")
    np.testing.assert_array_equal(back.samples, fid.samples)
    assert lines is not None
    order = np.argsort(truth.fid_index, kind="stable")
    _same_lines(lines.select(np.argsort(lines.fid_index, kind="stable")), truth.select(order))


def test_the_lines_of_a_piece_are_counted_from_its_first_fid(tmp_path: Path, rng: np.random.Generator) -> None:
    fid, truth = _array(rng)
    write_archive(tmp_path / "a.h5", fid, truth)
    for number, (piece, lines) in enumerate(iterate_archive(tmp_path / "a.h5", 20)):
        assert lines is not None
        assert lines.fid_index.max() < piece.n_fids
        expected = truth.frequency_hz[truth.fid_index == 20 * number + 3]
        np.testing.assert_array_equal(lines.frequency_hz[lines.fid_index == 3], expected)


def test_a_single_fid_stays_single_and_an_array_of_one_an_array(tmp_path: Path) -> None:
    fid = example_fid()
    write_archive(tmp_path / "one.h5", fid)
    assert read(tmp_path / "one.h5").samples.shape == (256,)
    write_archive(tmp_path / "array.h5", FID(fid.samples[None], fid.dwell_s))
    assert read(tmp_path / "array.h5").samples.shape == (1, 256)


def test_unknown_things_stay_unknown(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.h5", FID(np.ones(8), 1.0))
    fid, truth = read_archive(tmp_path / "a.h5")
    assert truth is None
    assert (fid.spectrometer_mhz, fid.carrier_ppm, fid.nucleus, fid.axis) == (None, None, None, None)


def test_nothing_is_left_of_a_writing_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    write_archive(path, example_fid())
    before = path.read_bytes()

    def stream():
        yield example_fid()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive(path, stream())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("chunks", "problem"),
    [
        ([], "at least one FID"),
        ([example_fid(), FID(np.ones(5), 1e-3)], "chunk beginning at FID 1: n_points must be 256"),
        ([FID(np.ones(8), 1.0), FID(np.ones(8), 2.0)], "dwell_s must be 1.0"),
        ([FID(np.ones(8), 1.0), FID(np.ones(8, np.complex64), 1.0)], "samples must be complex128"),
        (
            [example_fid(3), FID(example_fid().samples, 1e-3, spectrometer_mhz=60.0, carrier_ppm=4.7, nucleus="1H")],
            "axis",
        ),
        (["text"], "fids must be FIDs, got str"),
    ],
)
def test_chunks_that_do_not_fit_are_refused(tmp_path: Path, chunks: list, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        write_archive(tmp_path / "a.h5", chunks)
    assert not list(tmp_path.iterdir())


def test_truth_of_an_fid_that_is_not_there_is_refused(tmp_path: Path) -> None:
    truth = ResonanceTable([1.0], [1.0], [1.0], [0.0], fid_index=[4])
    with pytest.raises(ValueError, match="fid_index must be < 4, got 4"):
        write_archive(tmp_path / "a.h5", example_fid(4), truth)


def test_truth_with_another_reference_is_refused(tmp_path: Path) -> None:
    truth = ResonanceTable([1.0], [1.0], [1.0], [0.0], carrier_ppm=5.0)
    with pytest.raises(ValueError, match=r"carrier_ppm must be that of the FIDs, .*got 5\.0"):
        write_archive(tmp_path / "a.h5", example_fid(), truth)


def test_another_hdf5_file_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(ReadError, match="no learnmr archive"):
        read(tmp_path / "a.h5")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda file: file.attrs.__setitem__("learnmr_archive", 99), "version 99"),
        (lambda file: file.__delitem__("samples"), "no dataset samples"),
        (lambda file: file["samples"].resize(10**9, axis=0), "is not all there"),
        (
            lambda file: file["truth/frequency_hz"].resize(5, axis=0),
            "truth/frequency_hz must have 2 values, got 5|not all",
        ),
        (lambda file: file["fids"].attrs.__delitem__("dwell_s"), "fids has no dwell_s"),
        (lambda file: file["fids"].attrs.__setitem__("dwell_s", np.nan), "dwell_s must be > 0"),
        (lambda file: file["samples"].__setitem__((0, 3), np.nan), "must be finite"),
        (lambda file: file["axis"].resize(3, axis=0), "axis must have 4 values, got 3"),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, damage, problem: str) -> None:
    path = WRITERS["learnmr"](tmp_path / "a")
    with h5py.File(path, "r+") as file:
        damage(file)
    with pytest.raises(ReadError, match=problem):
        read(path)
    with pytest.raises(ReadError, match=problem):
        list(iterate_archive(path))


def test_a_dataset_that_points_outside_is_refused(tmp_path: Path) -> None:
    path = WRITERS["learnmr"](tmp_path / "a")
    (tmp_path / "secret").write_bytes(bytes(16 * 4 * 256))
    with h5py.File(path, "r+") as file:
        del file["samples"]
        file.create_dataset("samples", (4, 256), np.complex128, external=[(str(tmp_path / "secret"), 0, 16 * 4 * 256)])
    with pytest.raises(ReadError, match="must be stored in chunks in the file itself"):
        read(path)


def test_a_flipped_sample_is_noticed(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.h5", example_fid())
    content = bytearray((tmp_path / "a.h5").read_bytes())
    place = bytes(content).find(example_fid().samples[7:9].tobytes())
    content[place] ^= 1
    (tmp_path / "a.h5").write_bytes(bytes(content))
    with pytest.raises(ReadError, match="OSError"):
        read(tmp_path / "a.h5")
