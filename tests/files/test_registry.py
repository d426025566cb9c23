from __future__ import annotations

import hashlib
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

from learnmr.files import DatasetUnavailableError, datasets, fetch_dataset, find_nmrpy_data, read, registry


@pytest.fixture
def no_override(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither a local folder nor a cache."""
    import pooch

    monkeypatch.delenv("LEARNMR_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda _: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def dataset() -> registry.Dataset:
    return next(dataset for dataset in datasets() if dataset.name == "water-tempo-kea")


def test_every_data_set_says_what_it_is_whose_and_under_which_licence() -> None:
    assert len({dataset.name for dataset in datasets()}) == len(datasets()) >= 16
    for dataset in datasets():
        assert dataset.description
        assert dataset.licence
        assert dataset.citation
        assert dataset.files
        assert dataset.experiments
        assert dataset.fetchable != bool(dataset.reason)
        for file in dataset.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert not Path(file.path).is_absolute()
            # an address that names a commit always holds the same bytes
            assert file.url is None or re.match(r"https://[^ ]+/[0-9a-f]{40}/[^ ]+$", file.url)


def test_hashes_are_those_of_the_shared_files(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNMR_DATA", str(shared_data))
    for dataset in datasets():
        if dataset.name == "nmrpy-31p":
            continue
        folder = fetch_dataset(dataset.name)
        assert folder == shared_data / "nmr" / dataset.name
        for file in dataset.files:
            assert hashlib.sha256((folder / file.path).read_bytes()).hexdigest() == file.sha256


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"must be one of aspirin-1h-300, .*got 'gold'"):
        fetch_dataset("gold")


def test_a_local_folder_is_taken_when_it_is_complete(
    no_override: Path, dataset: registry.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine" / "nmr" / dataset.name
    for file in dataset.files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).touch()
    monkeypatch.setenv("LEARNMR_DATA", str(tmp_path / "mine"))
    assert fetch_dataset(dataset.name) == folder


def test_without_a_network_the_error_says_what_to_do(
    no_override: Path, dataset: registry.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pooch

    def unplugged(self: object, url: str, output_file: str, pooch: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", unplugged)
    with pytest.raises(DatasetUnavailableError, match=r"network connection.*Set LEARNMR_DATA") as caught:
        fetch_dataset(dataset.name)
    assert dataset.files[0].url in str(caught.value)


def test_files_are_fetched_once_and_checked(
    no_override: Path, dataset: registry.Dataset, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pooch

    fetched = []

    def deliver(self: object, url: str, output_file: str, pooch: object) -> None:
        fetched.append(url)
        path = next(file.path for file in dataset.files if file.url == url)
        Path(output_file).write_bytes((shared_data / "nmr" / dataset.name / path).read_bytes())

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", deliver)
    folder = fetch_dataset(dataset.name)
    assert folder == no_override / "nmr" / dataset.name
    assert read(folder / dataset.experiments[1]).n_points == 16384
    fetch_dataset(dataset.name)
    assert sorted(fetched) == sorted(file.url for file in dataset.files)


def test_a_file_with_another_hash_is_refused(
    no_override: Path, dataset: registry.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pooch

    def deliver(self: object, url: str, output_file: str, pooch: object) -> None:
        Path(output_file).write_text("something else")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", deliver)
    with pytest.raises(DatasetUnavailableError, match="no longer holds what it held"):
        fetch_dataset(dataset.name)


def test_a_data_set_without_address_says_why(no_override: Path) -> None:
    with pytest.raises(DatasetUnavailableError, match=r"unpacked from .*Set LEARNMR_DATA"):
        fetch_dataset("aspirin-1h-300")


def test_a_missing_package_is_answered_with_the_one_command(no_override: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", absent)
    assert find_nmrpy_data() is None
    with pytest.raises(DatasetUnavailableError, match=r"pip install --no-deps nmrpy==0\.2\.8"):
        fetch_dataset("nmrpy-31p")


def test_the_phosphorus_data_are_found_without_importing_their_package(no_override: Path) -> None:
    if find_nmrpy_data() is None:
        pytest.skip("the 31P time course comes with: pip install --no-deps nmrpy==0.2.8")
    folder = fetch_dataset("nmrpy-31p")
    assert folder / "test1.fid" == find_nmrpy_data()
    assert "nmrpy" not in sys.modules
