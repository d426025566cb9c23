"""Longer work on Module 1: an essay on recasting, a training with its report."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...exercises import Property, predictions
from ..contract import EssayQuestion, Parameters, RubricItem, TrainQuestion
from ..methods import baseline_stated, best_repeated, one_at_a_time, test_used_once
from ..small_networks import SmallNetwork, least_squares_network, root_mean_square_error, train_small_network
from ..streams import HashStream

__all__ = ["QUESTIONS", "draw_decays"]


class RecastAClassifier(EssayQuestion):
    """A proposal with faults in labels, numbers, split and score, to be turned into one without."""

    slug = "m1.parameters.q_essay_recast"
    title = "Review a proposal, and recast it"
    goal = "tell good applications of learning from bad ones"
    marks, minutes, difficulty = 8, 12, 3
    recasts = True
    words = 200
    uses = ("exam",)

    _CASES = (
        ("plant leaves", "infested by a fungus", "a gardener's glance at the plant"),
        ("olive oils", "adulterated", "the opinion of one taster"),
        ("blood samples", "of a patient with early kidney failure", "a questionnaire that the patient filled in"),
        ("beers", "spoilt", "the date on the bottle"),
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A case and its numbers."""
        samples = stream.whole(20, 45)
        return {
            "case": stream.below(len(self._CASES)),
            "samples": samples,
            "repeats": stream.whole(5, 9),
            "points": 2 ** stream.whole(13, 15),
            "healthy_percent": stream.whole(85, 93),
            "margin_percent": stream.whole(1, 3),
        }

    def _numbers(self, parameters: Parameters) -> tuple[str, str, str, int, int]:
        samples, condition, label = self._CASES[parameters["case"]]
        n_fids = parameters["samples"] * parameters["repeats"]
        return samples, condition, label, n_fids, parameters["healthy_percent"] + parameters["margin_percent"]

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        samples, condition, label, n_fids, accuracy = self._numbers(p)
        return (
            f"A proposal: “From {p['samples']} {samples} we recorded {p['repeats']} proton FIDs each, {n_fids} in all. "
            f"A dense network maps the {p['points']} complex samples of an FID to the answer whether the sample is "
            f"{condition}; labels come from {label}. The {n_fids} FIDs were split at random into training and test "
            f"data. On the test data {accuracy} % of the answers are right; {p['healthy_percent']} % of the samples "
            "are not affected. We will now increase the number of layers.” (a) Name four faults of the plan and say "
            "for each why it matters. (b) Recast the problem: say what a network should learn (inputs, outputs, "
            "where true labels come from), what is done without learning, and how you would test and judge the "
            "result. About "
            f"{self.words} words."
        )

    def rubric(self, parameters: Parameters) -> tuple[RubricItem, ...]:
        """Four faults, four parts of a better plan."""
        p = parameters
        _, _, label, n_fids, accuracy = self._numbers(p)
        return (
            RubricItem(
                f"Split: repeats of one sample lie in training and test data, so the test is no test; {p['samples']} "
                f"samples are independent, not {n_fids} FIDs.",
                1,
            ),
            RubricItem(
                f"Baseline: answering “not affected” always is right in {p['healthy_percent']} %; {accuracy} % is "
                "hardly more.",
                1,
            ),
            RubricItem(f"Labels: {label} is no truth; the network can at best repeat it.", 1),
            RubricItem(
                f"Size and units: {2 * p['points']} real inputs against {p['samples']} samples, bound to one "
                "spectrometer; the network must first learn a transform that is known. (Or: more layers mend none of "
                "these faults.)",
                1,
            ),
            RubricItem(
                "Recast: the network learns the step for which no exact fast method exists, for example amounts or "
                "line parameters from windows of the spectrum in dimensionless form.",
                1,
            ),
            RubricItem(
                "True labels: simulated FIDs with known parameters (or samples of known composition), with the noise, "
                "phases and widths that occur.",
                1,
            ),
            RubricItem(
                "Without learning: Fourier transform, referencing and the like; a decision on few amounts by a simple, "
                "inspectable rule or model.",
                1,
            ),
            RubricItem(
                "Judgement: test on other samples (split by sample) and real FIDs, against a fit and the Cramér-Rao "
                "bound, bias and spread or coverage; for the decision, against the majority answer.",
                1,
            ),
        )

    def solve(self, parameters: Parameters) -> str:
        """A model answer."""
        p = parameters
        _, condition, label, n_fids, accuracy = self._numbers(p)
        return (
            f"(a) The repeats of a sample are nearly the same FID and stand on both sides of the random split: the "
            f"test data have been seen, and there are {p['samples']} independent samples, not {n_fids}. Who always "
            f"answers “not affected” is right in {p['healthy_percent']} %, so {accuracy} % shows next to nothing. "
            f"The labels, {label}, are not true: the network can only learn to repeat them. {2 * p['points']} inputs "
            "for "
            f"{p['samples']} samples invite learning by heart, in the units of one spectrometer; more layers do not "
            "help. (b) What is wanted are amounts of substances. Transform, phase and reference with the known "
            "formulas. Let a network read amplitudes and widths of the lines, from windows of the spectrum in bins, "
            "divided by their peak; train it on simulated FIDs, whose parameters are true labels, over the range of "
            "widths, noise and overlap that occurs. Test on fresh simulations and on real samples of known "
            "composition: bias, spread, coverage of the error bars, beside least squares and the Cramér-Rao bound. "
            f"Whether a sample is {condition} is then decided from a few amounts by a simple rule, judged by "
            "cross-validation over samples, against a laboratory finding and the majority answer."
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Ask: what problem am I solving? Is there an exact method, are the labels true, do the test data resemble "
            "what comes later without having been seen, what does the simplest answer score?"
        )


