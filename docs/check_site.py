"""Walk through the built site with a browser, at desktop and at phone width: ``python docs/check_site.py``.

Fails on: errors on the console · requests to other hosts · links and anchors that lead nowhere · images without words ·
pages that are wider than the screen · formulas that were not typeset · a search that finds nothing · quizzes that do
not answer · buttons without a name. The site is served from a port of this machine; all other addresses are blocked.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

SITE = Path(__file__).resolve().parents[1] / "build" / "docs"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
#: words that must be found, and on a page of which folder
SEARCHES = {"Nyquist": "lessons/", "decompose": "reference/", "apodise": "reference/"}

#: what a page tells about itself: run in the browser once formulas are typeset
_LOOK = r"""
() => {
  const visible = (element) => element.getClientRects().length > 0;
  const name = (element) => (element.getAttribute("aria-label") || element.title || element.textContent || "").trim();
  const texts = document.createTreeWalker(document.querySelector("article") || document.body, NodeFilter.SHOW_TEXT);
  const raw = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const skip = "pre, code, script, style, textarea, mjx-container, .highlight";
    const tex = /\\[(\[]|\\(frac|mathbf|sum|int|delta|Delta|sqrt|text|nu)\b|\$\$|(^|\s)\$[^$\n]+\$(\s|$)/;
    if (!text.parentElement.closest(skip) && tex.test(text.data)) {
      raw.push(text.data.trim().slice(0, 60));
    }
  }
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const culprit = () => Array.from(document.querySelectorAll("article *"))
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && visible(e)
      && !e.parentElement.closest("pre, .cell_output, .math, table, .pst-scrollable-table-container"))
    .slice(0, 1).map((e) => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 40)).join();
  return {
    title: document.title,
    headings: Array.from(document.querySelectorAll("h1")).filter(visible).length,
    language: document.documentElement.lang,
    links: Array.from(document.querySelectorAll("a[href]")).map((a) => a.href),
    ids: Array.from(document.querySelectorAll("[id]")).map((e) => e.id),
    wordless: Array.from(document.images).filter((i) => !i.alt.trim() && !i.closest(".navbar-brand")
      && i.getAttribute("role") !== "presentation").map((i) => i.src.slice(0, 80)),
    broken: Array.from(document.images).filter((i) => visible(i) && i.complete && !i.naturalWidth).map((i) => i.src),
    nameless: Array.from(document.querySelectorAll("button, a[href], input")).filter((e) => visible(e) && !name(e)
      && !e.labels?.length && !e.querySelector("img[alt]") && !e.placeholder).map((e) => e.outerHTML.slice(0, 90)),
    formulas: document.querySelectorAll(".math").length,
    typeset: document.querySelectorAll("mjx-container").length,
    failed: Array.from(document.querySelectorAll("mjx-merror, [data-mjx-error]"))
      .map((e) => e.textContent.slice(0, 80)),
    raw: raw,
    wide: wide > 1 ? wide + " px; " + culprit() : "",
    quizzes: document.querySelectorAll(".learnmr-question").length,
  };
}
"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; the address, with a slash at its end."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


#: nothing slides or fades while it is looked at: the theme's sidebar is on its way out when a page has just been loaded
_STILL = """
document.addEventListener("DOMContentLoaded", () => {
  const still = document.createElement("style");
  still.textContent = "*, *::before, *::after { transition: none !important; animation: none !important }";
  document.head.append(still);
});
"""


def pages_of(site: Path) -> list[str]:
    """All pages of the site, relative to it."""
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if not path.relative_to(site).parts[0].startswith("_")
    )


def link_problems(site: Path, address: str, looks: dict[str, dict[str, Any]]) -> list[str]:
    """Links inside the site whose file or anchor does not exist."""
    problems = []
    for page, look in looks.items():
        for link in sorted(set(look["links"])):
            target, anchor = urldefrag(urljoin(address + page, link))
            if not target.startswith(address):
                continue
            name = unquote(urlsplit(target).path).lstrip("/") or "index.html"
            name += "index.html" if name.endswith("/") else ""
            if not (site / name).is_file():
                problems.append(f"{page}: the link to {name} leads nowhere")
            elif anchor and name in looks and unquote(anchor) not in looks[name]["ids"]:
                problems.append(f"{page}: {name} has no place called {unquote(anchor)}")
    return problems


def look_problems(page: str, width: str, look: dict[str, Any]) -> list[str]:
    """What is wrong with a page by itself."""
    where = f"{page} ({width})"
    problems = [f"{where}: an image has no words: {image}" for image in look["wordless"]]
    problems += [f"{where}: an image does not load: {image}" for image in look["broken"]]
    problems += [f"{where}: something to press has no name: {element}" for element in look["nameless"]]
    problems += [f"{where}: a formula is not typeset: {text}" for text in [*look["raw"], *look["failed"]]]
    if look["formulas"] > look["typeset"]:
        problems.append(f"{where}: {look['formulas'] - look['typeset']} of {look['formulas']} formulas are not typeset")
    if look["wide"]:
        problems.append(f"{where}: the page is wider than the screen by {look['wide']}")
    if look["headings"] != 1 and page not in ("search.html", "genindex.html", "py-modindex.html"):
        problems.append(f"{where}: there must be one main heading, found {look['headings']}")
    if not look["title"] or not look["language"]:
        problems.append(f"{where}: title and language must be given")
    return problems


