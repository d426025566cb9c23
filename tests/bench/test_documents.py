"""The form of benchmark results: strict JSON, and nothing that names the machine's owner."""

from __future__ import annotations

import getpass
import json
import platform
from pathlib import Path

import numpy as np
import pytest

from learnmr import __version__
from learnmr.bench.documents import describe_machine, document, to_json


def test_a_document_has_the_five_fields_and_survives_json() -> None:
    made = document(
        "learnmr bench dft", {"points": np.int64(256), "curve": np.array([1.0, np.inf]), "x": {1: (2, None)}}
    )
    again = json.loads(to_json(made))
    assert again == made
    assert list(again) == ["schema", "command", "versions", "machine", "results"]
    assert again["schema"] == 1
    assert again["versions"]["learnmr"] == __version__
    assert again["results"] == {"points": 256, "curve": [1.0, None], "x": {"1": [2, None]}}


def test_no_host_user_or_path_is_named() -> None:
    text = to_json(document("learnmr bench dft", {}))
    words = set(text.replace('"', " ").replace(",", " ").split())
    assert platform.node() not in words
    assert getpass.getuser() not in words
    assert str(Path.home()) not in text
    assert describe_machine()["cores"] >= 1


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="results must be numbers, text, lists or mappings, got complex"):
        document("learnmr bench dft", {"value": 1j})
