"""Figures with knobs leave a frame behind; knobs redraw; a fault in a drawing does not stop them."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from learnmr.course import exploring
from learnmr.course.exploring import explore, say
from learnmr.plots.pictures import Picture


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a notebook would show: a kernel is pretended."""
    display = pytest.importorskip("IPython.display", reason="needs learnmr[course]")
    found: list[Any] = []
    monkeypatch.setattr(exploring, "_in_kernel", lambda: True)
    monkeypatch.setattr(display, "display", lambda *items, **keywords: found.append((items, keywords)))
    return found


def draw(**values: Any) -> Picture:
    if values.get("width_hz", 1) > 9:
        raise ValueError("too <wide>")
    picture = Picture(f"A figure of {values}.", figsize=(2, 1))
    picture.subplots().plot([0, values.get("width_hz", 1)])
    return picture


def test_without_a_kernel_the_words_are_left(capsys: pytest.CaptureFixture[str]) -> None:
    explore(draw, width_hz=(2.0, 0.5, 10.0))
    say("so **1.5 Hz**")
    assert capsys.readouterr().out == "A figure of {'width_hz': 2.0}.\nso **1.5 Hz**\n"


def test_a_static_frame_stands_beside_the_panel(shown: list[Any]) -> None:
    pytest.importorskip("ipywidgets", reason="needs learnmr[course]")
    explore(draw, width_hz=(2.0, 0.5, 10.0), n=(3, 1, 9), window=["none", "gaussian"], phased=True, seed="press")
    (((bundle,), keywords),) = shown
    assert {"image/png", "text/plain", "application/vnd.jupyter.widget-view+json"} <= set(bundle)
    assert keywords["metadata"]["image/png"]["alt"].startswith("A figure of {'width_hz': 2.0, 'n': 3, 'window': 'none'")


def test_a_static_build_has_the_frame_only(shown: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNMR_STATIC", "1")
    explore(draw, width_hz=(2.0, 0.5, 10.0))
    assert set(shown[0][0][0]) == {"image/png", "text/plain"}


def test_knobs_redraw_and_a_fault_is_told_beside_the_last_picture() -> None:
    pytest.importorskip("ipywidgets", reason="needs learnmr[course]")
    values = {"width_hz": 2.0, "seed": 0}
    seen = []

    def drawn(**current: Any) -> Picture:
        seen.append(dict(current))
        return draw(**current)

    panel = exploring._panel(drawn, {"width_hz": (2.0, 0.5, 10.0), "seed": "press"}, values, b"start")
    slider, button, picture, trouble = panel.children
    slider.value = 5.0
    button.click()
    button.click()
    assert seen[-1] == {"width_hz": 5.0, "seed": 2}
    last = bytes(picture.value)
    assert last.startswith(b"\x89PNG")
    slider.value = 9.5
    assert trouble.value == "ValueError: too &lt;wide>"
    assert bytes(picture.value) == last
    slider.value = 3.0
    assert trouble.value == ""


def test_a_figure_of_pyplot_is_closed_so_that_it_is_not_shown_twice(
    shown: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setenv("LEARNMR_STATIC", "1")
    explore(lambda n: plt.figure(), n=(1, 0, 2))
    assert plt.get_fignums() == []
    assert shown


@pytest.mark.parametrize(
    ("knob", "complaint"),
    [
        ((5, 0, 3), "n must start between 0 and 3, got 5"),
        ([], r"n must be \(start, low, high\)"),
        ("slide", "n must be .*got 'slide'"),
        ((1, 2), "n must be"),
    ],
)
def test_knobs_of_no_kind_are_refused(knob: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        explore(draw, n=knob)


def test_a_kernel_is_recognised_by_its_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    assert exploring._in_kernel()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not exploring._in_kernel()
