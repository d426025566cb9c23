"""The main job in two minutes, and its report: two networks trained live, estimators compared, a reaction measured."""

from .running import run_demo

__all__ = ["run_demo"]
