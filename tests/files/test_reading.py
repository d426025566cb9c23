from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS, example_fid
from learnmr.files import ReadError, read

#: format -> (largest difference of a sample from the truth: rounding to integers or to float32)
ROUNDING = {"bruker": 0.75, "jcamp": 0.5, "jcamp-array": 0.75}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_back_the_fid_that_was_written(name: str, tmp_path: Path) -> None:
    fid = read(WRITERS[name](tmp_path / name))
    truth = example_fid(fid.n_fids)
    np.testing.assert_allclose(fid.samples, truth.samples[..., : fid.n_points], atol=ROUNDING.get(name, 1e-3))
    assert fid.dwell_s == pytest.approx(1e-3)
    assert fid.spectrometer_mhz == pytest.approx(60.0, rel=1e-5)
    if fid.axis is not None:
        np.testing.assert_allclose(fid.axis.values, truth.axis.values, rtol=1e-5)
        assert fid.axis.unit == "s"


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in ("kea", "siemens")])
def test_the_stronger_line_lies_at_the_higher_shift_in_every_format(name: str, tmp_path: Path, peaks_ppm) -> None:
    fid = read(WRITERS[name](tmp_path / name))
    np.testing.assert_allclose(peaks_ppm(fid, threshold=0.3, broadening_hz=0), [2.3, 7.2], atol=0.02)
    assert fid.nucleus == "1H"


@pytest.mark.parametrize("name", ["kea", "siemens"])
def test_a_reference_that_the_file_does_not_state_is_none(name: str, tmp_path: Path, peaks_hz) -> None:
    fid = read(WRITERS[name](tmp_path / name))
    assert fid.carrier_ppm is None
    np.testing.assert_allclose(peaks_hz(fid, threshold=0.3, broadening_hz=0), [-144, 150], atol=1)


@pytest.mark.parametrize(
    "name",
    [name for name in WRITERS if name not in ("bruker", "bruker-ser", "varian", "varian-array", "spinsolve", "kea")],
)
def test_a_single_file_is_recognised_by_its_content_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name)
    renamed = path.rename(tmp_path / "holiday.jpg")
    assert read(renamed).n_points == 256


@pytest.mark.parametrize("name", ["bruker", "bruker-ser", "varian", "spinsolve", "kea"])
def test_folder_data_file_and_parameter_file_are_the_same_experiment(name: str, tmp_path: Path) -> None:
    folder = WRITERS[name](tmp_path / name)
    inside = {
        "bruker": "fid acqus",
        "bruker-ser": "ser acqus",
        "varian": "fid procpar",
        "spinsolve": "data.1d acqu.par",
        "kea": "data.2d acqu.par",
    }
    for file in inside[name].split():
        np.testing.assert_array_equal(read(folder / file).samples, read(folder).samples)


def test_samples_are_read_only_and_finite(examples: dict[str, Path]) -> None:
    for path in examples.values():
        assert not read(path).samples.flags.writeable


def test_reading_leaves_the_files_as_they_were(examples: dict[str, Path], tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for path in examples.values():
        read(path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file or folder") as caught:
        read(tmp_path / "nothing")
    assert caught.value.path == tmp_path / "nothing"
    assert caught.value.format == "unknown"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.dx").touch()
    with pytest.raises(ReadError, match="the file is empty"):
        read(tmp_path / "empty.dx")


def test_another_kind_of_file_is_refused_with_how_it_begins_and_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "fid").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(ReadError, match=r"begins with.*PNG.*none of Bruker, Varian"):
        read(tmp_path / "fid")


def test_a_folder_of_experiments_is_refused_with_their_names(tmp_path: Path) -> None:
    for name in ("1", "2"):
        WRITERS["bruker"](tmp_path / "sample" / name)
    (tmp_path / "sample" / "notes.txt").write_text("to be read by people")
    with pytest.raises(ReadError, match="holds some, read one of them: 1, 2"):
        read(tmp_path / "sample")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="holds no data"):
        read(tmp_path)


@pytest.mark.parametrize("name", WRITERS)
def test_every_truncation_is_refused(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name)
    data = max((p for p in tmp_path.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    whole = data.read_bytes()
    for length in (len(whole) - 1 - len(whole) // 50, len(whole) // 2, 40, 0):
        data.write_bytes(whole[:length])
        with pytest.raises(ReadError):
            read(path)


@pytest.mark.parametrize("name", ["bruker-ser", "varian", "spinsolve", "kea", "jeol", "nmrpipe", "siemens"])
def test_a_nan_in_the_data_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name)
    data = max((p for p in tmp_path.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(data.read_bytes())
    content[-8:] = {"varian": bytes.fromhex("7fc00000" * 2)}.get(name, bytes.fromhex("0000c07f" * 2))
    if name in ("bruker-ser", "siemens", "jeol"):
        content[-2000:-1992] = content[-8:] = bytes.fromhex("000000000000f87f")
    data.write_bytes(bytes(content))
    with pytest.raises(ReadError, match=r"must be finite, got .*nan"):
        read(path)


def test_the_shared_experiments_are_all_read(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from learnmr.files import datasets, fetch_dataset

    monkeypatch.setenv("LEARNMR_DATA", str(shared_data))
    for dataset in datasets():
        if dataset.name == "nmrpy-31p":
            continue
        folder = fetch_dataset(dataset.name)
        for experiment in dataset.experiments:
            fid = read(folder / experiment)
            assert fid.n_points >= 1000, experiment
            assert fid.nucleus in ("1H", "13C", None), experiment


def test_copying_an_experiment_elsewhere_changes_nothing(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "nmr" / "gaba-13c-126"
    shutil.copytree(source, tmp_path / "copy")
    np.testing.assert_array_equal(read(tmp_path / "copy").samples, read(source).samples)
