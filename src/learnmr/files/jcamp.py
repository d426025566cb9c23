"""JCAMP-DX: FIDs as tuples of a real and an imaginary table (NMR FID), and arrays of them (NDNMRFID).

nmrglue 0.12 does not read NDNMRFID, and its decoder of packed numbers trusts every count, so the text is parsed here.
Values are multiplied by ``FACTOR`` as the standard has it. ``$REVERSE= yes`` (Oxford Instruments) turns the sense of
rotation. Bruker's exports keep the digital filter's build-up and the parameters that tell its length: it is removed.

References
----------
A. N. Davies, P. Lampen, Applied Spectroscopy 47, 1093 (1993): JCAMP-DX for NMR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, ArrayAxis
from .assembly import Reference, assemble, referenced
from .bruker import group_delay_points, without_group_delay
from .contents import count, number, opening, text_of
from .errors import gate
from .labelled_records import label_of, labelled_records, string_of
from .packed_numbers import table_numbers

__all__ = ["find_jcamp", "read_jcamp"]

FORMAT = "JCAMP-DX"
_TEXT_LIMIT = 400_000_000
_FID_TYPES = ("NMRFID", "NDNMRFID")
_TIME_UNITS = {"SECONDS": 1.0, "SECOND": 1.0, "S": 1.0, "MILLISECONDS": 1e-3, "MS": 1e-3, "MICROSECONDS": 1e-6}
#: pulse sequence -> what its indirect time is
_INDIRECT_TIMES = {"T1": "inversion delay", "T2": "echo time"}
#: packing makes at most this many ordinates of one byte in real files; a larger promise is a damaged header
_ORDINATES_PER_BYTE = 4


@dataclass(frozen=True)
class _Table:
    """One data table: which page, which symbol over which, and its lines."""

    page: str
    abscissa: str
    ordinate: str
    lines: list[str]


def find_jcamp(path: Path) -> Path | None:
    """The path itself when it is a text file that begins with a JCAMP-DX title."""
    if not path.is_file():
        return None
    start = opening(path, 400).decode("latin-1").lstrip("\ufeffï»¿ \t\r\n")
    return path if re.match(r"##\s*TITLE\s*=", start, re.IGNORECASE) else None


def read_jcamp(path: Path) -> FID:
    """Read the FID, or the array of FIDs, of a JCAMP-DX file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    FID
        Shape (n_points,) or, for NDNMRFID, (n_fids, n_points) with the page variable as its axis where it is a time.

    Raises
    ------
    ReadError
        If the file holds no FID or a table does not fit its announcement.
    """
    with gate(path, FORMAT):
        text = text_of(path, _TEXT_LIMIT)
        records = _fid_block(labelled_records(text))
        header: dict[str, str] = {}
        for label, value in records:
            header.setdefault(label, value)
        columns = _columns(header, len(text))
        tables = _tables(records)
        samples, pages = _samples(tables, columns, header)
        if "$DSPFVS" in header and "$DECIM" in header:
            bruker = {label[1:]: string_of(value) for label, value in header.items() if label.startswith("$")}
            samples = without_group_delay(samples, group_delay_points(bruker))
        is_array = header["DATATYPE"].startswith("ND") or len(samples) > 1
        return assemble(
            samples if is_array else samples[0],
            _dwell_s(columns, tables[0].abscissa, header),
            turns_backwards=string_of(header.get("$REVERSE", "")).lower() == "yes",
            nucleus=string_of(header.get(".OBSERVENUCLEUS") or header.get(".NUCLEUS") or header.get("$NUC1", "")),
            axis=_axis(pages, columns, header) if is_array else None,
            **_reference(header, samples.shape[-1]),
        )


def _fid_block(records: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The records of the one block that holds an FID; a file may link several blocks."""
    blocks: list[list[tuple[str, str]]] = []
    for record in records:
        if record[0] == "TITLE":
            blocks.append([])
        if blocks:
            blocks[-1].append(record)
    kinds = [label_of(string_of(dict(reversed(block)).get("DATATYPE", "")))[:40] for block in blocks]
    fids = [block for block, kind in zip(blocks, kinds, strict=True) if kind in _FID_TYPES]
    if len(fids) != 1:
        found = ", ".join(kind or "no data type" for kind in kinds[:9])
        raise ValueError(f"the file must hold one NMR FID, it has {len(fids)} (its blocks: {found})")
    block = fids[0]
    kind = label_of(string_of(dict(reversed(block))["DATATYPE"]))
    return [("DATATYPE", kind), *block]