def draw_decays(
    n: int, seed: int, *, n_points: int, noise_sd: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Noisy decays to train on, and the logarithm of their time constants.

    Parameters
    ----------
    n : int
        Number of decays.
    seed : int
        Decides everything.
    n_points : int
        Samples in a decay; the record lasts from 0 to nearly 1.
    noise_sd : float
        Standard deviation of the noise; amplitudes lie between 0.5 and 2.

    Returns
    -------
    tuple of numpy.ndarray, shapes (n, n_points) and (n, 1)
        Decays, and the natural logarithm of T2* in units of the record, between 0.1 and 1.5 records.
    """
    rng = np.random.default_rng(seed)
    log_t2_star = rng.uniform(np.log(0.1), np.log(1.5), (n, 1))
    amplitudes = rng.uniform(0.5, 2.0, (n, 1))
    times = np.arange(n_points) / n_points
    decays = amplitudes * np.exp(-times / np.exp(log_t2_star))  # (n, n_points)
    return decays + rng.normal(0.0, noise_sd, decays.shape), log_t2_star


class LearnADecay(TrainQuestion):
    """T2* from decays, with an honest log."""

    slug = "m1.parameters.q_train_decay"
    title = "Train and report: the time constant of a decay"
    goal = "train a network and report honestly how it was chosen"
    marks, minutes, difficulty = 10, 20, 3
    measured = "the root mean square error over that of the best linear layer"
    failures, runs = 0, 40  # 32 nodes at the hardest parameters (24 samples, noise 0.04): 0.20 to 0.27
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """How long, how noisy; the seed of the fresh data is not shown."""
        return {
            "n_points": stream.whole(6, 10) * 4,
            "noise_sd": stream.on_grid(0.02, 0.04, 0.005),
            "fresh_seed": stream.below(1 << 31),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Train a small network that reads the natural logarithm of T2* off a noisy decay of {p['n_points']} "
            f"samples (noise {p['noise_sd']}; the given code makes as many decays as you like, with true labels). Any "
            "library will do; a training should take seconds. Hand in a dictionary with the trained “network” (an "
            "object with predict) and “trials”, a row for each training with the keys “model” (“linear” for the best "
            "linear layer, which is your baseline), the settings that you chose (for example “nodes”, “rate”, "
            "“epochs”), “seed”, “val_loss” on validation data, and, for the configuration that you chose, “test_loss” "
            "on test data that were used for nothing else. Half of the marks are for the result: on our fresh data the "
            f"root mean square error is at most {self.threshold(p):g} of that of the best linear layer. The other half "
            "are for the method, read off the rows: a baseline; at least three configurations, one setting changed at "
            "a time; the best one repeated from three seeds; the test data used once."
        )

    def stub(self, parameters: Parameters) -> str:
        """Data and an empty answer."""
        p = parameters
        return (
            "from learnmr.course.questions.bank.m1_reports import draw_decays\n\n"
            f"SETTINGS = {{'n_points': {p['n_points']}, 'noise_sd': {p['noise_sd']}}}\n"
            "decays, log_t2_star = draw_decays(3000, seed=1, **SETTINGS)  # shapes (3000, n_points) and (3000, 1)\n"
            "# other seeds give validation and test data\n\n"
            "trials = []  # rows such as {'model': 'linear', 'seed': 1, 'val_loss': 0.07}\n"
            "network = None  # an object with predict: (n, n_points) to (n, 1)\n"
            "answer = {'network': network, 'trials': trials}\n"
        )

    def method(self, parameters: Parameters) -> tuple[Property, ...]:
        """Baseline, single changes, seeds, test."""
        return baseline_stated(), one_at_a_time(), best_repeated(), test_used_once()

    def measure(self, parameters: Parameters, network: Any, seed: int) -> float:
        """Root mean square error over that of the best linear layer."""
        inputs, targets, baseline = _fresh_decays(parameters["n_points"], parameters["noise_sd"], seed)
        answers = predictions(network, inputs).reshape(targets.shape)
        return float(np.sqrt(np.mean((answers - targets) ** 2)) / baseline)

    def threshold(self, parameters: Parameters) -> float:
        """Half as much again as the reference needs at its worst."""
        return 0.35

    def solve(self, parameters: Parameters) -> dict[str, Any]:
        """Four configurations, each from three seeds."""
        settings = {"n_points": parameters["n_points"], "noise_sd": parameters["noise_sd"]}
        train, validate, test = (draw_decays(n, seed, **settings) for n, seed in ((3000, 1), (1000, 2), (1000, 3)))
        return report_of_search(
            train,
            validate,
            test,
            configurations=(
                {"nodes": 8, "rate": 0.005, "epochs": 20},
                {"nodes": 32, "rate": 0.005, "epochs": 20},
                {"nodes": 32, "rate": 0.002, "epochs": 20},
                {"nodes": 32, "rate": 0.005, "epochs": 40},
            ),
        )

    def stand_in(self, parameters: Parameters) -> dict[str, Any]:
        """Rows as a good report has them, and a network that knows the fresh data."""
        rows = [
            {"model": "linear", "seed": 1, "val_loss": 0.070},
            {"model": "network", "nodes": 32, "rate": 0.001, "seed": 1, "val_loss": 0.009},
            {"model": "network", "nodes": 8, "rate": 0.001, "seed": 1, "val_loss": 0.008},
            {"model": "network", "nodes": 32, "rate": 0.005, "seed": 1, "val_loss": 0.005, "test_loss": 0.005},
            {"model": "network", "nodes": 32, "rate": 0.005, "seed": 2, "val_loss": 0.006},
            {"model": "network", "nodes": 32, "rate": 0.005, "seed": 3, "val_loss": 0.005},
        ]
        fresh = _fresh_decays(parameters["n_points"], parameters["noise_sd"], parameters["fresh_seed"])
        return {"network": lambda inputs: fresh[1], "trials": rows}

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The usual gaps of a report, and a network that has learned nothing."""
        good = self.stand_in(parameters)
        rows = good["trials"]
        return {
            "accuracy_without_baseline": {**good, "trials": rows[1:]},
            "two_changed_at_once": {**good, "trials": [*rows, {**rows[1], "nodes": 4, "rate": 0.5, "val_loss": 0.2}]},
            "one_seed_claim": {**good, "trials": rows[:4]},
            "test_seen_in_training": {**good, "trials": [{**row, "test_loss": row["val_loss"]} for row in rows]},
            "mean_for_everything": {**good, "network": lambda inputs: np.full((len(inputs), 1), np.log(0.4))},
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "One hidden layer of 32 nodes with tanh, Adam at 0.005 and 20 epochs of 3000 decays does it in a second. "
            "Choose by val_loss, averaged over seeds; the test data come last, once, for the configuration that was "
            "chosen."
        )


@lru_cache(maxsize=8)
def _fresh_decays(n_points: int, noise_sd: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Fresh decays, their labels, and the error of the best linear layer on them."""
    known = draw_decays(3000, seed + 1, n_points=n_points, noise_sd=noise_sd)
    inputs, targets = draw_decays(1000, seed, n_points=n_points, noise_sd=noise_sd)
    return inputs, targets, root_mean_square_error(least_squares_network(*known), inputs, targets)


Data = tuple[NDArray[np.float64], NDArray[np.float64]]


def report_of_search(
    train: Data, validate: Data, test: Data, *, configurations: tuple[dict[str, Any], ...], first_seed: int = 0
) -> dict[str, Any]:
    """The reference answer of a training question: a baseline, and every configuration from three seeds.

    Parameters
    ----------
    train, validate, test : tuple of numpy.ndarray
        Inputs and targets.
    configurations : tuple of dict
        Keywords of :func:`~learnmr.course.questions.small_networks.train_small_network`.
    first_seed : int
        The first of the seeds.

    Returns
    -------
    dict
        ``network`` and ``trials``.
    """

    def trained(settings: dict[str, Any], seed: int) -> tuple[SmallNetwork, dict[str, Any]]:
        network = train_small_network(*train, **settings, seed=seed)
        loss = root_mean_square_error(network, *validate) ** 2
        return network, {"model": "network", **settings, "seed": seed, "val_loss": loss}

    linear = least_squares_network(*train)
    rows = [{"model": "linear", "seed": first_seed, "val_loss": root_mean_square_error(linear, *validate) ** 2}]
    seeds = [first_seed + number for number in range(3)]
    runs = [[trained(settings, seed) for seed in seeds] for settings in configurations]
    rows += [row for configuration in runs for _, row in configuration]
    best = min(runs, key=lambda configuration: float(np.mean([row["val_loss"] for _, row in configuration])))
    network, row = min(best, key=lambda run: run[1]["val_loss"])
    row["test_loss"] = root_mean_square_error(network, *test) ** 2
    return {"network": network, "trials": rows}


QUESTIONS = (RecastAClassifier(), LearnADecay())
