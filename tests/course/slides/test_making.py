"""From a lesson to its files, and every slide in the browser: nothing overflows, nothing is asked of a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from learnmr.course.exams.printing import find_chromium
from learnmr.course.execution import RunReport
from learnmr.course.lessons import read_course
from learnmr.course.slides import assets, making
from learnmr.installation import MissingExtraError

FAKE = assets.Assets("/* reveal */", "", "/* notes */", "/* mathjax */")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs are noted instead of done: the notebook is kept without outputs."""
    noted: list[str] = []

    def run(folder: Path, *, lessons: list[str], build_folder: Path, **_: Any) -> list[RunReport]:
        from learnmr.course.building import notebook_path, render_course

        (lesson,) = (one for one in read_course(folder) if one.slug in lessons)
        text = render_course(folder, variants=("solution",))[notebook_path(lesson, "solution", folder)]
        kept = Path(build_folder) / "executed" / "solution" / lesson.path.parent / f"{lesson.path.stem}.ipynb"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
        noted.append(lesson.slug)
        return [RunReport(lesson.slug, "solution", 1.0, 1, (), ())]

    monkeypatch.setattr(making, "run_course", run)
    monkeypatch.setattr(making, "slide_assets", lambda folder: FAKE)
    return noted


def test_a_lesson_is_run_once_and_again_only_when_it_has_changed(
    example_course: Path, tmp_path: Path, runs: list[str]
) -> None:
    def make() -> list[Path]:
        return making.make_slides((), tmp_path / "out", course_folder=example_course, build_folder=tmp_path / "build")

    (page,) = make()
    assert page.name == "00_example.html"
    first = page.read_bytes()
    make()
    assert (runs, page.read_bytes()) == (["m0.example"], first)
    source = next(example_course.glob("module*/*.py"))
    source.write_text(source.read_text() + "\n\n# %%\n1 + 1\n")
    make()
    assert runs == ["m0.example"] * 2


def test_a_run_that_failed_is_not_used_again(example_course: Path, tmp_path: Path, runs: list[str]) -> None:
    (lesson,) = read_course(example_course)
    making.executed_notebook(lesson, example_course, tmp_path)
    (kept,) = tmp_path.rglob("*.ipynb")
    notebook = json.loads(kept.read_text())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "error", "ename": "KeyError", "evalue": "", "traceback": []}]
    kept.write_text(json.dumps(notebook))
    making.executed_notebook(lesson, example_course, tmp_path)
    assert runs == ["m0.example"] * 2


def test_an_unknown_lesson_is_refused(example_course: Path, tmp_path: Path, runs: list[str]) -> None:
    with pytest.raises(ValueError, match=r"lessons must be among m0\.example, got \['m0\.alchemy'\]"):
        making.make_slides(["m0.alchemy"], tmp_path, course_folder=example_course)


@pytest.mark.slow
def test_in_the_browser_every_slide_fits_and_nothing_is_asked_of_a_network(
    example_course: Path, tmp_path: Path
) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    pytest.importorskip("ipykernel", reason="needs learnmr[course]")
    try:
        program = find_chromium()
        assets.slide_assets()
    except (MissingExtraError, OSError) as missing:
        pytest.skip(str(missing))
    source = next(example_course.glob("module*/*.py"))
    long = "\n".join(
        f"# {number}. " + "A long item of a list on a slide, longer than a line. " * 3 for number in range(9)
    )
    source.write_text(
        source.read_text()
        + f'\n\n# %% [markdown] tags=["slide"]\n# ## Full\n# $$S=\\sum_n s_n e^{{-2\\pi i kn/N}}$$\n{long}\n'
    )
    page, pdf = making.make_slides(
        (), tmp_path / "out", pdf=True, course_folder=example_course, build_folder=tmp_path / "build"
    )
    asked: list[str] = []
    errors: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True).new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("pageerror", lambda error: errors.append(str(error)))
        shown.goto(page.as_uri())
        shown.wait_for_function("document.documentElement.dataset.fitted === 'true' && Reveal.isReady()")
        fitted = shown.eval_on_selector_all(
            ".slide .content", "all => all.map(one => [Number(one.dataset.scale), one.dataset.overflows])"
        )
        total = shown.evaluate("Reveal.getTotalSlides()")
        below = []
        for _ in range(total):
            below.append(
                shown.evaluate(
                    "Math.max(...[...Reveal.getCurrentSlide().querySelectorAll('h1, p, li, pre, img, td')]"
                    ".map(one => one.getBoundingClientRect().bottom))"
                )
            )
            shown.evaluate("Reveal.next()")
        formulas = shown.eval_on_selector_all("mjx-container svg", "all => all.length")
        browser.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert all(scale >= 0.7 and overflows == "false" for scale, overflows in fitted)
    assert max(below) <= 720
    assert formulas >= 1
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.read_bytes().count(b"/Type /Page\n") == total
