"""The checks of the exercises: one file for each lesson, ``m1_signals.py`` for the lesson ``m1.signals``."""
