"""The walk through the site finds what it is there to find: each fault once, and none in a sound page."""

from __future__ import annotations

import shutil

import check_site
import pytest

SOUND = """<!DOCTYPE html><html lang="en"><head><title>Sound</title><link rel="icon" href="data:,"></head>
<body><article><h1>Sound</h1><p id="here">Text. <a href="index.html#here">here</a></p></article></body></html>"""
FAULTS = {
    "<p>$x^2$ and more</p>": "a formula is not typeset",
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">': "an image has no words",
    '<div style="width: 3000px">wide</div>': "wider than the screen",
    "<button></button>": "something to press has no name",
    '<a href="gone.html">gone</a>': "the link to gone.html leads nowhere",
    '<a href="index.html#gone">gone</a>': "has no place called gone",
    '<script>console.error("oh no")</script>': "console: oh no",
    '<script src="https://cdn.example.org/x.js"></script>': "asks another host: https://cdn.example.org/x.js",
    "<h1>Again</h1>": "there must be one main heading, found 2",
}


def look(**changes):
    """What a sound page tells about itself."""
    empty = {name: [] for name in ("links", "ids", "wordless", "broken", "nameless", "failed", "raw")}
    plain = {"title": "A page", "headings": 1, "language": "en", "formulas": 0, "typeset": 0, "wide": "", "quizzes": 0}
    return empty | plain | changes


def test_a_sound_page_has_no_problems():
    assert check_site.look_problems("a.html", "phone", look()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wordless": ["x.png"]}, "an image has no words: x.png"),
        ({"raw": ["$x$"]}, "a formula is not typeset"),
        ({"formulas": 3, "typeset": 1}, "2 of 3 formulas are not typeset"),
        ({"wide": "20 px; TABLE"}, "wider than the screen by 20 px"),
        ({"language": ""}, "title and language must be given"),
    ],
)
def test_each_fault_of_a_page_is_told(changes, said):
    (problem,) = check_site.look_problems("a.html", "phone", look(**changes))
    assert problem.startswith("a.html (phone): ")
    assert said in problem


def test_links_are_followed_inside_the_site_only(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("a.html", "b/index.html", "file.ipynb"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    address = "http://127.0.0.1:1/"
    links = [
        "b/",
        "b/index.html#place",
        "file.ipynb",
        "https://example.org/x",
        "mailto:?subject=x",
        "a.html#top",
        "c.html",
    ]
    looks = {"a.html": look(links=[address + link if ":" not in link else link for link in links], ids=["top"]),
             "b/index.html": look(ids=[])}  # fmt: skip
    problems = check_site.link_problems(tmp_path, address, looks)
    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "b/index.html has no place called place",
        "the link to c.html leads nowhere",
    ]


@pytest.mark.slow
def test_a_browser_finds_each_fault(tmp_path, monkeypatch):
    pytest.importorskip("playwright", reason="needs learnmr[dev]")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium here")
    monkeypatch.setattr(check_site, "WIDTHS", {"phone": (390, 844)})
    monkeypatch.setattr(check_site, "SEARCHES", {})
    (tmp_path / "index.html").write_text(SOUND, encoding="utf-8")
    for number, fault in enumerate(FAULTS):
        (tmp_path / f"{number}.html").write_text(SOUND.replace("</article>", f"{fault}</article>"), encoding="utf-8")
    problems = check_site.check(tmp_path, browser)
    for number, said in enumerate(FAULTS.values()):
        assert any(problem.startswith(f"{number}.html") and said in problem for problem in problems), said
    assert [problem for problem in problems if problem.startswith("index.html")] == []
