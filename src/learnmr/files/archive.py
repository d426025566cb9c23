"""The archive: FIDs and the truth behind them in one HDF5 file, without loss, written and read in chunks.

Layout, version 1 (``learnmr_archive = 1`` at the root)::

    /samples            (n_records, n_points) complex64 or complex128, chunked by rows, gzip where asked
    /fids               attributes dwell_s and, where known, spectrometer_mhz, carrier_ppm, nucleus, is_array
    /axis               (n_records,) float64 with attributes name and unit; only for an array with an axis
    /truth/fid_index    (n_lines,) int64: the record a line belongs to
    /truth/<field>      (n_lines,) float64 for each of the eight fields of a resonance
    /truth/noise_sd, /truth/residual_over_noise   (n_records,) float64, where known

All records share dwell time, reference and nucleus, and so do their lines; a record is one FID. The file appears whole
or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..signals import FID, LINE_FIELDS, ArrayAxis, ResonanceTable
from ..writing import replacing
from .contents import file_size, opening
from .errors import gate

__all__ = ["find_archive", "iterate_archive", "read_archive", "read_archived_fid", "write_archive"]

FORMAT = "learnmr archive"
_MARK = b"\x89HDF\r\n\x1a\n"
_VERSION = 1
_FIELDS = tuple(name + suffix for name in LINE_FIELDS for suffix in ("", "_sd"))
_PER_RECORD = ("noise_sd", "residual_over_noise")
_SHARED = ("dwell_s", "spectrometer_mhz", "carrier_ppm", "nucleus")
_DTYPES = (np.dtype(np.complex64), np.dtype(np.complex128))
#: what gzip can at most make of one byte
_LARGEST_COMPRESSION = 1032
#: rows of one HDF5 chunk hold about this many bytes
_CHUNK_BYTES = 1_000_000


def write_archive(
    path: str | os.PathLike[str],
    fids: FID | Iterable[FID] | Iterable[tuple[FID, ResonanceTable | None]],
    truth: ResonanceTable | None = None,
    *,
    compress: bool = False,
) -> int:
    """Write FIDs, and the lines they are made of, into one file.

    Parameters
    ----------
    path : path-like
        The file; an existing one is replaced when everything has been written.
    fids : FID, or iterable of FID, or iterable of (FID, ResonanceTable)
        One FID or array, or chunks of a stream that need not fit into memory. All chunks share number of points,
        dwell time, reference, nucleus and type; the ``fid_index`` of a chunk's truth counts from its own first FID.
    truth : ResonanceTable, optional
        The lines of a single FID or array.
    compress : bool
        Compress without loss (gzip); noise hardly shrinks.

    Returns
    -------
    int
        Number of FIDs written.

    Raises
    ------
    ValueError
        If there is no FID, the chunks differ, or the truth names an FID that is not there.

    Examples
    --------
    >>> import tempfile
    >>> fid = FID(np.exp(-np.arange(8.0)) + 0j, 1e-3, nucleus="1H")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_archive(f"{folder}/one.h5", fid)
    ...     read_archive(f"{folder}/one.h5")[0].nucleus
    1
    '1H'
    """
    chunks: Iterable[Any] = [(fids, truth)] if isinstance(fids, FID) else fids
    if truth is not None and not isinstance(fids, FID):
        raise ValueError("truth must be given with each chunk, as (FID, ResonanceTable), when fids is an iterable")
    n_records = 0
    first: FID | None = None
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        for chunk in chunks:
            fid, lines = chunk if isinstance(chunk, tuple) else (chunk, None)
            if not isinstance(fid, FID):
                raise ValueError(f"fids must be FIDs, got {type(fid).__name__}")
            if first is None:
                first = fid
                _create(file, first, compress=compress, single=isinstance(fids, FID))
            _same_experiment(first, fid, n_records)
            rows = fid.samples.reshape(fid.n_fids, -1)
            _append(file["samples"], rows)
            if ("axis" in file) != (fid.axis is not None):
                raise ValueError(f"chunk beginning at FID {n_records}: either all chunks have an axis or none")
            if fid.axis is not None:
                _append(file["axis"], fid.axis.values)
            if lines is not None:
                _append_truth(file, lines, n_records, fid.n_fids)
            n_records += fid.n_fids
        if first is None:
            raise ValueError("fids must hold at least one FID, got none")
        for name in _PER_RECORD:
            if f"truth/{name}" in file and file[f"truth/{name}"].shape[0] != n_records:
                raise ValueError(f"truth: {name} must be given for all FIDs or for none")
        file.attrs["learnmr_archive"] = _VERSION
    return n_records


def _create(file: h5py.File, first: FID, *, compress: bool, single: bool) -> None:
    """The datasets of an empty archive for FIDs like the first."""
    rows = max(1, min(1024, _CHUNK_BYTES // (first.n_points * first.samples.itemsize)))
    file.create_dataset(
        "samples",
        shape=(0, first.n_points),
        maxshape=(None, first.n_points),
        dtype=first.samples.dtype,
        chunks=(rows, first.n_points),
        compression="gzip" if compress else None,
        fletcher32=True,
    )
    shared = file.create_group("fids").attrs
    shared["is_array"] = first.is_array or not single
    for name in _SHARED:
        if getattr(first, name) is not None:
            shared[name] = getattr(first, name)
    if first.axis is not None:
        axis = _growing(file, "axis", np.float64)
        axis.attrs["name"], axis.attrs["unit"] = first.axis.name, first.axis.unit


def _growing(file: h5py.File, name: str, dtype: Any) -> h5py.Dataset:
    """A column that can grow; made where it is missing."""
    if name not in file:
        file.create_dataset(name, shape=(0,), maxshape=(None,), dtype=dtype, chunks=(4096,), fletcher32=True)
    return file[name]


def _append(dataset: h5py.Dataset, rows: Any) -> None:
    """Append rows to a growing dataset."""
    start = dataset.shape[0]
    dataset.resize(start + len(rows), axis=0)
    dataset[start:] = rows


def _same_experiment(first: FID, fid: FID, n_records: int) -> None:
    """Refuse a chunk that does not fit the first."""
    for name in ("n_points", *_SHARED):
        if getattr(fid, name) != getattr(first, name):
            raise ValueError(
                f"chunk beginning at FID {n_records}: {name} must be {getattr(first, name)!r} as in the first, "
                f"got {getattr(fid, name)!r}"
            )
    if fid.samples.dtype != first.samples.dtype:
        raise ValueError(f"chunk beginning at FID {n_records}: samples must be {first.samples.dtype} as in the first")


def _append_truth(file: h5py.File, truth: ResonanceTable, n_before: int, n_fids: int) -> None:
    """Append the lines of a chunk, counting FIDs from the beginning of the archive."""
    fid_index = np.asarray(truth.fid_index)
    if fid_index.max(initial=0) >= n_fids:
        raise ValueError(f"truth: fid_index must be < {n_fids}, got {int(fid_index.max())}")
    for name in _SHARED[1:]:
        stated, stored = getattr(truth, name), file["fids"].attrs.get(name)
        if stated is not None and stated != stored:
            raise ValueError(f"truth: {name} must be that of the FIDs, {stored!r}, or None, got {stated!r}")
    _append(_growing(file, "truth/fid_index", np.int64), fid_index + n_before)
    for name in _FIELDS:
        _append(_growing(file, f"truth/{name}", np.float64), getattr(truth, name))
    for name in _PER_RECORD:
        values = getattr(truth, name)
        if values is not None:
            if values.size != n_fids:
                raise ValueError(f"truth: {name} must have one value for each of {n_fids} FIDs, got {values.size}")
            _append(_growing(file, f"truth/{name}", np.float64), values)


def read_archive(path: str | os.PathLike[str]) -> tuple[FID, ResonanceTable | None]:
    """Read a whole archive.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    fid : FID
        As written: a single FID, or an array of all records.
    truth : ResonanceTable or None
        The lines, where they were stored.

    Raises
    ------
    ReadError
        If the file is no archive or is damaged.
    """
    path = Path(path)
    with gate(path, FORMAT), _opened(path) as file:
        fid, truth = _records(file, 0, file["samples"].shape[0])
        if not file["fids"].attrs["is_array"]:
            fid = replace(fid, samples=fid.samples[0], axis=None)
        return fid, truth


def iterate_archive(path: str | os.PathLike[str], chunk_fids: int = 256) -> Iterator[tuple[FID, ResonanceTable | None]]:
    """Read an archive piece by piece, so that it need not fit into memory.

    Parameters
    ----------
    path : path-like
        The file.
    chunk_fids : int
        Largest number of FIDs of a piece.

    Yields
    ------
    fid : FID
        An array of up to ``chunk_fids`` FIDs.
    truth : ResonanceTable or None
        Their lines, ``fid_index`` counted from the first FID of the piece.

    Raises
    ------
    ReadError
        If the file is no archive or is damaged.
    """
    if not chunk_fids >= 1:
        raise ValueError(f"chunk_fids must be >= 1, got {chunk_fids!r}")
    path = Path(path)
    with gate(path, FORMAT):
        file = _opened(path)
    with file:
        n_records = file["samples"].shape[0]
        for start in range(0, n_records, int(chunk_fids)):
            with gate(path, FORMAT):
                piece = _records(file, start, min(start + int(chunk_fids), n_records))
            yield piece


def find_archive(path: Path) -> Path | None:
    """The path itself when it begins with HDF5's signature."""
    return path if path.is_file() and opening(path, len(_MARK)) == _MARK else None


