"""One small file of every format that ``learnmr.files`` reads, written from a known FID: for tests and for fuzzing.

Each writer puts down what its vendor would: the vendor's sense of rotation, byte order, reference and digital filter.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files import write_archive
from ..signals import FID, ArrayAxis, Resonance, ResonanceTable

__all__ = ["BRUKER_DELAY_POINTS", "WRITERS", "example_fid", "write_examples"]

_CARRIER_PPM, _ZERO_PPM_MHZ, _DWELL_S = 4.7, 60.0, 1e-3
_CARRIER_MHZ = _ZERO_PPM_MHZ * (1 + _CARRIER_PPM * 1e-6)
#: (chemical shift in ppm, amplitude); the stronger one lies at the higher shift
_LINES = ((7.2, 5000.0), (2.3, 3000.0))
_RATE_HZ = 15.0
_N_POINTS = 256
#: group delay of the Bruker example, whole so that the example is exact (DSPFVS 11, DECIM 4)
BRUKER_DELAY_POINTS = 48


def example_fid(n_fids: int = 1) -> FID:
    """Two lines at 7.2 ppm (strong) and 2.3 ppm on a 60 MHz spectrometer; an array is an inversion recovery, T1 = 1 s.

    Examples
    --------
    >>> example_fid(4).samples.shape
    (4, 256)
    """
    times_s = np.arange(_N_POINTS) * _DWELL_S
    samples = np.zeros(_N_POINTS, complex)
    for shift_ppm, amplitude in _LINES:
        frequency_hz = (shift_ppm - _CARRIER_PPM) * _ZERO_PPM_MHZ
        samples += amplitude * np.exp((2j * np.pi * frequency_hz - _RATE_HZ) * times_s)
    axis = None
    if n_fids > 1:
        delays_s = np.geomspace(0.01, 10.0, n_fids)
        axis = ArrayAxis("inversion delay", delays_s, "s")
        samples = (1 - 2 * np.exp(-delays_s))[:, None] * samples  # (n_fids, n_points)
    return FID(samples, _DWELL_S, spectrometer_mhz=_ZERO_PPM_MHZ, carrier_ppm=_CARRIER_PPM, nucleus="1H", axis=axis)


def _interleaved(samples: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Real and imaginary parts in turn, rounded where the type is an integer."""
    pairs = np.stack([samples.real, samples.imag], axis=-1).reshape(*samples.shape[:-1], -1)
    return (np.rint(pairs) if "i" in dtype else pairs).astype(dtype)


def _write_acqus(folder: Path, n_numbers: int, more: str = "") -> None:
    """Write acqus and procs."""
    (folder / "pdata" / "1").mkdir(parents=True)
    width_ppm = 1 / (_DWELL_S * _CARRIER_MHZ)
    (folder / "acqus").write_text(
        "##TITLE= Parameter file\n##JCAMPDX= 5.0\n##DATATYPE= Parameter Values\n##$AQ_mod= 3\n"
        f"##$BF1= {_ZERO_PPM_MHZ - 1e-4}\n##$BYTORDA= 0\n##$NUC1= <1H>\n##$O1= {_CARRIER_PPM * _ZERO_PPM_MHZ + 100!r}\n"
        f"##$P= (0..3)\n1 2\n3 4\n##$SFO1= {_CARRIER_MHZ!r}\n##$SW= {width_ppm!r}\n##$SW_h= {1 / _DWELL_S:g}\n"
        f"##$TD= {n_numbers}\n{more}##END=\n"
    )
    (folder / "pdata" / "1" / "procs").write_text(f"##TITLE= P\n##$SF= {_ZERO_PPM_MHZ}\n##$REVERSE= no\n##END=\n")


def write_bruker(folder: Path) -> Path:
    """A Bruker ``fid`` with the build-up of a digital filter before the decay."""
    build_up = np.linspace(0, 100, BRUKER_DELAY_POINTS) * (-1.0) ** np.arange(BRUKER_DELAY_POINTS)
    samples = np.concatenate([build_up, example_fid().samples])
    _write_acqus(folder, 2 * samples.size, "##$DECIM= 4\n##$DSPFVS= 11\n##$DTYPA= 0\n")
    _interleaved(samples, "<i4").tofile(folder / "fid")
    return folder


