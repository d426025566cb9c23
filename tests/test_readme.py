"""What README.md shows runs, and what it measures is recorded."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the numbers."""
    spec = importlib.util.spec_from_file_location("readme_numbers", ROOT / "benchmarks" / "readme_numbers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_runs_and_is_short(tmp_path):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(example.strip().splitlines()) <= 10
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "-120.0" in done.stdout
    assert (tmp_path / "lines.csv").stat().st_size > 100
    assert (tmp_path / "lines.png").read_bytes().startswith(b"\x89PNG")


def test_the_numbers_are_those_that_are_recorded(script):
    assert script.replaced(README, script.numbers()) == README, "run: python benchmarks/readme_numbers.py"


def test_numbers_stand_between_their_marks_only(script):
    text = f"before\n{script.BEGIN}\nold\n{script.END}\nafter\n"
    assert script.replaced(text, "new") == f"before\n{script.BEGIN}\nnew\n{script.END}\nafter\n"
    with pytest.raises(ValueError, match=r"numbers:begin.* once, found 0"):
        script.replaced("no marks", "new")


def test_a_missed_target_is_written_down(script, tmp_path):
    speed = {
        "points": 1024, "batch": 4096, "repeats": 5, "dtype": "complex64",
        "fids_per_s": {"network": 123456.0, "fft_1_worker": 1e6, "fft": 1.2e6, "nmrespy": None},
        "ratio_to_fft": 0.1,
        "targets": [{"target": "network >= 0.4 x fft", "value": 0.1, "reached": False}],
    }  # fmt: skip
    machine = {"cpu": "a processor", "cores": 2, "os": "Linux", "architecture": "x86_64", "python": "3.11.7"}
    document = {"schema": 1, "command": "learnmr bench speed", "versions": {"learnmr": "0.1.0"}, "machine": machine}
    (tmp_path / "speed.json").write_text(json.dumps(document | {"results": speed}), encoding="utf-8")
    section = script.numbers(tmp_path)
    assert "`learnmr bench speed`" in section
    assert "123,000" in section
    assert "missed: network >= 0.4 x fft; worst 0.1" in section


def test_what_breaks_a_rule_of_the_course_is_written_down(script, tmp_path):
    machine = {"cpu": "a processor", "cores": 2, "os": "Linux", "architecture": "x86_64", "python": "3.11.7"}
    frame = {"schema": 1, "versions": {"learnmr": "0.1.0"}, "machine": machine}
    runs = [{"id": "m1.a", "variant": v, "seconds": 12.3, "checks": 2, "passed": 1} for v in ("student", "solution")]
    course = {
        "lessons": runs, "checks": 2, "checks_failing_on_stub": 1, "checks_passing_on_solution": 1,
        "problems": ["m1.a (solution): the check m1.a.b does not pass on the solution"],
    }  # fmt: skip
    grading = {
        "submissions": 24, "jobs": 2, "sandbox": "bubblewrap", "seconds": 240.0, "extrapolated_s": {"100": 1000.0},
        "hostile_cases": 50, "hostile_contained": 49, "false_full_marks": 1, "honest_cases": 5, "honest_full_marks": 5,
    }  # fmt: skip
    for name, results in {"course": course, "grading": grading}.items():
        document = frame | {"command": f"learnmr bench {name}", "results": results}
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    section = script.numbers(tmp_path)
    assert "| m1.a | 12 s | 12 s | 2 |" in section
    assert "- m1.a (solution): the check m1.a.b does not pass on the solution" in section
    assert "contained: 49 of 50; full marks by fraud: 1" in section
    assert "100 would take 17 min" in section


def test_the_picture_has_words_for_those_who_do_not_see_it():
    pictures = re.findall(r"!\[([^\]]*)\]\((docs/images/[^)]+)\)", README)
    assert pictures
    for words, path in pictures:
        assert len(words) > 40
        assert (ROOT / path).is_file()