def read_archived_fid(path: Path) -> FID:
    """The FID, or the array of FIDs, of an archive without its truth: what ``read`` gives."""
    return read_archive(path)[0]


def _opened(path: Path) -> h5py.File:
    """An archive opened for reading, its datasets checked before anything is read."""
    file_size(path, 10**15)
    if find_archive(path) is None:
        raise ValueError("the file does not begin with the signature of HDF5")
    file = h5py.File(path, "r")
    try:
        _check(file)
    except BaseException:
        file.close()
        raise
    return file


def _check(file: h5py.File) -> None:
    """Refuse what is no archive of this version, and sizes that the file cannot hold."""
    version = file.attrs.get("learnmr_archive")
    if version is None:
        raise ValueError("it is an HDF5 file, but no learnmr archive (no attribute learnmr_archive)")
    if version != _VERSION:
        raise ValueError(f"the archive has version {version}, this program reads version {_VERSION}")
    samples = _dataset(file, "samples", 2)
    if samples.dtype not in _DTYPES:
        raise ValueError(f"samples must be complex64 or complex128, got {samples.dtype}")
    if samples.shape[0] < 1 or samples.shape[1] < 2:
        raise ValueError(f"samples must hold FIDs, got shape {samples.shape}")
    if not isinstance(file.get("fids"), h5py.Group):
        raise ValueError("no group fids")
    for name in ("dwell_s", "is_array"):
        if name not in file["fids"].attrs:
            raise ValueError(f"fids has no {name}")
    if not file["fids"].attrs["is_array"] and samples.shape[0] != 1:
        raise ValueError(f"the archive says it holds a single FID and has {samples.shape[0]}")
    if "axis" in file and _dataset(file, "axis", 1).shape[0] != samples.shape[0]:
        raise ValueError(f"axis must have {samples.shape[0]} values, got {file['axis'].shape[0]}")
    if "truth" in file:
        n_lines = _dataset(file, "truth/fid_index", 1).shape[0]
        for name in _FIELDS:
            if _dataset(file, f"truth/{name}", 1).shape[0] != n_lines:
                raise ValueError(f"truth/{name} must have {n_lines} values, got {file[f'truth/{name}'].shape[0]}")
        for name in _PER_RECORD:
            if f"truth/{name}" in file and _dataset(file, f"truth/{name}", 1).shape[0] != samples.shape[0]:
                raise ValueError(f"truth/{name} must have {samples.shape[0]} values")