def write_bruker_ser(folder: Path) -> Path:
    """A Bruker ``ser`` of doubles, rows padded to blocks of 1024 bytes, with a list of delays."""
    fid = example_fid(4)
    numbers = _interleaved(fid.samples[:, :200], "<f8")  # (4, 400)
    _write_acqus(folder, numbers.shape[1], "##$DECIM= 1\n##$DSPFVS= 20\n##$GRPDLY= 0\n##$DTYPA= 2\n")
    (folder / "acqu2s").write_text("##TITLE= P\n##$TD= 4\n##END=\n")
    assert fid.axis is not None
    (folder / "vdlist").write_text("".join(f"{delay_s * 1e3:.9g}m\n" for delay_s in fid.axis.values))
    np.pad(numbers, ((0, 0), (0, 112))).astype("<f8").tofile(folder / "ser")
    return folder


def _procpar(parameters: dict[str, list[Any]]) -> str:
    """A procpar text."""
    lines = []
    for name, values in parameters.items():
        is_text = isinstance(values[0], str)
        lines.append(f"{name} {2 if is_text else 1} {2 if is_text else 1} 1e9 -1e9 0 2 1 0 1 64")
        if is_text:
            lines += [f'{len(values)} "{values[0]}"', *(f'"{value}"' for value in values[1:])]
        else:
            lines.append(f"{len(values)} {' '.join(repr(float(value)) for value in values)} ")
        lines.append("0 ")
    return "\n".join(lines) + "\n"


def _write_varian(folder: Path, fid: FID, more: dict[str, list[Any]]) -> Path:
    """A Varian folder: big-endian floats, sense of rotation turned round."""
    folder.mkdir(parents=True)
    numbers = _interleaved(np.atleast_2d(fid.samples.conj()), ">f4")
    n_blocks, n_numbers = numbers.shape
    content = struct.pack(">6lhhl", n_blocks, 1, n_numbers, 4, 4 * n_numbers, 4 * n_numbers + 28, 0, 0x49, 1)
    for index, row in enumerate(numbers):
        content += struct.pack(">4hl4f", 0, 0x49, index + 1, 0, 8, 0.0, 0.0, 0.0, 0.0) + row.tobytes()
    (folder / "fid").write_bytes(content)
    parameters: dict[str, list[Any]] = {
        "sfrq": [_CARRIER_MHZ],
        "reffrq": [_ZERO_PPM_MHZ],
        "sw": [1 / _DWELL_S],
        "tn": ["H1"],
        "np": [n_numbers],
        "at": [n_numbers / 2 * _DWELL_S],
        "array": [""],
    }
    (folder / "procpar").write_text(_procpar(parameters | more))
    return folder


def write_varian(folder: Path) -> Path:
    """A single Varian FID."""
    return _write_varian(folder, example_fid(), {})


def write_varian_array(folder: Path) -> Path:
    """A Varian array over the delay d2."""
    fid = example_fid(4)
    assert fid.axis is not None
    return _write_varian(folder, fid, {"array": ["d2"], "d2": list(fid.axis.values)})


def _table(values: NDArray[Any], per_line: int = 4) -> str:
    """Plain lines of a JCAMP-DX table, the abscissa counted in points."""
    rows = (values[start : start + per_line] for start in range(0, values.size, per_line))
    return "\n".join(f"{per_line * i} {' '.join(f'{value:.0f}' for value in row)}" for i, row in enumerate(rows))


def _packed_table(values: NDArray[Any], per_line: int = 8) -> str:
    """The same in differences (DIF), each line after the first beginning with its check point."""
    positive, negative = "%JKLMNOPQR", "%jklmnopqr"
    lines = []
    whole = np.rint(values).astype(int)
    for start in range(0, whole.size, per_line):
        first = max(start - 1, 0)
        digits = str(abs(whole[first]))
        line = f"{first}" + ("@ABCDEFGHI" if whole[first] >= 0 else "@abcdefghi")[int(digits[0])] + digits[1:]
        for step in np.diff(whole[first : start + per_line]):
            digits = str(abs(step))
            line += (positive if step >= 0 else negative)[int(digits[0])] + digits[1:]
        lines.append(line)
    return "\n".join(lines)


def _jcamp(kind: str, columns: str, tables: str, more: str = "") -> str:
    """A JCAMP-DX text around its tables."""
    return (
        f"##TITLE= example\n##JCAMP-DX= 5.01 $$ learnmr\n##DATA TYPE= {kind}\n##DATA CLASS= NTUPLES\n##ORIGIN= a\n"
        f"##OWNER= b\n##.OBSERVE FREQUENCY= {_CARRIER_MHZ!r}\n##.OBSERVE NUCLEUS= ^1H\n##$SFO1= {_CARRIER_MHZ!r}\n"
        f"##$SF= {_ZERO_PPM_MHZ!r}\n{more}##NTUPLES= {kind}\n{columns}{tables}##END NTUPLES= {kind}\n##END=\n"
    )


