"""Values as data: what crosses the border between the grader and a submission, in both directions.

A value becomes a tree in JSON, in which everything but text, truth values and numbers is a mapping with one key that
says what it is, and a run of plain ``.npy`` blobs for its arrays. No pickle, no names of classes to look up: what is
not in the tables below does not exist. A function or an object stays where it lives and crosses as a number, by which
the other side may ask to call it.

The decoder believes nothing: depth, count, sizes, kinds and shapes are checked before anything is made of them.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import numbers
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...isolation.channels import MAX_BLOB_BYTES, MAX_TEXT_BYTES
from ...signals import FID, ArrayAxis, LineEstimates, Resonance, ResonanceTable, Spectrum
from ..trials import TrialLog

__all__ = ["CodecError", "decode", "encode"]

_MAX_DEPTH, _MAX_NODES, _MAX_ENTRIES, _MAX_BLOBS, _MAX_DIGITS = 24, 100_000, 20_000, 2_000, 400
#: kinds of NumPy that are numbers or text: truth, whole, unsigned, real, complex, text
_KINDS = "biufcU"
_LONGEST_NUMBER = 32  # bytes of a complex long double
#: the nouns, each of which refuses what breaks its rules
_NOUNS = {noun.__name__: noun for noun in (ArrayAxis, FID, LineEstimates, Resonance, ResonanceTable, Spectrum)}

#: something that is no data -> how it is referred to: ``{"there": […]}`` or ``{"here": n}``
Refer = Callable[[Any], Mapping[str, Any]]
#: ``"there"`` or ``"here"``, and what follows -> the object, or what stands for it
Resolve = Callable[[str, Any], Any]


class CodecError(ValueError):
    """A value that cannot cross the border, or a message that is none."""


def encode(value: Any, refer: Refer) -> tuple[bytes, bytes]:
    """A value as text and bytes.

    Parameters
    ----------
    value : object
        Data, or anything that ``refer`` can name.
    refer : callable
        Is asked for whatever is no data.

    Returns
    -------
    text, blob : bytes
        JSON, and the arrays one behind the other.

    Raises
    ------
    CodecError
        If the value is too deep, too large, or cannot be named.

    Examples
    --------
    >>> def refuse(*anything):
    ...     raise CodecError("only data")
    >>> decode(*encode({"widths": (1.5, 2j), "seen": {"a"}}, refuse), refuse)
    {'widths': (1.5, 2j), 'seen': {'a'}}
    """
    encoder = _Encoder(refer)
    tree = encoder.tree(value, 0)
    text = json.dumps({"tree": tree, "blobs": encoder.places}, separators=(",", ":")).encode()
    if len(text) > MAX_TEXT_BYTES:
        raise CodecError(f"a value must have at most {MAX_TEXT_BYTES} bytes of text, got {len(text)}")
    return text, bytes(encoder.blob)


def decode(text: bytes, blob: bytes, resolve: Resolve) -> Any:
    """The value of a text and its bytes.

    Parameters
    ----------
    text, blob : bytes
        From :func:`encode`, or from somebody who wishes us ill.
    resolve : callable
        Is asked for whatever is no data.

    Returns
    -------
    object
        New data; arrays are writable copies.

    Raises
    ------
    CodecError
        If it is not what :func:`encode` could have written.
    """
    try:
        message = json.loads(text)
        arrays = _arrays(message["blobs"], blob)
        return _Decoder(arrays, resolve).value(message["tree"], 0)
    except CodecError:
        raise
    except Exception as error:  # whatever a message from inside may be
        raise CodecError(f"a message that is none: {type(error).__name__}") from error


class _Encoder:
    """Builds the tree of one value, and the blobs beside it."""

    def __init__(self, refer: Refer) -> None:
        self._refer = refer
        self._nodes = 0
        self.blob = bytearray()
        self.places: list[list[int]] = []

    def tree(self, value: Any, depth: int) -> Any:
        self._nodes += 1
        if depth > _MAX_DEPTH or self._nodes > _MAX_NODES:
            raise CodecError(f"a value must be at most {_MAX_DEPTH} deep and have {_MAX_NODES} parts")
        kind = type(value)
        if value is None or kind in (bool, str, float):
            return value
        if isinstance(value, np.generic):
            return {"scalar": self._place(np.asarray(value))}
        if isinstance(value, np.ndarray):
            return {"array": self._place(np.ma.getdata(value))}
        if isinstance(value, bool | str | numbers.Number):
            return self._number(value)
        if kind.__name__ in _NOUNS and isinstance(value, _NOUNS[kind.__name__]):
            entries = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return {"noun": [kind.__name__, self._pairs(entries, depth)]}
        if isinstance(value, TrialLog):
            return {"trials": value.to_json()}
        if hasattr(kind, "iloc") and hasattr(kind, "to_dict") and getattr(value, "ndim", 1) == 2:  # a table of pandas
            return self.tree(value.to_dict("records"), depth)
        if isinstance(value, Mapping):
            return {"dict": self._pairs(value, depth)}
        for name, collection in (("list", list | range), ("tuple", tuple), ("set", set), ("frozenset", frozenset)):
            if isinstance(value, collection):
                return {name: [self.tree(item, depth + 1) for item in value]}
        if hasattr(kind, "__array__") and not callable(value):  # tensors, columns of tables
            return {"array": self._place(np.asarray(value))}
        return dict(self._refer(value))

    def _pairs(self, value: Mapping[Any, Any], depth: int) -> list[Any]:
        return [[self.tree(key, depth + 1), self.tree(item, depth + 1)] for key, item in value.items()]

    def _number(self, value: Any) -> Any:
        """Whole numbers beyond JSON's as text; subclasses as the plain number they hold."""
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, numbers.Integral):
            whole = int(value)
            if abs(whole) < 2**53:
                return whole
            if abs(whole) >= 10**_MAX_DIGITS:
                raise CodecError(f"a whole number must have at most {_MAX_DIGITS} digits")
            return {"int": str(whole)}
        if isinstance(value, complex) or (isinstance(value, numbers.Complex) and not isinstance(value, numbers.Real)):
            number = complex(value)
            return {"complex": [number.real, number.imag]}
        return float(value)

    def _place(self, array: NDArray[Any]) -> int:
        """Number of the blob of an array."""
        if array.dtype.kind not in _KINDS:
            raise CodecError(f"an array must hold numbers or text, got {array.dtype}")
        if array.nbytes + len(self.blob) > MAX_BLOB_BYTES - 4096 or len(self.places) >= _MAX_BLOBS:
            raise CodecError(f"arrays must have at most {MAX_BLOB_BYTES} bytes in all, got {array.nbytes}")
        file = io.BytesIO()
        np.lib.format.write_array(file, array, version=(1, 0), allow_pickle=False)
        self.places.append([len(self.blob), file.tell()])
        self.blob += file.getvalue()
        return len(self.places) - 1