def _dataset(file: h5py.File, name: str, ndim: int) -> h5py.Dataset:
    """A dataset that must be there, with numbers in all of its chunks: HDF5 fills missing ones silently with 0."""
    dataset = file.get(name)
    if not isinstance(dataset, h5py.Dataset) or dataset.ndim != ndim or dataset.dtype.kind not in "ifc":
        raise ValueError(f"no dataset {name} of numbers with {ndim} dimension(s)")
    if dataset.is_virtual or dataset.external or dataset.chunks is None:
        raise ValueError(f"dataset {name} must be stored in chunks in the file itself")
    chunks = [-(-length // chunk) for length, chunk in zip(dataset.shape, dataset.chunks, strict=True)]
    n_chunks, chunk_numbers = (int(np.prod(lengths, dtype=object)) for lengths in (chunks, dataset.chunks))
    stored = file.id.get_filesize() * _LARGEST_COMPRESSION
    too_large = max(chunk_numbers, dataset.size) * dataset.dtype.itemsize > stored
    if too_large or dataset.id.get_num_chunks() < n_chunks:
        raise ValueError(f"dataset {name} of shape {dataset.shape} is not all there")
    return dataset


def _records(file: h5py.File, start: int, stop: int) -> tuple[FID, ResonanceTable | None]:
    """FIDs start..stop as an array, and their lines."""
    shared = {name: _plain(file["fids"].attrs[name]) for name in _SHARED if name in file["fids"].attrs}
    axis = None
    if "axis" in file:
        stored = file["axis"]
        axis = ArrayAxis(_plain(stored.attrs["name"]), stored[start:stop], _plain(stored.attrs["unit"]))
    fid = FID(file["samples"][start:stop], axis=axis, **shared)
    return fid, _truth(file, start, stop, fid) if "truth" in file else None


def _truth(file: h5py.File, start: int, stop: int, fid: FID) -> ResonanceTable:
    """The lines of FIDs start..stop; lines stand in the order of the FIDs, chunk by chunk, but not within one."""
    fid_index = file["truth/fid_index"][:]
    chosen = np.flatnonzero((fid_index >= start) & (fid_index < stop))
    low, high = (int(chosen[0]), int(chosen[-1]) + 1) if chosen.size else (0, 0)
    columns = {name: file[f"truth/{name}"][low:high][chosen - low] for name in _FIELDS}
    per_record = {name: file[f"truth/{name}"][start:stop] for name in _PER_RECORD if f"truth/{name}" in file}
    return ResonanceTable(
        **columns,
        fid_index=fid_index[chosen] - start,
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
        **per_record,
    )


def _plain(value: Any) -> Any:
    """An attribute as a Python number or text."""
    return value.item() if isinstance(value, np.generic) else value