def _columns(header: dict[str, str], n_characters: int) -> dict[str, dict[str, str]]:
    """What the NTUPLES section says of each symbol, e.g. ``{"X": {"VARDIM": "2048", "UNITS": "SECONDS"}, ...}``."""
    if "SYMBOL" not in header:
        raise ValueError("no ##SYMBOL: an FID must be given as tuples of time, real and imaginary part (NTUPLES)")
    symbols = [entry.strip().upper() for entry in string_of(header["SYMBOL"]).split(",")][:20]
    columns: dict[str, dict[str, str]] = {symbol: {} for symbol in symbols}
    for label in ("VARDIM", "UNITS", "FIRST", "LAST", "FACTOR"):
        entries = string_of(header.get(label, "")).split(",")
        for symbol, entry in zip(symbols, entries, strict=False):
            columns[symbol][label] = entry.strip()
    for symbol in symbols:
        if columns[symbol].get("VARDIM"):
            announced = count(columns[symbol]["VARDIM"], f"##VAR_DIM of {symbol}", 1)
            if announced > _ORDINATES_PER_BYTE * n_characters:
                raise ValueError(f"##VAR_DIM of {symbol} announces {announced} values in {n_characters} characters")
    return columns


def _tables(records: list[tuple[str, str]]) -> list[_Table]:
    """All data tables in their order."""
    tables = []
    page = ""
    for label, value in records:
        if label == "PAGE":
            page = string_of(value)
        elif label == "DATATABLE":
            form, *lines = value.split("\n")
            match = re.match(r"\(\s*(\w{1,8})\s*\+\+\s*\(\s*(\w{1,8})\s*\.\.", form)
            if match is None:
                raise ValueError(f"##DATA TABLE must be of the form (X++(R..R)), got {form[:40]!r}")
            tables.append(_Table(page, match.group(1).upper(), match.group(2).upper(), lines))
    if not tables:
        raise ValueError("no ##DATA TABLE")
    return tables


def _samples(
    tables: list[_Table], columns: dict[str, dict[str, str]], header: dict[str, str]
) -> tuple[NDArray[np.complex128], list[str]]:
    """Complex samples, shape (n_fids, n_points), and the page of each FID."""
    channels: dict[str, list[NDArray[np.float64]]] = {"R": [], "I": []}
    pages: list[str] = []
    for number_, table in enumerate(tables, start=1):
        if table.ordinate not in channels or table.abscissa not in columns or table.ordinate not in columns:
            raise ValueError(f"table {number_} is {table.ordinate} over {table.abscissa}, not R or I over a time")
        dimension = columns[table.abscissa].get("VARDIM")
        if not dimension:
            raise ValueError(f"no ##VAR_DIM of {table.abscissa}")
        factor = number(columns[table.ordinate].get("FACTOR") or "1", f"##FACTOR of {table.ordinate}")
        try:
            values = table_numbers(table.lines, count(dimension, f"##VAR_DIM of {table.abscissa}", 2))
        except ValueError as error:
            raise ValueError(f"table {number_} ({table.ordinate}, page {table.page[:20]}): {error}") from None
        channels[table.ordinate].append(values * factor)
        if table.ordinate == "R":
            pages.append(table.page)
    if len(channels["R"]) != len(channels["I"]):
        raise ValueError(f"{len(channels['R'])} real tables need as many imaginary ones, got {len(channels['I'])}")
    declared = [columns[s].get("VARDIM") for s in columns if s == _page_symbol(pages, columns)]
    if declared and declared[0] and count(declared[0], "##VAR_DIM of the pages") != len(pages):
        raise ValueError(f"##VAR_DIM announces {declared[0]} pages, the file has {len(pages)}")
    return np.array(channels["R"]) + 1j * np.array(channels["I"]), pages  # (n_fids, n_points)


