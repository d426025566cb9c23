"""Figures: the only room that imports matplotlib. Every function returns a figure and shows nothing."""

from .pictures import Picture, save, to_html
from .spectra import plot

__all__ = ["Picture", "plot", "save", "to_html"]
