"""Bruker experiments: ``acqus`` and ``fid`` or ``ser`` (UXNMR, XWIN-NMR, TopSpin).

Amplitudes are the stored counts: neither ``NC`` nor the receiver gain is applied. A ``ser`` file becomes an array of
FIDs in the order of the file, whatever its indirect dimensions mean. The group delay of the digital filter is removed
whole: the build-up before t = 0 is cut off, its fraction of a point shifted in the frequency domain, so an FID has
fewer points than TD / 2.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from ..signals import FID, ArrayAxis
from .assembly import Reference, assemble, referenced
from .contents import count, file_size, number, text_of
from .errors import gate
from .labelled_records import labelled_records, string_of

__all__ = ["find_bruker", "group_delay_points", "read_bruker", "without_group_delay"]

FORMAT = "Bruker"
_DATA_NAMES = ("fid", "ser")
_PARAMETER_NAMES = ("acqus", "acqu")
#: DTYPA -> bytes of one number
_NUMBER_BYTES = {0: 4, 2: 8}
#: AQ_mod -> why not, or None
_ACQUISITION_MODES = {
    0: "AQ_mod 0 (qf) is a single-channel acquisition: no sense of rotation can be told",
    1: None,
    2: "AQ_mod 2 (qseq) is a sequential acquisition with one channel at a time; convert it to complex first",
    3: None,
}
#: two statements of one quantity may differ by this fraction
_AGREEMENT = 0.01
#: rows of a ser file begin at multiples of this many bytes (acquisition manual, parameter NBL)
_BLOCK_BYTES = 1024


def find_bruker(path: Path) -> Path | None:
    """The ``fid`` or ``ser`` file of an experiment given by its folder or by one of its files; None if it is none."""
    folder = path if path.is_dir() else path.parent
    if not any((folder / name).is_file() for name in _PARAMETER_NAMES):
        return None
    if path.is_file() and path.name in _DATA_NAMES:
        return path
    if path.is_file() and path.name not in _PARAMETER_NAMES:
        return None
    found = [folder / name for name in _DATA_NAMES if (folder / name).is_file()]
    if len(found) == 2 and (folder / "acqu2s").is_file():
        return found[1]
    return found[0] if found else None


def read_bruker(path: Path) -> FID:
    """Read a Bruker ``fid`` or ``ser`` file with the parameter files beside it.

    Parameters
    ----------
    path : pathlib.Path
        The data file.

    Returns
    -------
    FID
        Shape (n_points,) of a ``fid``, (n_fids, n_points) of a ``ser``. The carrier follows ``SF`` of the processing
        parameters where they exist, else ``BF1``; ``vdlist`` becomes the axis where its length fits.

    Raises
    ------
    ReadError
        If a parameter is missing or does not fit the size of the data.
    """
    with gate(path, FORMAT):
        parameters = _parameters(path.parent, _PARAMETER_NAMES)
        samples = _samples(path, parameters)
        samples = without_group_delay(samples, group_delay_points(parameters))
        processing = _processing(path.parent)
        return assemble(
            samples,
            _dwell_s(parameters),
            turns_backwards=processing.get("REVERSE") == "yes",
            nucleus=parameters.get("NUC1") or parameters.get("NUCLEUS"),
            axis=_delays(path.parent / "vdlist", samples),
            **_reference(parameters, processing),
        )


def _parameters(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Bruker's own parameters (those with ``$``) of the first of the named files, first lines only."""
    for name in names:
        if (folder / name).is_file():
            records = labelled_records(text_of(folder / name))
            parameters = {label[1:]: string_of(value) for label, value in records if label.startswith("$")}
            if not parameters:
                raise ValueError(f"{name} holds no parameters")
            return parameters
    raise ValueError(f"no {' or '.join(names)} beside the data")


def _processing(folder: Path) -> dict[str, str]:
    """Parameters of the processing with the lowest number; empty where there is none."""
    numbers = sorted((p for p in (folder / "pdata").glob("*") if p.name.isdigit()), key=lambda p: (len(p.name), p.name))
    for processed in numbers:
        if (processed / "procs").is_file():
            return _parameters(processed, ("procs",))
    return {}


