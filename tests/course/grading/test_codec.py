"""What crosses the border: it arrives as it was, and nothing else arrives."""

from __future__ import annotations

import io
import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import learnmr
from learnmr.course.grading.codec import CodecError, decode, encode
from learnmr.course.trials import TrialLog


def refuse(*anything: Any) -> Any:
    """Only data."""
    raise CodecError("only data")


def through(value: Any) -> Any:
    """There and back."""
    return decode(*encode(value, refuse), refuse)


_PLAIN = st.none() | st.booleans() | st.integers(-(10**50), 10**50) | st.floats(allow_nan=False) | st.text(max_size=20)


@settings(deadline=None, max_examples=60)
@given(st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner)))
def test_plain_values_arrive_as_they_were(value: Any) -> None:
    arrived = through(value)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize(
    "value", [(1, 2.5), {"a", 3}, frozenset({1}), 2 - 1j, math.inf, -0.0, "ü\u2028", {(1, 2): [None]}, range(3), 2**200]
)
def test_kinds_of_python_are_kept(value: Any) -> None:
    arrived = through(value)
    assert arrived == (list(value) if isinstance(value, range) else value)
    assert str(arrived) == str(list(value) if isinstance(value, range) else value)


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f4", "f8", "c8", "c16", "U5", ">f8"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_arrays_keep_type_shape_and_values(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.ones(shape, dtype=dtype)
    arrived = through(array)
    assert isinstance(arrived, np.ndarray)
    assert arrived.dtype == array.dtype
    assert arrived.shape == shape
    assert np.array_equal(arrived, array)
    assert arrived.flags.writeable


def test_scalars_of_numpy_stay_scalars_of_numpy() -> None:
    assert isinstance(through(np.float32(1.5)), np.float32)
    assert isinstance(through(np.bool_(True)), np.bool_)


def test_column_order_and_views_arrive_as_they_look() -> None:
    array = np.arange(12.0).reshape(3, 4)
    for view in (array.T, array[::2, ::-1], np.asfortranarray(array)):
        assert np.array_equal(through(view), view)


def test_nouns_arrive_as_nouns() -> None:
    line = learnmr.Resonance(10.0, fwhm_hz=2.0)
    fid = learnmr.simulate_fid([line], n_points=16, dwell_s=1e-3, spectrometer_mhz=60.0, carrier_ppm=1.0, nucleus="1H")
    arrived = through({"fid": fid, "line": line, "spectrum": learnmr.spectrum(fid)})
    assert np.array_equal(arrived["fid"].samples, fid.samples)
    assert arrived["fid"].nucleus == "1H"
    assert arrived["line"] == line
    assert np.array_equal(arrived["spectrum"].values, learnmr.spectrum(fid).values)
    table = learnmr.ResonanceTable.of([line, line], spectrometer_mhz=60.0)
    assert np.array_equal(through(table).frequency_hz, table.frequency_hz)


def test_a_log_of_trials_arrives_with_its_curves() -> None:
    log = TrialLog(minimise="loss")
    log.add({"rate": 0.1}, {"loss": math.nan}, history={"loss": [1.0, math.nan]})
    log.add({"rate": 0.2, "layers": [3, 4]}, {"loss": 0.5}, seconds=2.0, note="better")
    arrived = through(log)
    assert arrived.to_json() == log.to_json()
    assert arrived.best().note == "better"


