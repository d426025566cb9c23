import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from learnmr.demo import run_demo, running
from learnmr.files import registry

pytest.importorskip("keras")
NAMES = ["report.html", "demo.json", "time_course.csv", "lines.csv", "estimators.csv", "summary.csv"]


COMMAND = "pip install --no-deps nmrpy==0.2.8"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[dict, Path, list]:
    """One quick run without nmrpy: summary, folder, progress."""
    folder = tmp_path_factory.mktemp("demo") / "results" / "demo"
    seen: list[tuple] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "find_nmrpy_data", lambda: None)
        patch.delenv("LEARNMR_DATA", raising=False)
        patch.setenv("http_proxy", "http://127.0.0.1:9")  # whoever asks the network fails
        summary = run_demo(folder, seed=3, quick=True, progress=lambda *state: seen.append(state))
    return summary, folder, seen


def images_of(text: str) -> list[dict]:
    """Attributes of every image."""
    found: list[dict] = []

    class Images(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "img":
                found.append(dict(attrs))

    Images().feed(text)
    return found


@pytest.mark.slow
def test_report_is_one_file_that_asks_for_nothing(run):
    text = (run[1] / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|//[a-z]+\.|<script|<link|@import|url\(", re.sub(r"base64,[^\"]+", "", text))
    images = images_of(text)
    assert len(images) == 12
    assert all(image["src"].startswith("data:image/png;base64,") for image in images)
    assert all(len(image["alt"]) > 20 for image in images)
    assert text.count("<figcaption>") == len(images) + text.count("<table")
    assert text.count("What problem am I solving?") == 3
    assert "nan" not in re.sub(r"base64,[^\"]+", "", text).split()


@pytest.mark.slow
def test_simulation_is_labelled_wherever_it_is_shown(run):
    summary, folder, _ = run
    assert summary["simulated"]
    assert len(summary["notices"]) == 1
    assert summary["notices"][0].endswith(COMMAND)
    text = (folder / "report.html").read_text(encoding="utf-8")
    chapter = text[text.index('<section id="reaction">') :]
    assert COMMAND in chapter
    captions = re.findall("<figcaption>(.*?)</figcaption>", chapter)
    assert len(captions) == 6
    assert all(caption.startswith("SIMULATED: ") for caption in captions)
    assert "simulated here" in chapter
    assert any("SIMULATED" in row["part"] for row in summary["summary"])


@pytest.mark.slow
def test_files_are_all_there_and_nothing_else(run):
    summary, folder, _ = run
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    assert summary["files"] == [str(folder / name) for name in NAMES]
    written = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    assert written["schema"] == 1
    assert written["command"] == "learnmr demo"
    assert written["results"] == json.loads(json.dumps(summary["results"], allow_nan=False))
    assert json.dumps(summary, allow_nan=False)


@pytest.mark.slow
def test_numbers_are_those_of_the_simulation(run):
    course = run[0]["results"]["time_course"]
    total = np.add(course["concentration_mm"]["F6P"], course["concentration_mm"]["G6P"])
    assert total.mean() == pytest.approx(7.8, abs=0.25)
    assert run[0]["results"]["dft"]["white"]["relative_error"] < 1e-6
    assert run[0]["results"]["dft"]["fids"]["relative_error"] > 0.1


@pytest.mark.slow
def test_progress_of_every_part_ends_at_its_total(run):
    last = {name: (done, total) for name, done, total, *_ in run[2]}
    assert list(last) == [
        "starting Keras", "DFT network", "DFT network on FIDs", "line network", "comparison", "time course", "report",
    ]  # fmt: skip
    assert all(done == total for done, total in last.values())


@pytest.mark.slow
def test_an_interrupted_run_leaves_what_was_there(tmp_path):
    (tmp_path / "report.html").write_text("of last time")

    def interrupt(name, done, total, value=None):
        if name == "DFT network" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_demo(tmp_path, quick=True, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "of last time"


def test_files_are_written_together_or_not_at_all(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        running._write_together({tmp_path / "a.txt": "new", tmp_path / "b.txt": "\ud800"})
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_negative_seed_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"seed.*-1"):
        run_demo(tmp_path, seed=-1)
