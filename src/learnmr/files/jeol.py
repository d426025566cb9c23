"""JEOL Delta files (``.jdf``), one-dimensional, and arrays of FIDs stored as two dimensions.

nmrglue reads them once header and parameters are known to fit the file, and conjugates the stored numbers, which turns
positive frequencies toward higher ppm. The digital filter's group delay follows from the orders and the decimation
factors of its stages: ``sum of (order - 1) / 2`` of each stage in units of its own sampling step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..signals import FID
from .assembly import Reference, assemble, referenced
from .bruker import without_group_delay
from .contents import bytes_of, count, number, opening
from .errors import gate

__all__ = ["find_jeol", "jeol_group_delay_points", "read_jeol"]

FORMAT = "JEOL"
_MARK = b"JEOL.NMR"
_HEADER_BYTES = 1360
_PARAMETER_BYTES = 64
_NUMBER_BYTES = {"float64": 8, "float32": 4}


def find_jeol(path: Path) -> Path | None:
    """The path itself when it begins with JEOL's mark."""
    return path if path.is_file() and opening(path, len(_MARK)) == _MARK else None


def read_jeol(path: Path) -> FID:
    """Read a JEOL Delta file that holds time-domain data.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    FID
        Shape (n_points,) or (n_fids, n_points). The carrier's shift is ``x_offset``.

    Raises
    ------
    ReadError
        If header, parameters and size contradict one another, or the data are no FIDs.
    """
    with gate(path, FORMAT):
        from nmrglue import jeol as nmrglue_jeol  # it loads much of SciPy: only when needed

        content = bytes_of(path, 500_000_000)
        if len(content) < _HEADER_BYTES:
            raise ValueError(f"the file has {len(content)} bytes, fewer than the {_HEADER_BYTES} of its header")
        _check_header(content)
        content_, header = nmrglue_jeol.read_header(_buffer(content))
        _, parameters = nmrglue_jeol.read_parameters(content_, header["param_start"], header["endian"])
        dictionary = {"header": header, "parameters": parameters}
        samples = nmrglue_jeol.reorganize(dictionary, nmrglue_jeol.read_bin_data(dictionary, content))
        samples = nmrglue_jeol.truncate_data(dictionary, samples)
        if not np.iscomplexobj(samples):
            raise ValueError("the data are not complex")
        if str(parameters.get("digital_filter", "")).upper() == "TRUE":
            orders, factors = (_filter_text(content, header, name) for name in (b"orders", b"factors"))
            samples = without_group_delay(samples, jeol_group_delay_points(orders, factors))
        width_hz = number(parameters.get("x_sweep"), "x_sweep")
        if not width_hz > 0:
            raise ValueError(f"x_sweep must be > 0 Hz, got {width_hz!r}")
        return assemble(samples, 1.0 / width_hz, nucleus=str(parameters.get("x_domain")), **_reference(parameters))


def _buffer(content: bytes) -> Any:
    """A block of bytes as nmrglue reads it."""
    from nmrglue import jeol as nmrglue_jeol

    return nmrglue_jeol.IOBuffer(content, conversion_table=nmrglue_jeol.ConversionTable)


