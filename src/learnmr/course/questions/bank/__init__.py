"""The questions, one file for each lesson; each file ends in a tuple ``QUESTIONS``."""
