import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.evaluation import match_lines

frequencies = st.lists(st.floats(-100, 100), max_size=8)


@settings(deadline=None, max_examples=80)
@given(found=frequencies, true=frequencies, tolerance=st.floats(0.1, 50))
def test_pairs_are_one_to_one_within_the_tolerance_and_counts_add_up(found, true, tolerance):
    pairs = match_lines(found, true, tolerance)
    assert np.unique(pairs.found).size == np.unique(pairs.true).size == pairs.true.size
    distance = np.abs(np.array(found)[pairs.found] - np.array(true)[pairs.true])
    assert (distance <= tolerance * (1 + 1e-12)).all()
    assert pairs.n_missed == len(true) - pairs.true.size
    assert pairs.n_false == len(found) - pairs.found.size


@settings(deadline=None, max_examples=40)
@given(true=st.lists(st.integers(-1000, 1000), min_size=1, max_size=8, unique=True), seed=st.integers(0, 99))
def test_a_shuffled_copy_is_matched_back(true, seed):
    order = np.random.default_rng(seed).permutation(len(true))
    pairs = match_lines(np.array(true)[order], true, 0.4)
    assert order[pairs.found].tolist() == list(range(len(true)))


def test_no_pair_is_given_up_for_a_nearer_one():
    # nearest first would pair 10.4 with 10.5 and leave both others alone
    pairs = match_lines([10.4, 9.6], [10.5, 10.0], [1.0, 0.45])
    assert pairs.true.size == 2
    chain = match_lines([1.0, 2.0], [1.9, 2.8], 1.0)
    assert chain.found.tolist() == [0, 1]


def test_each_line_has_its_own_tolerance():
    assert match_lines([1.0, 21.0], [0.0, 20.0], [0.5, 2.0]).true.tolist() == [1]


def test_a_tolerance_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"tolerance_hz.*0"):
        match_lines([1.0], [1.0], 0.0)
