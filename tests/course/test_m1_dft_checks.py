"""What the checks of the lesson Learning the DFT say to answers that are nearly right."""

from __future__ import annotations

import numpy as np
import pytest

from learnmr.course.checking import examine
from learnmr.course.checks import m1_dft
from learnmr.course.exercises import find_exercise
from learnmr.course.trials import TrialLog


def said(slug: str, answer: object) -> str:
    exercise = find_exercise(slug)
    assert exercise is not None
    result = examine(exercise, answer)
    assert not result.passed
    return str(result)


def test_a_mirrored_kernel_is_told_where_its_wave_came_out() -> None:
    assert "came out in bin 13" in said("m1.dft.kernel", lambda n: m1_dft.fourier_kernel(n).T)


def test_a_normalised_kernel_is_told_the_height_of_its_wave() -> None:
    assert "as high as there are samples" in said("m1.dft.kernel", lambda n: m1_dft.fourier_kernel(n) / np.sqrt(n))


def test_a_complex_matrix_is_no_kernel() -> None:
    assert "does not hold: the matrix is real" in said("m1.dft.kernel", lambda n: np.fft.fft(np.eye(n)))


def test_a_network_that_takes_the_magnitude_breaks_superposition() -> None:
    exact = m1_dft.fourier_kernel(32) / np.sqrt(32)
    assert "differs from the sum of the spectra" in said("m1.dft.network", lambda inputs: np.abs(inputs @ exact))


def test_the_exact_layer_passes_and_one_that_is_a_percent_off_does_not() -> None:
    exact = m1_dft.fourier_kernel(32) / np.sqrt(32)
    exercise = find_exercise("m1.dft.network")
    assert exercise is not None
    assert examine(exercise, lambda inputs: inputs @ exact).passed
    assert "relative error 0.01" in said("m1.dft.network", lambda inputs: 1.01 * inputs @ exact)


def test_the_bare_area_is_told_why_it_is_half() -> None:
    assert "half of the amplitude" in said("m1.dft.amounts", lambda shown, windows: m1_dft.amounts(shown, windows) / 2)


@pytest.mark.parametrize(("knob", "number"), m1_dft.KNOBS.items())
def test_a_knob_that_was_never_turned_is_named(knob: str, number: str) -> None:
    sentence = f"never turned: {knob} (published exercise {number})"
    assert sentence in said("m1.dft.tuning", m1_dft.tuned_log(drop=(knob,)))


def test_two_knobs_at_once_are_noticed() -> None:
    log = m1_dft.tuned_log()
    last = list(log)[-1]
    log.add(
        {**last.settings, "layers": 3, "optimiser": "sgd"}, {"loss": 1.0, "val_loss": 2.0}, history={"val_loss": [2.0]}
    )
    assert "differs from every earlier one in 2 settings" in said("m1.dft.tuning", log)


def test_a_log_judged_by_its_training_loss_is_noticed() -> None:
    log = TrialLog(minimise="val_loss")
    for one in m1_dft.tuned_log():
        loss = one.scores["loss"]
        log.add(one.settings, {"loss": loss, "val_loss": loss}, history={"val_loss": [loss]})
    assert "must come from FIDs not trained on" in said("m1.dft.tuning", log)


def test_an_unknown_choice_is_answered_with_the_choices() -> None:
    assert "simulation" in said("m1.dft.recast", m1_dft.recast(labels="my eyes"))
