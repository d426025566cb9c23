from __future__ import annotations

from pathlib import Path

import numpy as np

from learnmr.bench.example_files import WRITERS, example_fid, write_examples
from learnmr.files import read
from learnmr.files.reading import FORMATS


def test_every_format_has_an_example_that_only_it_recognises(tmp_path: Path) -> None:
    recognised = set()
    for path in write_examples(tmp_path).values():
        names = [row.name for row in FORMATS if row.find(path) is not None]
        assert len(names) == 1, path
        recognised |= set(names)
    assert recognised == {row.name for row in FORMATS}


def test_the_example_is_an_inversion_recovery() -> None:
    fid = example_fid(9)
    assert fid.axis is not None
    recovery = 1 - 2 * np.exp(-fid.axis.values)
    np.testing.assert_allclose(fid.samples, recovery[:, None] * example_fid().samples)


def test_examples_are_small(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        path = write(tmp_path / name)
        assert read(path).n_points >= 200
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 600_000