def write_jcamp(folder: Path) -> Path:
    """A plain JCAMP-DX FID with reversed frequency sense."""
    samples = example_fid().samples.conj()
    last = (_N_POINTS - 1) * _DWELL_S
    columns = (
        "##SYMBOL= X, R, I, N\n##VAR_DIM= 256, 256, 256, 2\n##UNITS= SECONDS, ARBITRARY UNITS, ARBITRARY UNITS, \n"
        f"##FIRST= 0, 0, 0, 1\n##LAST= {last!r}, 0, 0, 2\n##FACTOR= {_DWELL_S}, 0.5, 0.5, 1\n"
    )
    tables = "".join(
        f"##PAGE= N={page}\n##DATA TABLE= (X++({symbol}..{symbol})), XYDATA\n{_table(2 * part)}\n"
        for page, symbol, part in ((1, "R", samples.real), (2, "I", samples.imag))
    )
    folder.mkdir(parents=True)
    path = folder / "example.dx"
    path.write_text(_jcamp("NMR FID", columns, tables, "##$REVERSE= yes\n"))
    return path


def write_jcamp_array(folder: Path) -> Path:
    """A packed NDNMRFID array over the inversion delay."""
    fid = example_fid(4)
    assert fid.axis is not None
    last = (_N_POINTS - 1) * _DWELL_S
    columns = (
        "##SYMBOL= T1, T2, R, I\n##VAR_DIM= 4, 256, 1024, 1024\n"
        "##UNITS= SECONDS, SECONDS, ARBITRARY UNITS, ARBITRARY UNITS\n"
        f"##FIRST= 0.01, 0, 0, 0\n##LAST= 10, {last!r}, 0, 0\n##FACTOR= 1, 1, 1, 1\n"
    )
    tables = "".join(
        f"##PAGE= T1={delay_s:.6g}\n##DATA TABLE= (T2++({symbol}..{symbol})), PROFILE\n{_packed_table(part)}\n"
        for delay_s, row in zip(fid.axis.values, fid.samples, strict=True)
        for symbol, part in (("R", row.real), ("I", row.imag))
    )
    folder.mkdir(parents=True)
    path = folder / "array.jdx"
    path.write_text(_jcamp("NDNMRFID", columns, tables, "##.PULSE SEQUENCE= T1\n"))
    return path


def write_spinsolve(folder: Path) -> Path:
    """A Spinsolve folder."""
    samples = example_fid().samples.conj()
    folder.mkdir(parents=True)
    header = b"SORPATAD1.1V" + struct.pack("<5i", 504, _N_POINTS, 1, 1, 1)
    times_s = np.arange(_N_POINTS, dtype="<f4") * np.float32(_DWELL_S)
    (folder / "data.1d").write_bytes(header + times_s.tobytes() + _interleaved(samples, "<f4").tobytes())
    lowest_hz = _CARRIER_PPM * _ZERO_PPM_MHZ - 0.5 / _DWELL_S
    (folder / "acqu.par").write_text(
        f'Sample                = "example"\nb1Freq                = {_CARRIER_MHZ!r}\ndwellTime             = 1000\n'
        f'nrPnts                = 256\nrxChannel             = "1H"\nlowestFrequency       = {lowest_hz!r}\n'
    )
    return folder


def write_kea(folder: Path) -> Path:
    """A Kea folder with a two-dimensional file of an inversion recovery."""
    samples = example_fid(4).samples.conj()
    folder.mkdir(parents=True)
    header = b"SORPATAD1.1V" + struct.pack("<5i", 501, _N_POINTS, 4, 1, 1)
    (folder / "data.2d").write_bytes(header + _interleaved(samples, "<f4").tobytes())
    (folder / "acqu.par").write_text(
        f'b1Freq = {_CARRIER_MHZ!r}d\ndwellTime = 1000.0\nexperiment = "T1-IR-FID"\nminDelay = 10\nmaxDelay = 10000\n'
        'nrSteps = 4\ndelaySpacing = "log"\n'
    )
    return folder