def _required(parameters: dict[str, str], name: str) -> str:
    """A parameter that must be there."""
    if name not in parameters:
        raise ValueError(f"acqus has no {name}")
    return parameters[name]


def _samples(path: Path, parameters: dict[str, str]) -> NDArray[Any]:
    """The complex numbers of the file, one row per FID of a ser file, checked against TD and the file's size."""
    from nmrglue import bruker as nmrglue_bruker  # here and below: it loads much of SciPy, only when it is needed

    mode = count(_required(parameters, "AQMOD"), "acqus: AQ_mod", 0, 3)
    if _ACQUISITION_MODES[mode]:
        raise ValueError(f"acqus: {_ACQUISITION_MODES[mode]}")
    number_type = count(parameters.get("DTYPA", "0"), "acqus: DTYPA", 0, 9)
    if number_type not in _NUMBER_BYTES:
        raise ValueError(f"acqus: DTYPA must be 0 (int32) or 2 (float64), got {number_type}")
    width = _NUMBER_BYTES[number_type]
    n_numbers = count(_required(parameters, "TD"), "acqus: TD", 4)
    if n_numbers % 2:
        raise ValueError(f"acqus: TD must be even, real and imaginary, got {n_numbers}")
    size = file_size(path)
    row_bytes = n_numbers * width
    n_rows = 1
    if path.name == "ser":
        row_bytes, n_rows = _rows(path, size, row_bytes)
    if size < n_rows * row_bytes:
        raise ValueError(f"{path.name} is truncated: TD = {n_numbers} needs {n_rows * row_bytes} bytes, it has {size}")
    if size % width:
        raise ValueError(f"{path.name} has {size} bytes, not a multiple of the {width} of one number (DTYPA)")
    with path.open("rb") as file:
        numbers = nmrglue_bruker.get_data(file, big=parameters.get("BYTORDA", "0") == "1", isfloat=number_type == 2)
    numbers = numbers[: n_rows * row_bytes // width].reshape(n_rows, -1)[:, :n_numbers]
    samples = nmrglue_bruker.complexify_data(numbers)  # (n_rows, n_points)
    return samples if path.name == "ser" else samples[0]


def _rows(path: Path, size: int, row_bytes: int) -> tuple[int, int]:
    """Bytes from row to row of a ser file and number of rows: padded to blocks, as written until now, or not."""
    declared = 1
    for name in ("acqu2s", "acqu3s", "acqu4s"):
        if (path.parent / name).is_file():
            declared *= count(_required(_parameters(path.parent, (name,)), "TD"), f"{name}: TD")
    padded = math.ceil(row_bytes / _BLOCK_BYTES) * _BLOCK_BYTES
    stride = row_bytes if size == declared * row_bytes else padded
    if declared == 1:
        declared = max(size // stride, 1)
    return stride, declared


def _dwell_s(parameters: dict[str, str]) -> float:
    """Time between two complex points from the spectral width, which acqus states twice: in Hz and in ppm."""
    width_hz, from_ppm_hz = None, None
    if "SW" in parameters and "SFO1" in parameters:
        from_ppm_hz = number(parameters["SW"], "acqus: SW") * number(parameters["SFO1"], "acqus: SFO1")
    if "SWH" in parameters:
        width_hz = number(parameters["SWH"], "acqus: SW_h")
    if width_hz is None and from_ppm_hz is None:
        raise ValueError("acqus has neither SW_h nor SW and SFO1")
    width_hz = from_ppm_hz if width_hz is None else width_hz
    if not (width_hz and width_hz > 0):
        raise ValueError(f"acqus: SW_h must be > 0 Hz, got {width_hz!r}")
    if from_ppm_hz is not None and abs(from_ppm_hz / width_hz - 1) > _AGREEMENT:
        raise ValueError(f"acqus: SW_h = {width_hz:g} Hz contradicts SW times SFO1 = {from_ppm_hz:g} Hz")
    return 1.0 / width_hz


def _reference(parameters: dict[str, str], processing: dict[str, str]) -> Reference:
    """Frequency and shift of the carrier: against SF of the processing where it is of this nucleus, else BF1."""
    carrier = _carrier_mhz(parameters)
    if carrier is None:
        return {}
    for source, name, text in (("procs", "SF", processing.get("SF")), ("acqus", "BF1", parameters.get("BF1"))):
        zero_ppm = None if text is None else number(text, f"{source}: {name}")
        if zero_ppm and abs(carrier / zero_ppm - 1) < 0.01:
            return referenced(carrier, zero_ppm)
    return {"spectrometer_mhz": carrier}


def _carrier_mhz(parameters: dict[str, str]) -> float | None:
    """BF1 + O1, which keep more digits than SFO1 in old files; else SFO1."""
    stated = number(parameters["SFO1"], "acqus: SFO1") if "SFO1" in parameters else None
    if "BF1" not in parameters or "O1" not in parameters:
        return stated
    carrier = number(parameters["BF1"], "acqus: BF1") + number(parameters["O1"], "acqus: O1") * 1e-6
    if stated is not None and abs(carrier - stated) > 1e-5 * abs(stated):
        raise ValueError(f"acqus: SFO1 = {stated:g} MHz contradicts BF1 + O1 = {carrier:g} MHz")
    return carrier


def _delays(path: Path, samples: NDArray[Any]) -> ArrayAxis | None:
    """The variable delays of a relaxation experiment, where their list has one entry per FID."""
    if samples.ndim != 2 or not path.is_file() or file_size(path) > 100_000:
        return None
    from nmrglue import bruker as nmrglue_bruker

    delays = nmrglue_bruker.read_vdlist(path.parent)
    return ArrayAxis("delay", delays, "s") if len(delays) == samples.shape[0] else None


def group_delay_points(parameters: dict[str, str]) -> float:
    """Group delay of the digital filter in complex points.

    Parameters
    ----------
    parameters : dict of str to str
        Acquisition parameters; used are GRPDLY, DSPFVS, DECIM, DIGMOD.

    Returns
    -------
    float
        ``GRPDLY`` where the console wrote it, else the published table of DSPFVS and DECIM; 0 without a filter.

    Raises
    ------
    ValueError
        If there is a digital filter that neither tells.

    Examples
    --------
    >>> group_delay_points({"GRPDLY": "67.98"}), group_delay_points({"DSPFVS": "10", "DECIM": "6"})
    (67.98, 59.083333333333336)
    """
    delay = number(parameters.get("GRPDLY", "-1"), "acqus: GRPDLY")
    if delay > 0:
        return delay
    firmware = number(parameters.get("DSPFVS", "0"), "acqus: DSPFVS")
    decimation = number(parameters.get("DECIM", "1"), "acqus: DECIM")
    analogue = parameters.get("DIGMOD") == "0" or firmware <= 0 or decimation <= 1
    if analogue or (delay == 0 and firmware >= 14):
        return 0.0
    from nmrglue.fileio.bruker import bruker_dsp_table as table

    if firmware not in table or decimation not in table[firmware]:
        raise ValueError(
            f"acqus: no group delay is known for the digital filter DSPFVS = {firmware:g}, DECIM = {decimation:g}"
        )
    return float(table[firmware][decimation])


def without_group_delay(samples: NDArray[Any], delay_points: float) -> NDArray[np.complex128]:
    """Cut off what lies before t = 0 and shift the rest so that its first point is t = 0.

    Parameters
    ----------
    samples : numpy.ndarray of complex, shape (..., n_points)
        As digitised.
    delay_points : float
        Group delay in complex points, >= 0.

    Returns
    -------
    numpy.ndarray of complex, shape (..., n_points - ceil(delay_points))

    Raises
    ------
    ValueError
        If the delay leaves fewer than two points.

    Examples
    --------
    >>> without_group_delay(np.arange(6.0) + 0j, 2)
    array([2.+0.j, 3.+0.j, 4.+0.j, 5.+0.j])
    """
    n_points = samples.shape[-1]
    if not 0 <= delay_points <= n_points - 2:
        raise ValueError(f"the group delay {delay_points!r} must lie within the {n_points} points of the FID")
    whole, fraction = int(delay_points), delay_points % 1
    if fraction == 0:
        return samples[..., whole:]
    turns = scipy.fft.fftfreq(n_points) * fraction
    shifted = scipy.fft.ifft(scipy.fft.fft(samples) * np.exp(2j * np.pi * turns))  # (..., n_points)
    return shifted[..., whole:-1]  # the last point lies between the end and, around the corner, the build-up
