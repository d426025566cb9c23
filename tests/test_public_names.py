"""The top level: small, lazy, and never hidden by a submodule of the same name."""

from __future__ import annotations

import pkgutil

import pytest

import learnmr


def test_the_written_list_of_names_is_that_of_the_lazy_ones():
    assert sorted(learnmr.__all__) == sorted(["__version__", *learnmr._HOMES])
    assert set(learnmr.__all__) <= set(dir(learnmr))


@pytest.mark.parametrize("name", sorted(learnmr._HOMES))
def test_every_public_name_is_there(name):
    assert getattr(learnmr, name).__module__.startswith(f"learnmr.{learnmr._HOMES[name]}")


def test_no_submodule_bears_the_name_of_a_public_function():
    assert {module.name for module in pkgutil.iter_modules(learnmr.__path__)}.isdisjoint(learnmr.__all__)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="'learnmr' has no attribute 'no_such_name'"):
        _ = learnmr.no_such_name