def write_jeol(folder: Path) -> Path:
    """A JEOL Delta file without digital filter: real parts, then imaginary parts turned round, little-endian."""
    samples = example_fid().samples
    header = bytearray(1360)
    header[0:8], header[8], header[9] = b"JEOL.NMR", 1, 1
    struct.pack_into(">HBBBb", header, 10, 2, 1, 0b10000000, 0b00000001, 25)
    header[24], header[32:34] = 3, bytes((1, 28))  # a complex axis in seconds
    struct.pack_into(">8I", header, 176, _N_POINTS, *[1] * 7)
    struct.pack_into(">8I", header, 240, _N_POINTS - 1, *[0] * 7)
    parameters = (
        _jeol_parameter("x_sweep", 1 / _DWELL_S, (1, 13))
        + _jeol_parameter("x_freq", _ZERO_PPM_MHZ * 1e6, (1, 13))
        + _jeol_parameter("x_offset", _CARRIER_PPM, (1, 26))
        + _jeol_parameter("x_domain", "Proton")
        + _jeol_parameter("digital_filter", "FALSE")
    )
    section = struct.pack("<4I", 64, 0, len(parameters) // 64, 16 + len(parameters)) + parameters
    struct.pack_into(">2I", header, 1212, 1360, len(section))
    struct.pack_into(">I", header, 1284, 1360 + len(section))
    folder.mkdir(parents=True)
    path = folder / "example.jdf"
    path.write_bytes(bytes(header) + section + samples.real.tobytes() + (-samples.imag).tobytes())
    return path


def _jeol_parameter(name: str, value: float | str, unit: tuple[int, int] = (0, 0)) -> bytes:
    """One parameter of 64 bytes: unit (power, base), value, type, name."""
    stored = value.encode().ljust(16) if isinstance(value, str) else struct.pack("<d8x", value)
    kind = 0 if isinstance(value, str) else 2
    return bytes(6) + bytes(unit) + bytes(8) + stored + struct.pack("<i", kind) + name.encode().ljust(28)


def write_nmrpipe(folder: Path) -> Path:
    """An NMRPipe file, written by nmrglue."""
    from nmrglue import fileiobase, pipe

    axes = fileiobase.create_blank_udic(1)
    axes[0].update(
        size=_N_POINTS,
        complex=True,
        encoding="direct",
        sw=1 / _DWELL_S,
        obs=_ZERO_PPM_MHZ,
        car=_CARRIER_PPM * _ZERO_PPM_MHZ,
        label="1H",
        time=True,
        freq=False,
    )
    folder.mkdir(parents=True)
    path = folder / "example.fid"
    pipe.write(str(path), pipe.create_dic(axes), example_fid().samples.astype(np.complex64))
    return path


def write_siemens(folder: Path) -> Path:
    """A Siemens RDA file."""
    folder.mkdir(parents=True)
    path = folder / "example.rda"
    header = (
        ">>> Begin of header <<<\r\nPatientName: example\r\nDwellTime: 1000\r\nMRFrequency: 60.000282\r\n"
        "Nucleus: 1H\r\nVectorSize: 256\r\nCSIMatrixSize[0]: 1\r\nCSIMatrixSize[1]: 1\r\nCSIMatrixSize[2]: 1\r\n"
        ">>> End of header <<<\r\n"
    )
    path.write_bytes(header.encode() + example_fid().samples.conj().astype("<c16").tobytes())
    return path


def write_learnmr(folder: Path) -> Path:
    """A learnmr archive of an array with its truth."""
    folder.mkdir(parents=True)
    path = folder / "example.h5"
    lines = [Resonance((ppm - _CARRIER_PPM) * _ZERO_PPM_MHZ, _RATE_HZ / np.pi, amplitude) for ppm, amplitude in _LINES]
    write_archive(path, example_fid(4), ResonanceTable.of(lines), compress=True)
    return path


#: name -> writer: takes a folder that does not exist yet, returns what ``read`` takes
WRITERS: dict[str, Callable[[Path], Path]] = {
    "bruker": write_bruker,
    "bruker-ser": write_bruker_ser,
    "varian": write_varian,
    "varian-array": write_varian_array,
    "jcamp": write_jcamp,
    "jcamp-array": write_jcamp_array,
    "spinsolve": write_spinsolve,
    "kea": write_kea,
    "jeol": write_jeol,
    "nmrpipe": write_nmrpipe,
    "siemens": write_siemens,
    "learnmr": write_learnmr,
}


def write_examples(folder: Path) -> dict[str, Path]:
    """Write one example of every format below a folder.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.

    Returns
    -------
    dict of str to pathlib.Path
        Name -> what ``read`` takes.
    """
    return {name: write(folder / name) for name, write in WRITERS.items()}
