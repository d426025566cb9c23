"""Figures with knobs, and sentences with numbers in them: what lessons show.

``explore`` uses core ipywidgets only, which work in JupyterLab, in Colab and in the notebook, and always leaves a
picture behind, so that a page without a kernel shows a frame instead of nothing.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..installation import import_extra

__all__ = ["explore", "say"]


def explore(draw: Callable[..., Any], /, **knobs: Any) -> None:
    """Show a figure with a slider or menu for each keyword, and leave a static frame behind.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns a figure: a ``learnmr`` picture or any matplotlib figure.
    **knobs
        One for each keyword of ``draw``: ``(start, low, high)`` or ``(start, low, high, step)`` makes a slider (of
        whole numbers where all are whole), a list a menu beginning with its first entry, True or False a tick box,
        ``"press"`` a button whose keyword counts the presses (a seed: redraw).

    Raises
    ------
    ValueError
        If a knob is of no known kind, or a start lies outside its range.

    Notes
    -----
    Without ipywidgets, without IPython, or where the environment variable ``LEARNMR_STATIC`` is set (as when the
    site is built), only the frame at the start values is shown.

    Examples
    --------
    >>> from learnmr.plots import Picture
    >>> explore(lambda width_hz: Picture(f"A line of {width_hz} Hz."), width_hz=(2.0, 0.5, 10.0))
    A line of 2.0 Hz.
    """
    values = {name: _start(name, knob) for name, knob in knobs.items()}
    png, description = _frame(draw(**values))
    if not _in_kernel():
        print(description)
        return
    display = import_extra("IPython.display", extra="course").display
    bundle = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": description}
    if not os.environ.get("LEARNMR_STATIC") and importlib.util.find_spec("ipywidgets") is not None:
        panel = _panel(draw, knobs, values, png)
        # the richest form is the panel; a page that cannot show it takes the picture
        bundle = {**panel._repr_mimebundle_(), **bundle}
    display(bundle, raw=True, metadata={"image/png": {"alt": description}})


def say(text: str) -> None:
    """Show a sentence with computed numbers as Markdown; the way to quote a result in prose.

    Parameters
    ----------
    text : str
        Usually an f-string: ``say(f"The line is **{width_hz:.2f} Hz** wide.")``. No formulas: Colab does not typeset
        them in outputs.

    Examples
    --------
    >>> say("The line is **1.59 Hz** wide.")
    The line is **1.59 Hz** wide.
    """
    if not _in_kernel():
        print(text)
        return
    shown = import_extra("IPython.display", extra="course")
    shown.display(shown.Markdown(text))


def _in_kernel() -> bool:
    """True inside a Jupyter kernel (Colab too)."""
    interpreter = sys.modules.get("IPython")
    shell = interpreter.get_ipython() if interpreter is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _start(name: str, knob: Any) -> Any:
    """The value a knob begins with."""
    if isinstance(knob, bool):
        return knob
    if knob == "press":
        return 0
    if isinstance(knob, list) and knob:
        return knob[0]
    if isinstance(knob, tuple) and len(knob) in (3, 4):
        start, low, high = knob[:3]
        if not low <= start <= high:
            raise ValueError(f"{name} must start between {low!r} and {high!r}, got {start!r}")
        return start
    raise ValueError(
        f"{name} must be (start, low, high), (start, low, high, step), a list, a truth value or 'press', got {knob!r}"
    )


def _panel(draw: Callable[..., Any], knobs: Mapping[str, Any], values: dict[str, Any], png: bytes) -> Any:
    """The knobs above the picture; the picture is drawn anew when a knob comes to rest."""
    widgets = import_extra("ipywidgets", extra="course")
    picture = widgets.Image(value=png, format="png")
    picture.layout.max_width = "100%"
    trouble = widgets.HTML()

    def redraw(name: str, value: Any) -> None:
        values[name] = value
        try:
            picture.value = _frame(draw(**values))[0]
            trouble.value = ""
        except Exception as error:  # the knobs must stay usable
            trouble.value = f"{type(error).__name__}: {str(error)[:200]}".replace("<", "&lt;")

    controls = []
    for name, knob in knobs.items():
        control = _control(widgets, name, knob, values[name])
        if knob == "press":
            control.on_click(lambda _, name=name: redraw(name, values[name] + 1))
        else:
            control.observe(lambda change, name=name: redraw(name, change["new"]), names="value")
        controls.append(control)
    return widgets.VBox([*controls, picture, trouble])


def _control(widgets: Any, name: str, knob: Any, value: Any) -> Any:
    """One knob."""
    style = {"description_width": "10em"}
    label = name.replace("_", " ")
    layout = widgets.Layout(width="32em", max_width="100%")
    if isinstance(knob, bool):
        return widgets.Checkbox(value=value, description=label, style=style)
    if knob == "press":
        return widgets.Button(description=label)
    if isinstance(knob, list):
        return widgets.Dropdown(options=knob, value=value, description=label, style=style, layout=layout)
    whole = all(isinstance(number, int) for number in knob)
    low, high = knob[1:3]
    step = knob[3] if len(knob) == 4 else (1 if whole else (high - low) / 100)
    slider = widgets.IntSlider if whole else widgets.FloatSlider
    return slider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        style=style,
        layout=layout,
        continuous_update=False,  # one picture a move: a slow machine keeps up
        **({} if whole else {"readout_format": ".4g"}),
    )


def _frame(figure: Any) -> tuple[bytes, str]:
    """The figure as PNG, with its description; a figure of pyplot is closed, or it would be shown twice."""
    description = str(getattr(figure, "description", "") or "A figure.")
    if hasattr(figure, "_repr_png_"):
        made = figure._repr_png_()
        png = made[0] if isinstance(made, tuple) else made
    else:
        with io.BytesIO() as stream:
            figure.savefig(stream, format="png", dpi=110)
            png = stream.getvalue()
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
    return png, description