def _page_symbol(pages: list[str], columns: dict[str, dict[str, str]]) -> str | None:
    """The independent symbol whose value names the pages of an array, e.g. T1; None for page numbers N."""
    symbol = pages[0].partition("=")[0].strip().upper() if pages else ""
    return symbol if symbol in columns and symbol != "N" else None


def _axis(pages: list[str], columns: dict[str, dict[str, str]], header: dict[str, str]) -> ArrayAxis | None:
    """The times that name the pages of an array, in seconds."""
    symbol = _page_symbol(pages, columns)
    scale = _TIME_UNITS.get(columns[symbol].get("UNITS", "").upper()) if symbol else None
    if scale is None:
        return None
    values = [number(page.partition("=")[2], f"##PAGE value of {symbol}") * scale for page in pages]
    sequence = string_of(header.get(".PULSESEQUENCE", "")).upper()
    return ArrayAxis(_INDIRECT_TIMES.get(sequence, "delay"), np.array(values), "s")


def _dwell_s(columns: dict[str, dict[str, str]], abscissa: str, header: dict[str, str]) -> float:
    """Time between two points from the first and last time of the table."""
    time = columns[abscissa]
    unit = time.get("UNITS", "SECONDS").upper()
    if unit not in _TIME_UNITS:
        raise ValueError(f"##UNITS of {abscissa} must be a time, got {unit[:40]!r}")
    if not (time.get("FIRST") and time.get("LAST")):
        raise ValueError(f"no ##FIRST and ##LAST of {abscissa}")
    span = number(time["LAST"], f"##LAST of {abscissa}") - number(time["FIRST"], f"##FIRST of {abscissa}")
    dwell_s = span * _TIME_UNITS[unit] / (count(time["VARDIM"], f"##VAR_DIM of {abscissa}", 2) - 1)
    if not dwell_s > 0:
        raise ValueError(f"##LAST of {abscissa} must lie after ##FIRST, got {time['FIRST']} and {time['LAST']}")
    for label in ("$SWH", "$SWEEPWIDTH"):
        width_hz = number(string_of(header[label]), f"##{label}") if label in header else 0.0
        if width_hz > 100 and abs(width_hz * dwell_s - 1) > 0.01:  # below 100 it is a width in ppm
            raise ValueError(f"##FIRST and ##LAST say {1 / dwell_s:g} Hz of spectral width, ##{label} {width_hz:g} Hz")
    return dwell_s


def _reference(header: dict[str, str], n_points: int) -> Reference:
    """Frequency and shift of the carrier: SFO1 against SF, else the shift reference, else the frequency alone."""

    def value(label: str) -> float | None:
        return number(string_of(header[label]), f"##{label}") if label in header else None

    observe, carrier, zero_ppm = value(".OBSERVEFREQUENCY"), value("$SFO1"), value("$SF")
    if carrier and zero_ppm and abs(carrier / zero_ppm - 1) < 0.01:
        return referenced(carrier, zero_ppm)
    if not observe:
        return {"spectrometer_mhz": carrier} if carrier else {}
    match = re.fullmatch(
        r"[^,]*,[^,]*,\s*([\d.]{1,12})\s*,\s*([-+\d.eE]{1,24})\s*", string_of(header.get(".SHIFTREFERENCE", ""))
    )
    width_hz = value("$SWH")
    if match is None or not width_hz:
        return {"spectrometer_mhz": observe}
    point, shift_ppm = number(match.group(1), "##.SHIFT REFERENCE point"), number(match.group(2), "##.SHIFT REFERENCE")
    # points are counted from 1 at the high-ppm edge, so that the carrier is point n/2 + 1
    offset_hz = (n_points / 2 + 1 - point) * width_hz / n_points
    return {"spectrometer_mhz": observe, "carrier_ppm": shift_ppm - offset_hz / observe}
