"""Figures: the only room that imports matplotlib. Every function returns a figure and shows nothing."""

from .judgement import plot_coverage, plot_error_against_snr, plot_radar, plot_ratios
from .learning import plot_history, plot_network_spectrum, plot_weights
from .pictures import COLOURS, Picture, house_style, save, to_html
from .spectra import plot, plot_processing, plot_spectra
from .time_courses import plot_time_course

__all__ = [
    "COLOURS",
    "Picture",
    "house_style",
    "plot",
    "plot_coverage",
    "plot_error_against_snr",
    "plot_history",
    "plot_network_spectrum",
    "plot_processing",
    "plot_radar",
    "plot_ratios",
    "plot_spectra",
    "plot_time_course",
    "plot_weights",
    "save",
    "to_html",
]
