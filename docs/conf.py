"""Configuration of the site. What is more than configuration lies in ``_ext/learnmr_site``; ``make docs`` builds it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "_ext"))

from learnmr_site import mathjax_files
from learnmr_site.places import BRANCH, homepage

import learnmr
import learnmr.course

project = "learnmr"
author = "the learnmr authors"
copyright = "the learnmr authors; code under the BSD 3-Clause licence, lessons under CC BY 4.0"
release = version = learnmr.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "learnmr_site",
]
exclude_patterns = ["_ext", "_static", "images", "lessons/**/files", "**/.ipynb_checkpoints", "README.md"]
nitpicky = False

# --- text and notebooks: nothing is run here, see learnmr_site.lesson_pages ---
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no kernel, no scripts from elsewhere
nb_mime_priority_overrides = [
    ("html", "text/markdown", 5),
    ("html", "image/png", 10),
    ("html", "text/html", 20),
]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
suppress_warnings = ["misc.highlighting_failure"]  # examples with an ellipsis in them

# --- reference ---
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # types stand in the docstrings, with shapes and units
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False  # words in descriptions of types are no references
napoleon_preprocess_types = False

# --- formulas without a network ---
mathjax_path = mathjax_files.PATH
mathjax_options = {"defer": "defer"}
mathjax4_config = mathjax_files.CONFIG

# --- look ---
html_theme = "sphinx_book_theme"
html_title = "learnmr"
html_favicon = "_static/logo.svg"
html_static_path = ["_static", str(Path(learnmr.course.__file__).parent / "quiz_assets")]
html_css_files = ["site.css", "quiz.css"]
html_js_files = [
    ("quiz.js", {"defer": "defer"}),
    ("site.js", {"defer": "defer"}),
    (None, {"body": mathjax_files.WITHOUT_SERVER, "priority": 900}),
]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "learnmr", "image_light": "_static/logo.svg", "image_dark": "_static/logo.svg", "alt_text": ""},
    "navbar_persistent": [],
    "repository_url": homepage(),
    "repository_branch": BRANCH,
    "path_to_docs": "docs",
    "use_repository_button": True,
    "use_issues_button": True,
    "use_download_button": False,  # the pages have buttons of their own, which give the right variant
    "show_navbar_depth": 1,
    "home_page_in_toc": False,
    "search_bar_text": "Search",
}
