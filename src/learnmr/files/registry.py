"""The named data sets: what they are, where they come from, and how to get them onto this machine.

A data set is looked for in the folder that ``LEARNMR_DATA`` names (laid out as ``nmr/<name>/...``), then in the cache,
then fetched from where it was published and checked by its SHA-256. ``datasets.json`` beside this module lists them.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pooch

from .errors import DatasetUnavailableError

__all__ = ["DataFile", "Dataset", "datasets", "fetch_dataset", "find_nmrpy_data"]

#: the data set that comes with a Python package, and the one command that brings it
_NMRPY = "nmrpy-31p"
_NMRPY_COMMAND = "pip install --no-deps nmrpy==0.2.8"
_TIMEOUT_S = 30


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Parameters
    ----------
    path : str
        Where it lies in the folder of the data set.
    url : str or None
        Where it is published; None where it cannot be fetched.
    sha256 : str
        Its hash, in hexadecimal digits.
    """

    path: str
    url: str | None
    sha256: str


@dataclass(frozen=True)
class Dataset:
    """A named data set of real measurements.

    Parameters
    ----------
    name : str
        Name, as in ``learnmr data get NAME``.
    description : str
        Sample, nucleus, frequency, vendor and what it is good for.
    licence : str
        Under which it is published.
    citation : str
        Whom to cite.
    files : tuple of DataFile
        Its files.
    experiments : tuple of str
        What ``read`` takes, relative to the folder of the data set.
    reason : str
        Why it cannot be fetched; empty where it can.
    """

    name: str
    description: str
    licence: str
    citation: str
    files: tuple[DataFile, ...]
    experiments: tuple[str, ...]
    reason: str = ""

    @property
    def fetchable(self) -> bool:
        """True when every file has an address."""
        return all(file.url for file in self.files)


@functools.cache
def datasets() -> tuple[Dataset, ...]:
    """All named data sets.

    Returns
    -------
    tuple of Dataset
        Sorted as in the list, vendors mixed.

    Examples
    --------
    >>> [dataset.name for dataset in datasets() if "Varian" in dataset.description]
    ['hop-1h-varian', 'ketobutyrate-1h-500-hmdb', 'nmrpy-31p']
    """
    text = resources.files(__package__).joinpath("datasets.json").read_text(encoding="utf-8")
    return tuple(_dataset(entry) for entry in json.loads(text))


def _dataset(entry: dict[str, Any]) -> Dataset:
    """One entry of the list as a record."""
    files = tuple(DataFile(**file) for file in entry.pop("files"))
    return Dataset(files=files, experiments=tuple(entry.pop("experiments")), **entry)


def fetch_dataset(name: str) -> Path:
    """The folder of a data set on this machine, fetched where it is not here yet.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    pathlib.Path
        A folder that holds all of its files: below ``LEARNMR_DATA`` where they are there (taken as they are), else in
        the cache, each file checked by its hash.

    Raises
    ------
    ValueError
        If no data set has this name.
    DatasetUnavailableError
        If it is not here and cannot be fetched; the message says what to do.
    """
    known = {dataset.name: dataset for dataset in datasets()}
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
    dataset = known[name]
    for folder in _local_folders(name):
        if all((folder / file.path).is_file() for file in dataset.files):
            return folder
    if name == _NMRPY:
        return _nmrpy_folder(dataset)
    if not dataset.fetchable:
        raise DatasetUnavailableError(
            f"data set {name} cannot be fetched: {dataset.reason}. {_override_advice(dataset)}"
        )
    return _fetched(dataset)


def find_nmrpy_data() -> Path | None:
    """The 31P time course inside the installed package nmrpy, found without importing it; None where it is absent.

    Returns
    -------
    pathlib.Path or None
        The Varian folder ``test1.fid``, which ``read`` takes.
    """
    try:
        files = metadata.files("nmrpy") or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.parts[-2:] == ("test1.fid", "procpar"):
            folder = Path(str(file.locate())).resolve().parent
            if (folder / "fid").is_file():
                return folder
    return None


def _local_folders(name: str) -> list[Path]:
    """Where a user's own copy may lie: both layouts of LEARNMR_DATA, with and without the kind of data."""
    override = os.environ.get("LEARNMR_DATA")
    return [Path(override) / "nmr" / name, Path(override) / name] if override else []


def _override_advice(dataset: Dataset) -> str:
    """What to do where nothing can be fetched."""
    return (
        f"Set LEARNMR_DATA to a folder that holds nmr/{dataset.name}/{dataset.files[0].path}"
        f"{' and its other files' if len(dataset.files) > 1 else ''}"
    )


def _nmrpy_folder(dataset: Dataset) -> Path:
    """The folder around the time course of the installed nmrpy, after a look at its hashes."""
    found = find_nmrpy_data()
    if found is None:
        raise DatasetUnavailableError(f"data set {dataset.name} is part of the package nmrpy: {_NMRPY_COMMAND}")
    for file in dataset.files:
        if hashlib.sha256((found.parent / file.path).read_bytes()).hexdigest() != file.sha256:
            raise DatasetUnavailableError(
                f"data set {dataset.name}: the installed nmrpy holds another {file.path}: {_NMRPY_COMMAND}"
            )
    return found.parent


def _fetched(dataset: Dataset) -> Path:
    """The folder of the cache after every file has been fetched and checked."""
    folder = Path(pooch.os_cache("learnmr")) / "nmr" / dataset.name
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        for file in dataset.files:
            where = folder / file.path
            pooch.retrieve(
                file.url,
                known_hash=f"sha256:{file.sha256}",
                fname=where.name,
                path=where.parent,
                downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_S),
            )
    except ValueError as error:  # pooch's word for a wrong hash
        raise DatasetUnavailableError(
            f"data set {dataset.name}: {file.url} no longer holds what it held: {error}"
        ) from error
    except OSError as error:  # requests' errors are OSErrors
        raise DatasetUnavailableError(
            f"data set {dataset.name} could not be fetched from {file.url} ({type(error).__name__}). "
            f"Is there a network connection? {_override_advice(dataset)}"
        ) from error
    finally:
        logger.setLevel(level)
    return folder