def _check_header(content: bytes) -> None:
    """What nmrglue will allocate and loop over, compared with the size of the file."""
    from nmrglue import jeol as nmrglue_jeol

    buffer, header = nmrglue_jeol.read_header(_buffer(content))
    kinds = [kind for kind in header["data_axis_type"] if kind]
    if len(kinds) not in (1, 2) or kinds[0] not in ("complex", "real_complex"):
        raise ValueError(f"the data axes are {kinds}, not one complex time axis (and one more)")
    if header["units"][0][2] != "second":
        raise ValueError(f"the first axis has the unit {header['units'][0][2]}: the file holds a spectrum, not an FID")
    if header["data_type"] not in _NUMBER_BYTES:
        raise ValueError(f"data type {header['data_type']} is not one of {', '.join(_NUMBER_BYTES)}")
    n_numbers = 2 ** nmrglue_jeol.num_complex_dims({"header": header})
    for n in header["data_points"]:
        n_numbers *= count(n, "data_points of the header")
    needed = header["data_start"] + n_numbers * _NUMBER_BYTES[header["data_type"]]
    if needed > len(content):
        raise ValueError(
            f"truncated: the header announces {n_numbers} numbers up to byte {needed}, it has {len(content)}"
        )
    for start, stop, n in zip(
        header["data_offset_start"][: len(kinds)],
        header["data_offset_stop"][: len(kinds)],
        header["data_points"][: len(kinds)],
        strict=True,
    ):
        if not start < stop < n:
            raise ValueError(f"the header keeps points {start}..{stop} of {n}")
    start = header["param_start"]
    if start < _HEADER_BYTES or start + 16 > len(content):
        raise ValueError(f"the parameters begin at byte {start} of {len(content)}")
    if header["endian"] == "little_endian":
        buffer.set_little_endian()
    buffer.position = start + 8
    n_parameters = count(buffer.read_uint32(), "number of parameters", 0, 10**6)
    if start + 16 + n_parameters * _PARAMETER_BYTES > len(content):
        raise ValueError(f"truncated: {n_parameters} parameters from byte {start} do not fit {len(content)} bytes")
    for index in range(n_parameters):
        buffer.position = start + 16 + index * _PARAMETER_BYTES + 4
        power = buffer.read_int16()  # nmrglue multiplies by 10 ** power, even a text, which it would repeat
        if abs(power) > 30 or (power and content[buffer.position + 26 : buffer.position + 30] == bytes(4)):
            raise ValueError(f"parameter {index} has the unit 10 ** {power}")


def _filter_text(content: bytes, header: dict[str, Any], name: bytes) -> str:
    """A text parameter with its blanks, which nmrglue removes although they part the numbers."""
    first = header["param_start"] + 16
    for position in range(first, first + header["param_length"], _PARAMETER_BYTES):
        if content[position + 36 : position + 64].strip(b" \0").lower() == name:
            return content[position + 16 : position + 32].decode("latin-1").strip(" \0")
    raise ValueError(f"the digital filter has no {name.decode()}")


def jeol_group_delay_points(orders: str, factors: str) -> float:
    """Group delay of JEOL's digital filter in points of the FID.

    Parameters
    ----------
    orders : str
        Number of stages, then the order (number of coefficients) of each stage, first to last.
    factors : str
        The decimation factor of each stage.

    Returns
    -------
    float
        The sum over the stages of ``(order - 1) / 2`` steps of the stage's input.

    Raises
    ------
    ValueError
        If the numbers do not fit one another.

    Examples
    --------
    >>> jeol_group_delay_points("1 69", "2")
    17.0
    """
    n_stages, *taps = (count(word, "orders of the digital filter", 1, 100_000) for word in orders.split() or [""])
    steps = [count(word, "factors of the digital filter", 1, 100_000) for word in factors.split()]
    if not n_stages == len(taps) == len(steps):
        raise ValueError(f"orders {orders!r} and factors {factors!r} of the digital filter do not fit")
    remaining = np.cumprod(steps[::-1], dtype=float)[::-1]  # decimation from the input of each stage to the FID
    return float(np.sum((np.array(taps) - 1) / 2 / remaining))


def _reference(parameters: dict[str, Any]) -> Reference:
    """``x_freq`` is the frequency of 0 ppm: it is the same for two offsets; ``x_offset`` is the carrier's shift."""
    if parameters.get("x_freq") is None:
        return {}
    zero_ppm = number(parameters["x_freq"], "x_freq") * 1e-6
    if parameters.get("x_offset") is None or parameters["info"]["x_offset"]["units"][0][2] != "ppm":
        return {"spectrometer_mhz": zero_ppm}
    return referenced(zero_ppm * (1 + number(parameters["x_offset"], "x_offset") * 1e-6), zero_ppm)
