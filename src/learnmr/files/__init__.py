"""Bytes to nouns: every vendor's FID behind one :func:`read`, the archive, and the named data sets.

What every reader guarantees: samples start at t = 0, a positive frequency lies toward higher ppm, the carrier's shift
is the vendor's or None, sizes announced in headers are checked against the file before anything is allocated, and
whatever is wrong becomes one :class:`ReadError`. Amplitudes are the numbers in the file, unscaled.
"""

from .archive import iterate_archive, read_archive, write_archive
from .errors import DatasetUnavailableError, ReadError
from .reading import read
from .registry import DataFile, Dataset, datasets, fetch_dataset, find_nmrpy_data

__all__ = [
    "DataFile",
    "Dataset",
    "DatasetUnavailableError",
    "ReadError",
    "datasets",
    "fetch_dataset",
    "find_nmrpy_data",
    "iterate_archive",
    "read",
    "read_archive",
    "write_archive",
]