class _Decoder:
    """Makes a value of a tree that anybody may have written."""

    def __init__(self, arrays: list[NDArray[Any]], resolve: Resolve) -> None:
        self._arrays, self._resolve = arrays, resolve
        self._nodes = self._bytes = 0
        self._makers: dict[str, Callable[[Any, int], Any]] = {
            "int": lambda text, _: _whole(text),
            "complex": lambda parts, _: complex(_real(parts[0]), _real(parts[1])),
            "array": lambda number, _: self._array(number),
            "scalar": lambda number, _: self._array(number)[()],
            "list": self._items,
            "tuple": lambda items, depth: tuple(self._items(items, depth)),
            "set": lambda items, depth: set(self._few(items, depth)),
            "frozenset": lambda items, depth: frozenset(self._few(items, depth)),
            "dict": self._mapping,
            "noun": self._noun,
            "trials": lambda text, _: _trials(text),
            "there": lambda payload, _: self._resolve("there", payload),
            "here": lambda payload, _: self._resolve("here", payload),
        }

    def value(self, tree: Any, depth: int) -> Any:
        self._nodes += 1
        if depth > _MAX_DEPTH or self._nodes > _MAX_NODES:
            raise CodecError(f"a value must be at most {_MAX_DEPTH} deep and have {_MAX_NODES} parts")
        if tree is None or isinstance(tree, bool | str | float):
            return tree
        if isinstance(tree, int):
            if abs(tree) >= 2**53:
                raise CodecError("a large whole number must be text")
            return tree
        ((kind, payload),) = tree.items()
        return self._makers[kind](payload, depth)

    def _items(self, items: list[Any], depth: int) -> list[Any]:
        if not isinstance(items, list):
            raise CodecError("items must be a list")
        return [self.value(item, depth + 1) for item in items]

    def _few(self, items: list[Any], depth: int) -> list[Any]:
        """Items that will be hashed: few, since somebody may choose them so that all hashes agree."""
        if len(items) > _MAX_ENTRIES // 10:
            raise CodecError(f"a set or mapping must have at most {_MAX_ENTRIES // 10} entries, got {len(items)}")
        return self._items(items, depth)

    def _mapping(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        return {self._key(key): value for key, value in (self._few(pair, depth) for pair in self._short(pairs))}

    @staticmethod
    def _short(pairs: list[Any]) -> list[Any]:
        if len(pairs) > _MAX_ENTRIES // 10:
            raise CodecError(f"a mapping must have at most {_MAX_ENTRIES // 10} entries, got {len(pairs)}")
        return pairs

    @staticmethod
    def _key(key: Any) -> Any:
        hash(key)
        return key

    def _array(self, number: Any) -> NDArray[Any]:
        if type(number) is not int or not 0 <= number < len(self._arrays):
            raise CodecError("there is no such array")
        array = self._arrays[number]
        self._bytes += array.nbytes
        if self._bytes > 2 * MAX_BLOB_BYTES:  # one array, named again and again
            raise CodecError(f"arrays must have at most {MAX_BLOB_BYTES} bytes in all")
        return array.copy()

    def _noun(self, payload: list[Any], depth: int) -> Any:
        name, pairs = payload
        return _NOUNS[name](**self._mapping(pairs, depth))


def _arrays(places: list[list[int]], blob: bytes) -> list[NDArray[Any]]:
    """The arrays of the blobs: plain ``.npy`` of version 1.0, whose bytes are all there."""
    if len(places) > _MAX_BLOBS:
        raise CodecError(f"a message must have at most {_MAX_BLOBS} arrays")
    arrays = []
    for start, size in places:
        if type(start) is not int or type(size) is not int or start < 0 or size < 0 or start + size > len(blob):
            raise CodecError("an array must lie within its message")
        file = io.BytesIO(blob[start : start + size])
        if np.lib.format.read_magic(file) != (1, 0):
            raise CodecError("an array must be .npy of version 1.0")
        shape, by_column, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=4096)
        if (
            dtype.kind not in _KINDS
            or dtype.itemsize == 0
            or (dtype.kind != "U" and dtype.itemsize > _LONGEST_NUMBER)
            or len(shape) > 16
        ):
            raise CodecError("an array must hold numbers or text")
        left = size - file.tell()
        if dtype.itemsize * math.prod(shape) != left or any(side < 0 for side in shape):
            raise CodecError("an array must have as many bytes as its shape says")
        values = np.frombuffer(blob, dtype, math.prod(shape), start + file.tell()) if left else np.zeros(shape, dtype)
        arrays.append(values.reshape(shape, order="F" if by_column else "C"))
    return arrays


def _whole(text: Any) -> int:
    if not isinstance(text, str) or len(text) > _MAX_DIGITS + 1:
        raise CodecError(f"a whole number must have at most {_MAX_DIGITS} digits")
    return int(text)


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CodecError("a part of a complex number must be a number")
    return float(value)


def _trials(text: Any) -> TrialLog:
    """A log of trials from its JSON; every rule of the log is kept once more."""
    document = json.loads(text)
    log = TrialLog(minimise=str(document["minimise"]))
    if len(document["trials"]) > _MAX_ENTRIES:
        raise CodecError(f"a log must have at most {_MAX_ENTRIES} trials")
    for trial in document["trials"]:
        log.add(
            trial["settings"],
            {str(key): math.nan if value is None else float(value) for key, value in trial["scores"].items()},
            seconds=trial["seconds"],
            note=str(trial["note"]),
            history={
                str(key): [math.nan if value is None else float(value) for value in values]
                for key, values in trial["history"].items()
            },
        )
    return log
