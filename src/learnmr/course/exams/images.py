"""The figures of a paper, drawn once for all its forms."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from ..questions.contract import Variant
from .drawing import Paper

__all__ = ["Image", "image_of", "images_of"]

#: dots per inch: sharp on paper, small enough to be mailed
DPI = 150


@dataclass(frozen=True)
class Image:
    """A picture as a file holds it.

    Parameters
    ----------
    png : bytes
        The file.
    alt : str
        What is seen, in words.
    width_in : float
        How wide it is meant to be, in inches.
    """

    png: bytes
    alt: str
    width_in: float

    @property
    def base64(self) -> str:
        """The file as text."""
        return base64.b64encode(self.png).decode("ascii")


def image_of(variant: Variant, *, dpi: float = DPI, larger: float = 1.0) -> Image | None:
    """The figure of a variant, or None: the same bytes from run to run.

    Parameters
    ----------
    variant : Variant
        The question with its numbers.
    dpi : float
        Dots per inch.
    larger : float
        How many times larger its letters are, against the figure: for large print.

    Returns
    -------
    Image or None
        None where there is nothing to be read off.
    """
    picture = variant.figure()
    if picture is None:
        return None
    from ...plots.pictures import house_style

    if larger != 1.0:  # a smaller figure with the same letters, printed at the same width
        width, height = picture.get_size_inches()
        picture.set_size_inches(width / larger, 1.25 * height / larger)
        dpi *= larger
        for axes in picture.axes:
            if type(axes.xaxis.get_major_locator()).__name__ in ("AutoLocator", "MaxNLocator"):
                axes.locator_params(axis="x", nbins=6)  # large numbers must not touch one another
    with io.BytesIO() as stream, house_style():
        # without the version of the library in it
        picture.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
        return Image(stream.getvalue(), picture.description, float(larger * picture.get_size_inches()[0]))


def images_of(paper: Paper) -> dict[str, Image]:
    """The figures of a paper by label."""
    larger = 1.0 if paper.large_print_pt is None else min(1.7, max(1.0, paper.large_print_pt / 11.0))
    drawn = {entry.label: image_of(entry.variant, larger=larger) for entry in paper.entries}
    return {label: image for label, image in drawn.items() if image is not None}