def quiz_problems(tab: Any, page: str) -> list[str]:
    """Every question must answer nonsense with a hint, and what it shows as its own answer with 'right'."""
    problems = []
    for number in range(tab.locator(".learnmr-question").count()):
        box = tab.locator(".learnmr-question").nth(number)
        verdict = box.locator(".learnmr-verdict")
        field = box.locator("input")
        field.fill("nonsense, surely")
        field.press("Enter")
        said = verdict.inner_text()
        box.locator('[data-does="explain"]').click()
        answer = verdict.inner_text().split(". ")[0]
        field.fill(answer)
        box.locator('[data-does="check"]').click()
        if "right" not in (verdict.get_attribute("class") or ""):
            problems.append(f"{page}: question {number + 1} does not take its own answer {answer!r}")
        if not said or said == "right":
            problems.append(f"{page}: question {number + 1} says {said!r} to nonsense")
        before = box.locator(".learnmr-text").inner_text()
        if box.locator('[data-does="next"]').is_visible():
            box.locator('[data-does="next"]').click()
            if verdict.inner_text() or (box.locator(".learnmr-text").inner_text() == before and field.input_value()):
                problems.append(f"{page}: question {number + 1} does not begin anew")
    return problems


def search_problems(tab: Any, address: str) -> list[str]:
    """The search must find words in the pages they are on."""
    problems = []
    for word, folder in SEARCHES.items():
        tab.goto(f"{address}search.html?q={word}")
        try:
            tab.wait_for_selector("#search-results li a", timeout=15000)
            tab.wait_for_timeout(500)
        except Exception:
            problems.append(f"the search for {word} finds nothing")
            continue
        found = [link.get_attribute("href") or "" for link in tab.locator("#search-results li a").all()]
        if not any(folder in link for link in found):
            problems.append(f"the search for {word} finds nothing in {folder}, only {found[:5]}")
    return problems


def walk(browser: Any, site: Path, address: str, width: str, pictures: Path | None) -> list[str]:
    """Look at every page at one width."""
    problems: list[str] = []
    columns, rows = WIDTHS[width]
    context = browser.new_context(viewport={"width": columns, "height": rows}, reduced_motion="reduce")
    context.route(lambda url: not _is_ours(url, address), lambda route: route.abort())
    context.add_init_script(_STILL)
    tab = context.new_page()
    at = [""]

    def note(text: str) -> None:
        problems.append(f"{at[0]} ({width}): {text}")

    def on_request(request: Any) -> None:
        if not _is_ours(request.url, address):
            note(f"asks another host: {request.url[:120]}")

    tab.on("request", on_request)
    tab.on("response", lambda answer: note(f"{answer.status}: {answer.url[:120]}") if answer.status >= 400 else None)
    tab.on("console", lambda said: note(f"console: {said.text[:200]}") if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: note(f"script error: {str(error)[:200]}"))
    looks: dict[str, dict[str, Any]] = {}
    for page in pages_of(site):
        at[0] = page
        tab.goto(address + page, wait_until="load")
        tab.evaluate("() => window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => 1) : 1")
        _settle(tab)
        looks[page] = tab.evaluate(_LOOK)
        problems += look_problems(page, width, looks[page])
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=pictures / f"{page.replace('/', '_')}-{width}.png", full_page=True)
        if looks[page]["quizzes"]:
            problems += quiz_problems(tab, f"{page} ({width})")
    at[0] = "search.html"
    problems += [*link_problems(site, address, looks), *search_problems(tab, address)]
    context.close()
    return problems


def check(site: Path, browser_path: str | None, pictures: Path | None = None) -> list[str]:
    """All problems, one sentence each."""
    from playwright.sync_api import sync_playwright

    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        problems = [problem for width in WIDTHS for problem in walk(browser, site, address, width, pictures)]
        browser.close()
    return list(dict.fromkeys(problems))


def _settle(tab: Any) -> None:
    """Wait until what slides out of the page has left it; what stays too wide is told by the look at the page."""
    from playwright.sync_api import TimeoutError as StaysWide

    with suppress(StaysWide):
        tab.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth + 1", timeout=10_000)


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def main() -> int:
    """Check, print, exit code 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="Walk through the built site with a browser.")
    parser.add_argument("--site", type=Path, default=SITE, help="folder of the built site")
    parser.add_argument("--browser", default=None, help="a Chromium; default: the one of the system, else Playwright's")
    parser.add_argument("--pictures", type=Path, default=None, help="keep a picture of every page in this folder")
    chosen = parser.parse_args()
    if not (chosen.site / "index.html").is_file():
        sys.stderr.write(f"{chosen.site} holds no site: make docs builds it\n")
        return 1
    browsers = ("chromium", "chromium-browser", "google-chrome")
    browser = chosen.browser or next((path for name in browsers if (path := shutil.which(name))), None)
    problems = check(chosen.site, browser, chosen.pictures)
    for problem in problems:
        print(problem)
    print(f"{len(pages_of(chosen.site))} pages at {len(WIDTHS)} widths: {len(problems)} problems")
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