def test_tables_of_pandas_arrive_as_rows_and_tensors_as_arrays() -> None:
    assert through(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert np.array_equal(through(pd.Series([1.0, 2.0])), [1.0, 2.0])


def test_a_subclass_arrives_as_the_plain_thing() -> None:
    class Evil(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    arrived = through(Evil(3.0))
    assert type(arrived) is float
    assert arrived != 6.0


def test_what_is_no_data_is_referred_to() -> None:
    text, blob = encode([print], lambda thing: {"there": [7, "function", True]})
    assert decode(text, blob, lambda where, payload: (where, payload)) == [("there", [7, "function", True])]
    with pytest.raises(CodecError):
        encode(object(), refuse)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(CodecError, match="deep"):
        encode(loop, refuse)


def test_arrays_of_objects_and_arrays_without_end_are_refused() -> None:
    with pytest.raises(CodecError, match="numbers or text"):
        encode(np.array([object()]), refuse)
    with pytest.raises(CodecError, match="at most"):
        encode(np.broadcast_to(1.0, (10**6, 10**6)), refuse)
    with pytest.raises(CodecError, match="digits"):
        encode(10**5000, refuse)


def _npy(shape: Any, descr: str, data: bytes = b"") -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})
    return file.getvalue() + data


def _message(tree: Any, *blobs: bytes) -> tuple[bytes, bytes]:
    places, start = [], 0
    for blob in blobs:
        places.append([start, len(blob)])
        start += len(blob)
    return json.dumps({"tree": tree, "blobs": places}).encode(), b"".join(blobs)


class _Trap:
    """Would print when unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return print, ("unpickled",)


_ARRAY = {"array": 0}
_FORGED = {
    "no JSON": (b"{", b""),
    "no tree": (b"{}", b""),
    "a list without bottom": (b"[" * 1_000_000, b""),
    "deeper than allowed": (('{"tree":' + '{"list":[' * 100 + "]}" * 100 + ', "blobs": []}').encode(), b""),
    "more parts than allowed": (json.dumps({"tree": {"list": [0] * 200_000}, "blobs": []}).encode(), b""),
    "an unknown kind": _message({"eval": "1 + 1"}),
    "two kinds at once": _message({"list": [], "tuple": []}),
    "no such noun": _message({"noun": ["os", []]}),
    "a noun that breaks its rules": _message({"noun": ["Resonance", {"list": []}]}),
    "a number of too many digits": _message({"int": "9" * 1000}),
    "a set of lists": _message({"set": [{"list": []}]}),
    "no such array": _message({"array": 3}),
    "an array outside its message": (b'{"tree": {"array": 0}, "blobs": [[0, 100]]}', b"12"),
    "an array of negative place": (b'{"tree": {"array": 0}, "blobs": [[-1, 1]]}', b"12"),
    "an array of objects": _message(_ARRAY, _npy((1,), "|O", pickle.dumps([_Trap()]))),
    "an array larger than its bytes": _message(_ARRAY, _npy((10**12,), "<f8", bytes(8))),
    "an array of negative size": _message(_ARRAY, _npy((-1,), "<f8", bytes(8))),
    "an array of nothing, without end": _message(_ARRAY, _npy((10**12,), "<U0")),
    "an array that is none": _message(_ARRAY, b"not an array at all"),
    "a version that we do not write": _message(_ARRAY, b"\x93NUMPY\x03\x00" + bytes(100)),
    "one array named for ever": _message({"list": [_ARRAY] * 300}, _npy((10**6,), "<f8", bytes(8 * 10**6))),
    "a mapping of very many keys": _message({"dict": [[n, n] for n in range(30_000)]}),
    "a log that is none": _message({"trials": "[]"}),
}


@pytest.mark.parametrize("name", _FORGED)
def test_forged_messages_are_refused_and_run_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CodecError):
        decode(*_FORGED[name], refuse)
    assert "unpickled" not in capsys.readouterr().out


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.binary(max_size=50))
def test_noise_is_refused_and_never_crashes(text: bytes, blob: bytes) -> None:
    try:
        decode(text, blob, refuse)
    except CodecError:
        return


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_message_gives_a_value_or_one_clear_error(data: st.DataObject) -> None:
    text, blob = encode({"a": [1.5, np.arange(3.0)], "b": ("x", {2})}, refuse)
    damaged = bytearray(text + blob)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(damaged[: len(text)]), bytes(damaged[len(text) :]), refuse)
    except CodecError:
        return
