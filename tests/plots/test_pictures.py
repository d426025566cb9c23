"""Figures are described, saved whole, shown without pyplot, and leave matplotlib's settings alone."""

import base64
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from learnmr.plots import Picture, plot_time_course, save, to_html
from learnmr.plots.pictures import COLOURS, house_style, of_shape


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_every_format_is_written(tmp_path):
    for name in ("a.png", "a.svg", "a.pdf"):
        path = save(Picture("A sine."), tmp_path / name)
        assert path.stat().st_size > 500
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.pdf", "a.png", "a.svg"]
    assert b"A sine." in (tmp_path / "a.png").read_bytes()


def test_unknown_format_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"path must end in one of .png, .svg, .pdf, got 'a.bmp'"):
        save(Picture("A sine."), tmp_path / "a.bmp")
    assert list(tmp_path.iterdir()) == []


def test_failed_drawing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def fail(*_, **__):
        raise RuntimeError("disk full")

    figure = Picture("A sine.")
    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        save(figure, path)
    assert path.read_bytes() == b"old"


def test_html_is_self_contained_and_escaped():
    element = to_html(Picture('A "peak" <at> 3 & 4.'))
    assert 'alt="A &quot;peak&quot; &lt;at&gt; 3 &amp; 4."' in element
    data = re.search(r"base64,([^\"]+)", element)[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert to_html(Figure()).startswith('<img alt="" ')


def test_notebook_gets_a_png_with_its_description():
    data, metadata = Picture("A sine.")._repr_png_()
    assert data.startswith(b"\x89PNG")
    assert metadata == {"alt": "A sine."}


def test_settings_of_the_caller_neither_leak_in_nor_change():
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 30}):
        figure = plot_time_course([0, 1], {"A": [1, 2]}, {"A": [0.1, 0.1]})
        assert to_rgb(figure.axes[0].get_facecolor()) == (1.0, 1.0, 1.0)
        assert matplotlib.rcParams["font.size"] == 30
    with house_style():
        assert matplotlib.rcParams["font.size"] == 10


def test_colours_stand_out_from_white():
    # WCAG 2.1 asks a contrast of 3 : 1 for graphics; the two pale colours are told by their markers and come last
    contrast = [1.05 / (luminance(colour) + 0.05) for colour in COLOURS]
    assert min(contrast[:4]) > 2.9
    assert min(contrast) > 2.0


def test_colours_are_those_of_okabe_and_ito():
    # M. Okabe and K. Ito, Color Universal Design (2008), without yellow
    published = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"}
    assert set(COLOURS) == published


def test_shape_is_named_where_it_does_not_fit():
    assert of_shape([1, 2], (2,), "snr").dtype == float
    with pytest.raises(ValueError, match=r"snr must have shape \(3,\), got \(2,\)"):
        of_shape([1, 2], (3,), "snr")


def test_no_figure_needs_pyplot():
    code = (
        "import sys; from learnmr.plots import plot_time_course, to_html; "
        "to_html(plot_time_course([0, 1], {'A': [1, 2]}, {'A': [0.1, 0.1]})); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
