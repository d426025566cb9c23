"""The figure every plot returns: it has a description for those who cannot see it, and shows itself in a notebook.

Figures are made without pyplot: nothing is global, nothing is shown or kept open, no display is needed.
"""

from __future__ import annotations

import base64
import html
import io
import os
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from ..writing import replacing

__all__ = ["COLOURS", "LINE_STYLES", "MARKERS", "Picture", "house_style", "of_shape", "save", "to_html"]

#: the palette of M. Okabe and K. Ito (2008), told apart with every kind of colour vision, without its pale yellow
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: a second difference beside the colour, for print without colours
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (2, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE: Any = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.12,  # inches; the last tick label must not touch the edge
    "figure.constrained_layout.h_pad": 0.06,
    "savefig.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#D9D9D9",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.2,
    "text.color": "black",
    "axes.labelcolor": "black",
    "axes.edgecolor": "black",
    "axes.facecolor": "white",
    "xtick.color": "black",
    "ytick.color": "black",
    "text.usetex": False,
}


def house_style() -> Any:
    """Context (or decorator) in which every figure is drawn; the caller's settings neither leak in nor change."""
    return matplotlib.rc_context(_STYLE)


class Picture(Figure):
    """A matplotlib figure with a description in words, which notebooks show without pyplot.

    Parameters
    ----------
    description : str
        What is seen, in one or two sentences: the alternative text.
    **keywords
        As for :class:`matplotlib.figure.Figure`.

    Examples
    --------
    >>> Picture("An empty figure.").description
    'An empty figure.'
    """

    def __init__(self, description: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.description = description
        FigureCanvasAgg(self)

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        """What Jupyter shows, with the alternative text as metadata."""
        return _png(self), {"alt": self.description}


def save(figure: Figure, path: str | os.PathLike[str], *, dpi: float = 150) -> Path:
    """Write a figure to a file, whole or not at all; the suffix chooses the format (png, svg, pdf).

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure. The description of a :class:`Picture` goes into the metadata of a PNG or SVG.
    path : path-like
        The file.
    dpi : float
        Dots per inch of a PNG.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    ValueError
        If the suffix is not one of a known format.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Picture("Nothing."), f"{folder}/nothing.png").stat().st_size > 0
    True
    """
    path = Path(path)
    metadata = {
        ".png": {"Description": _description(figure)},
        ".svg": {"Description": _description(figure)},
        ".pdf": {},
    }
    if path.suffix.lower() not in metadata:
        raise ValueError(f"path must end in one of {', '.join(metadata)}, got {path.name!r}")
    with replacing(path) as temporary, house_style():
        figure.savefig(temporary, dpi=dpi, metadata=metadata[path.suffix.lower()])
    return path


def to_html(figure: Figure, *, dpi: float = 110) -> str:
    """One self-contained ``<img>`` element: the picture as data, the description as alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    dpi : float
        Dots per inch.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> to_html(Picture("A < B."))[:41]
    '<img alt="A &lt; B." src="data:image/png;'
    """
    data = base64.b64encode(_png(figure, dpi)).decode("ascii")
    return f'<img alt="{html.escape(_description(figure))}" src="data:image/png;base64,{data}">'


def of_shape(values: ArrayLike, shape: tuple[int, ...], name: str) -> NDArray[np.float64]:
    """Values as floats of a given shape, or an error that names them."""
    array: NDArray[np.float64] = np.asarray(values, float)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    return array


def _description(figure: Figure) -> str:
    return figure.description if isinstance(figure, Picture) else ""


def _png(figure: Figure, dpi: float = 110) -> bytes:
    """The figure as the bytes of a PNG file."""
    with io.BytesIO() as stream, house_style():
        figure.savefig(stream, format="png", dpi=dpi)
        return stream.getvalue()
