"""Run a command in this process, and a small archive to run it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from learnmr.cli import app
from learnmr.files import write_archive
from learnmr.physics import simulate_fid
from learnmr.signals import Resonance


@pytest.fixture
def run() -> Callable[..., Any]:
    """``run("decompose", path, "--json")`` -> result with exit_code, stdout, stderr and, lazily, its JSON."""

    def call(*arguments: object, code: int = 0) -> Any:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        said = f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
        assert result.exit_code == code, said
        assert "Traceback" not in result.stderr
        return result

    return call


@pytest.fixture
def strict() -> Callable[[str], Any]:
    """Parse exactly one JSON document that holds no NaN."""

    def parse(text: str) -> Any:
        def refuse(word: str) -> None:
            raise AssertionError(f"{word} is no JSON")

        return json.loads(text, parse_constant=refuse)

    return parse


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """An archive of one FID with two lines."""
    fid = simulate_fid(
        [Resonance(-120.0, 2.0), Resonance(35.0, 1.0, 0.5)], n_points=2048, dwell_s=1e-3, noise_sd=0.02, seed=1
    )
    write_archive(tmp_path / "one.h5", fid)
    return tmp_path / "one.h5"


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """An archive of three FIDs, of which the second is noise."""
    line = [Resonance(-12.0, 2.0)]
    fid = simulate_fid(
        [line, [], line], n_points=512, dwell_s=2e-3, noise_sd=0.02, seed=1, spectrometer_mhz=60.0, carrier_ppm=4.7
    )
    assert np.isfinite(fid.samples).all()
    write_archive(tmp_path / "three.h5", fid)
    return tmp_path / "three.h5"
