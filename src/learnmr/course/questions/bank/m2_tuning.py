"""Questions on tuning: one question at a time, seeds, learning rates, search, data that must stay apart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...exercises import Property, predictions
from ..contract import ChoiceQuestion, NumericQuestion, OrderQuestion, Parameters, TrainQuestion
from ..figures import draw_curves
from ..methods import baseline_stated, best_repeated, rate_searched, test_used_once
from ..small_networks import least_squares_network, root_mean_square_error
from ..streams import HashStream
from .m1_reports import report_of_search

__all__ = ["QUESTIONS", "draw_profiles"]


class ErrorOfADifference(NumericQuestion):
    """Whether two settings differ, or only two seeds."""

    slug = "m2.tuning.q_seeds"
    title = "Better, or luckier?"
    goal = "support a claim by repeated trainings"
    marks, minutes, difficulty = 3, 5, 2
    relative_tolerance = 0.02

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two settings, the same number of seeds each."""
        return {
            "n_seeds": stream.choice((4, 5, 6, 8, 9, 10)),
            "mean_a": stream.on_grid(28.0, 31.0, 0.1),
            "gain": stream.on_grid(0.1, 0.8, 0.1),
            "sd_a": stream.on_grid(0.3, 0.8, 0.1),
            "sd_b": stream.on_grid(0.4, 0.9, 0.1),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Two settings of a network are trained from {p['n_seeds']} seeds each. The PSNR on the validation data is "
            f"{p['mean_a']} dB on the average for setting A (standard deviation over its seeds {p['sd_a']} dB) and "
            f"{p['mean_a'] + p['gain']:.1f} dB for setting B (standard deviation {p['sd_b']} dB); all trainings are "
            "independent. What is the standard error, in dB, of the difference of the two means?"
        )

    unit = "dB"

    def solve(self, parameters: Parameters) -> float:
        """Variances of the means add."""
        p = parameters
        return float(np.hypot(p["sd_a"], p["sd_b"]) / np.sqrt(p["n_seeds"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Single runs; one mean; in proportion to the number; added."""
        p = parameters
        root = np.sqrt(p["n_seeds"])
        return {
            "deviation_of_one_run": float(np.hypot(p["sd_a"], p["sd_b"])),
            "error_of_one_mean": p["sd_b"] / root,
            "averaging_linear": float(np.hypot(p["sd_a"], p["sd_b"]) / p["n_seeds"]),
            "added_linearly": (p["sd_a"] + p["sd_b"]) / root,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        error = self.solve(p)
        verdict = "more than" if p["gain"] > 2 * error else "not even"
        return (
            f"√(({p['sd_a']}² + {p['sd_b']}²)/{p['n_seeds']}) = {error:.3g} dB. The difference of {p['gain']:.1f} dB "
            "is "
            f"{p['gain'] / error:.1f} times that, {verdict} two standard errors."
        )


class WhichClaim(ChoiceQuestion):
    """What a small log of trials allows to say."""

    slug = "m2.tuning.q_claim"
    title = "Which claim does the log support?"
    goal = "support a claim by repeated trainings"
    marks, minutes, difficulty = 2, 4, 3

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Four rows; only the learning rate was varied alone, from several seeds."""
        base = stream.on_grid(0.030, 0.050, 0.002)
        return {
            "base": base,
            "gain": stream.whole(8, 12) / 1000,
            "spread": stream.whole(1, 2) / 1000,
            "seeds": stream.whole(5, 9),
            "rates": list(stream.choice(((0.01, 0.001), (0.003, 0.0003), (0.02, 0.002)))),
            "filters": [16, stream.choice((24, 32, 48))],
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        high, low = p["rates"]
        few, many = p["filters"]
        better = p["base"] - p["gain"]
        return (
            f"A log of trials. (1) rate {high}, {few} filters, {p['seeds']} seeds: val_loss {p['base']:.3f} ± "
            f"{p['spread']:.3f}. (2) rate {low}, {few} filters, {p['seeds']} seeds: {better:.3f} ± {p['spread']:.3f}. "
            f"(3) rate {low}, {many} filters, batch size 64 in place of 16, one seed: {better - 0.001:.3f}. "
            "(± is the standard deviation over the seeds.) Which claim does the log support?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Only one setting was changed alone, with seeds."""
        high, low = parameters["rates"]
        return f"with {parameters['filters'][0]} filters the rate {low} gives a smaller val_loss than {high}"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Two changes at once; one seed; beyond what was tried."""
        (high, low), (few, many) = parameters["rates"], parameters["filters"]
        return {
            "two_changed_at_once": f"{many} filters are better than {few}: trial (3) has a smaller val_loss than (2)",
            "one_seed_claim": "the settings of trial (3) are the best of the three: its val_loss is the smallest",
            "claims_beyond_the_trials": f"the rate {low / 10:g} is better still, since {low} is better than {high}",
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"Between (1) and (2) the rate alone was changed, and the difference of {p['gain']:.3f} is many times the "
            f"standard error of a mean, {p['spread'] / np.sqrt(p['seeds']):.4f}. Trial (3) changed filters and batch "
            "size at once and was run once; rates that were not tried are not in the log."
        )


class RangeTest(ChoiceQuestion):
    """A learning rate, read off a range test."""

    slug = "m2.tuning.q_range_test"
    title = "Choose a learning rate"
    goal = "find a learning rate"
    marks, minutes, difficulty = 2, 4, 2

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Where the loss falls most steeply, and how far the minimum is."""
        return {
            "steepest_exponent": stream.on_grid(-3.5, -2.0, 0.25),
            "to_minimum": stream.choice((1.0, 1.25, 1.5)),
            "level": stream.on_grid(0.5, 3.0, 0.1),
            "noise_seed": stream.below(1 << 31),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows a learning rate range test: in one short training the rate was raised from step to step, "
            "and the (smoothed) loss is drawn against the rate. With which constant rate would you begin a long "
            "training?"
        )

    def _rates(self, parameters: Parameters) -> dict[str, float]:
        """Logarithms of the rates of the options, from the curve without its ripple."""
        exponents, loss = self._smooth(parameters)
        return {
            "steepest": float(exponents[np.argmin(np.gradient(loss))]),
            "minimum": float(exponents[np.argmin(loss)]),
            "diverges": float(exponents[-1]),
            "small": parameters["steepest_exponent"] - 2.0,
        }

    def _named(self, parameters: Parameters, name: str) -> str:
        return _rounded(10.0 ** self._rates(parameters)[name])

    def solve(self, parameters: Parameters) -> str:
        """Where the loss falls fastest."""
        return self._named(parameters, "steepest")

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The minimum; beyond it; where nothing happens yet."""
        return {
            "best_rate_at_minimum": self._named(parameters, "minimum"),
            "rate_that_diverges": self._named(parameters, "diverges"),
            "rate_too_small": self._named(parameters, "small"),
        }

    def _smooth(self, parameters: Parameters) -> tuple[Any, Any]:
        """Logarithms of the rates, and the loss up to where it diverges."""
        steepest, to_minimum = parameters["steepest_exponent"], parameters["to_minimum"]
        exponents = np.linspace(-7, 1, 401)
        fall = 1 - 0.75 / (1 + np.exp(-(exponents - steepest) * 5.5 / to_minimum))
        loss = parameters["level"] * (fall + np.exp(8.0 * (exponents - steepest - to_minimum - 0.45)))
        kept = np.flatnonzero(loss > 1.4 * parameters["level"])[0]  # the test stops there
        return exponents[:kept], loss[:kept]

    def curve(self, parameters: Parameters) -> tuple[Any, Any]:
        """Logarithms of the rates, and the loss with a ripple."""
        exponents, loss = self._smooth(parameters)
        ripple = np.random.default_rng(parameters["noise_seed"]).normal(0, 0.004, exponents.size)
        return exponents, loss + parameters["level"] * ripple

    def figure(self, parameters: Parameters) -> Any:
        """The loss over a logarithmic axis."""
        exponents, loss = self.curve(parameters)
        shown = slice(0, None, 10)
        read = ", ".join(
            f"{value:.2f} at {_rounded(10.0**e)}" for e, value in zip(exponents[shown], loss[shown], strict=True)
        )
        return draw_curves(
            10.0**exponents,
            {"loss": loss},
            x_label="learning rate",
            y_label="loss (smoothed)",
            log="x",
            description=f"Loss against the learning rate: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            f"At {self._named(parameters, 'small')} the loss hardly moves. It falls most steeply near "
            f"{self.solve(parameters)}: this is a good start. At its lowest point, near "
            f"{self._named(parameters, 'minimum')}, the rate is already at the limit, and above that the training "
            "diverges."
        )


class RandomSearch(NumericQuestion):
    """How likely random trials find the good region."""

    slug = "m2.tuning.q_random"
    title = "Random search"
    goal = "compare random search with a grid"
    unit = "%"
    minutes = 4
    relative_tolerance, absolute_tolerance = 0.0, 0.6

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A small part of the space, some trials."""
        return {"part_percent": stream.choice((4, 5, 6, 8, 10)), "trials": stream.whole(6, 24)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"In the space of all settings a region of {p['part_percent']} % of the volume gives results that are good "
            f"enough. {p['trials']} trials are drawn independently and uniformly from the whole space. With which "
            "probability, in percent, does at least one of them lie in the good region?"
        )

    def _chance(self, parameters: Parameters) -> float:
        return float(parameters["part_percent"]) / 100

    def solve(self, parameters: Parameters) -> float:
        """One less the chance that all miss."""
        return 100 * (1 - (1 - self._chance(parameters)) ** parameters["trials"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Chances added; all miss; one trial."""
        right = self.solve(parameters)
        return {
            "chance_added": 100 * self._chance(parameters) * parameters["trials"],
            "chance_of_all_failing": 100 - right,
            "only_one_trial": 100 * self._chance(parameters),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"All miss with probability {1 - self._chance(p):.2f}^{p['trials']} = {100 - self.solve(p):.1f} %; the "
            "rest "
            f"is {self.solve(p):.1f} %, whatever the number of settings."
        )


class ValuesOnAGrid(NumericQuestion):
    """How many values of the setting that matters a grid tries."""

    slug = "m2.tuning.q_grid"
    title = "What a grid wastes"
    goal = "compare random search with a grid"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.4
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A grid in two or three settings."""
        return {"values": stream.whole(3, 9), "settings": stream.choice((2, 3)), "which": stream.below(2)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        shape = " x ".join([str(p["values"])] * p["settings"])
        return (
            f"A grid search tries all combinations of {p['values']} values of each of {p['settings']} settings "
            f"({shape} trials). Unknown to the searcher, only one of the settings matters, the "
            f"{('learning rate', 'weight of the penalty')[p['which']]}. A random search draws every setting of each "
            "trial afresh from a continuous range, with the same number of trials. How many times more different "
            "values of the setting that matters does it try than the grid?"
        )

    def solve(self, parameters: Parameters) -> float:
        """All trials differ, against the values on one axis."""
        return float(parameters["values"] ** (parameters["settings"] - 1))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """As many as trials; the same; the number of settings."""
        values, settings = parameters["values"], parameters["settings"]
        return {"all_trials_counted": float(values**settings), "grid_counts_trials": 1.0}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        values, settings = parameters["values"], parameters["settings"]
        return (
            f"The grid has {values} different values of it, the random search {values**settings}, one a trial: "
            f"{self.solve(parameters):.0f} times as many."
        )


class WhereTheLeakIs(ChoiceQuestion):
    """Data that must stay apart."""

    slug = "m2.tuning.q_leak"
    title = "How to divide the data"
    goal = "keep training, validation and test data apart"
    marks, minutes, difficulty = 2, 3, 2

    _GOOD = (
        "draw lots for the subjects, and give all slices of a subject to the same part",
        "put whole subjects, with all of their slices, into one of the three parts",
    )
    _SLICES = (
        "shuffle all slices and cut the list into three parts of the right sizes",
        "take every tenth slice of each subject for the test, every ninth for validation",
    )
    _CHOICE = (
        "divide by subject into training and test, and choose settings by the test loss",
        "divide by subject, tune on the test subjects, and report the best result on them",
    )
    _AUGMENTED = (
        "first add noisy and rotated copies of every slice, then shuffle and divide them all",
        "turn and mirror each slice to have more of them, and draw lots for the copies",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Numbers, one wording of each."""
        return {
            "subjects": stream.whole(12, 40),
            "slices": stream.whole(20, 60),
            "good": stream.below(2),
            "slices_wording": stream.below(2),
            "choice": stream.below(2),
            "augmented": stream.below(2),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"There are head scans of {p['subjects']} subjects with {p['slices']} slices each, to train, tune and "
            "test a "
            "network that reconstructs single slices. It will be used on new patients. How should the slices be "
            "divided into training, validation and test data?"
        )

    def solve(self, parameters: Parameters) -> str:
        """By subject."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """By slice; the test used to choose; copies across parts."""
        return {
            "slices_of_one_subject": self._SLICES[parameters["slices_wording"]],
            "test_seen_in_training": self._CHOICE[parameters["choice"]],
            "copies_across_parts": self._AUGMENTED[parameters["augmented"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "The test must resemble what comes later: new heads. Neighbouring slices of one head, or copies of a "
            "slice, "
            "are nearly the same image; on both sides of a division they make the test too easy. And what settings are "
            "chosen by is no test any more."
        )


class StepsOfTuning(OrderQuestion):
    """The order of an honest search."""

    slug = "m2.tuning.q_steps"
    title = "An honest search"
    goal = "keep training, validation and test data apart"
    marks, minutes, difficulty = 2, 3, 1

    _STEPS = (
        "divide the subjects into training, validation and test, and lock the test away",
        "score the simplest method on the validation data",
        "train networks with settings that are changed one at a time",
        "choose the setting with the best mean on the validation data",
        "compute the score of the chosen network on the test data",
        "report this score with its spread, whatever it is",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Five of the six; division, training, choice and test always."""
        return {"steps": sorted([0, 2, 3, 4, stream.choice((1, 5))]), "subjects": stream.whole(15, 60)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"There are scans of {parameters['subjects']} subjects, and a network is to be tuned. Put these steps in "
            "the "
            "order of an honest search."
        )

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        """As listed."""
        return tuple(self._STEPS[index] for index in parameters["steps"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The test before the choice; the data divided late."""
        steps = list(self.solve(parameters))
        choice = steps.index(self._STEPS[3])
        early = steps.copy()
        early[choice], early[choice + 1] = steps[choice + 1], steps[choice]
        train = steps.index(self._STEPS[2])
        late = [*steps[1 : train + 1], steps[0], *steps[train + 1 :]]
        return {"test_before_choice": tuple(early), "divided_after_training": tuple(late)}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        steps = "; ".join(self.solve(parameters))
        return f"Divide before anything has been seen, choose by validation, test once: {steps}."


def draw_profiles(n: int, seed: int, *, width: int, noise_sd: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Noisy pieces of image profiles with edges, and the true value in the middle of each.

    Parameters
    ----------
    n : int
        Number of pieces.
    seed : int
        Decides everything.
    width : int
        Pixels in a piece, odd.
    noise_sd : float
        Standard deviation of the noise.

    Returns
    -------
    tuple of numpy.ndarray, shapes (n, width) and (n, 1)
        Noisy pieces of mean about zero, and the clean value of the pixel in the middle.
    """
    rng = np.random.default_rng(seed)
    jumps = (rng.random((n, width)) < 0.1) * rng.normal(0.0, 1.5, (n, width))
    clean = np.cumsum(jumps, axis=1)  # (n, width), constant but for the jumps
    clean -= clean.mean(axis=1, keepdims=True)
    return clean + rng.normal(0.0, noise_sd, clean.shape), clean[:, width // 2, None]


class SearchTheRate(TrainQuestion):
    """A denoiser whose learning rate is to be found."""

    slug = "m2.tuning.q_train_rate"
    title = "Train and report: find the learning rate"
    goal = "find a learning rate"
    marks, minutes, difficulty = 10, 20, 3
    measured = "the root mean square error over that of the best linear filter"
    failures, runs = 0, 40  # 48 nodes at the hardest parameters (11 pixels, noise 0.3): 0.65 to 0.77
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """How wide, how noisy; the seed of the fresh data is not shown."""
        return {
            "width": stream.choice((7, 9, 11)),
            "noise_sd": stream.on_grid(0.2, 0.3, 0.02),
            "fresh_seed": stream.below(1 << 31),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Train a small network that takes {p['width']} neighbouring pixels of a noisy profile (noise "
            f"{p['noise_sd']}, edges at unknown places; the given code makes data) and gives the true value of the "
            "pixel in the middle. Any library will do; a training should take seconds. Find its learning rate. Hand in "
            "a dictionary with the trained “network” (an object with predict) and “trials”, a row for each training "
            "with the keys “model” (“linear” for the best linear filter, which is your baseline), “rate” (the learning "
            "rate), further settings that you chose, “seed”, “val_loss” on validation data, and, for the configuration "
            "that you chose, “test_loss” on test data that were used for nothing else. Half of the marks are for the "
            f"result: on our fresh data the root mean square error is at most {self.threshold(p):g} of that of the "
            "best "
            "linear filter. The other half are for the method, read off the rows: a baseline; at least five rates over "
            "two decades or more with everything else the same, the best of them inside that range; the best "
            "configuration repeated from three seeds; the test data used once."
        )

    def stub(self, parameters: Parameters) -> str:
        """Data and an empty answer."""
        p = parameters
        return (
            "from learnmr.course.questions.bank.m2_tuning import draw_profiles\n\n"
            f"SETTINGS = {{'width': {p['width']}, 'noise_sd': {p['noise_sd']}}}\n"
            "pieces, values = draw_profiles(6000, seed=1, **SETTINGS)  # shapes (6000, width) and (6000, 1)\n"
            "# other seeds give validation and test data\n\n"
            "trials = []  # rows such as {'model': 'network', 'rate': 0.01, 'seed': 1, 'val_loss': 0.02}\n"
            "network = None  # an object with predict: (n, width) to (n, 1)\n"
            "answer = {'network': network, 'trials': trials}\n"
        )

    def method(self, parameters: Parameters) -> tuple[Property, ...]:
        """Baseline, rates, seeds, test."""
        return baseline_stated(), rate_searched(), best_repeated(), test_used_once()

    def measure(self, parameters: Parameters, network: Any, seed: int) -> float:
        """Root mean square error over that of the best linear filter."""
        inputs, targets, baseline = _fresh_profiles(parameters["width"], parameters["noise_sd"], seed)
        answers = predictions(network, inputs).reshape(targets.shape)
        return float(np.sqrt(np.mean((answers - targets) ** 2)) / baseline)

    def threshold(self, parameters: Parameters) -> float:
        """A good deal above what the reference needs at its worst."""
        return 0.85

    def solve(self, parameters: Parameters) -> dict[str, Any]:
        """Six rates, each from three seeds."""
        settings = {"width": parameters["width"], "noise_sd": parameters["noise_sd"]}
        train, validate, test = (draw_profiles(n, seed, **settings) for n, seed in ((6000, 1), (2000, 2), (2000, 3)))
        rates = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1)
        return report_of_search(
            train, validate, test, configurations=tuple({"nodes": 48, "rate": rate, "epochs": 15} for rate in rates)
        )

    _LOSSES: ClassVar[dict[float, float]] = {1e-4: 0.042, 1e-3: 0.021, 3e-3: 0.019, 1e-2: 0.020, 1e-1: 0.041}

    def stand_in(self, parameters: Parameters) -> dict[str, Any]:
        """Rows as a good report has them, and a network that knows the fresh data."""
        rows: list[dict[str, Any]] = [{"model": "linear", "seed": 1, "val_loss": 0.047}]
        rows += [{"model": "network", "rate": rate, "seed": 1, "val_loss": loss} for rate, loss in self._LOSSES.items()]
        rows += [{"model": "network", "rate": 3e-3, "seed": seed, "val_loss": 0.019} for seed in (2, 3)]
        rows[-1]["test_loss"] = 0.020
        fresh = _fresh_profiles(parameters["width"], parameters["noise_sd"], parameters["fresh_seed"])
        return {"network": lambda inputs: fresh[1], "trials": rows}

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The usual gaps of a report, and a network that has learned nothing."""
        good = self.stand_in(parameters)
        rows = good["trials"]
        inside = [row for row in rows if row.get("rate", 1.0) >= 3e-3]
        return {
            "accuracy_without_baseline": {**good, "trials": rows[1:]},
            "best_rate_at_the_end": {**good, "trials": inside},
            "one_seed_claim": {**good, "trials": [*rows[:-2], {**rows[3], "test_loss": 0.020}]},
            "test_seen_in_training": {**good, "trials": [{**row, "test_loss": row["val_loss"]} for row in rows]},
            "mean_for_everything": {**good, "network": lambda inputs: np.zeros((len(inputs), 1))},
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Rates in steps of a factor of three or ten, from where nothing happens to where the loss jumps; with 48 "
            "nodes and Adam the best lies near 0.003. Then seeds for the best one, and the test data once."
        )


@lru_cache(maxsize=8)
def _fresh_profiles(width: int, noise_sd: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Fresh pieces, their true values, and the error of the best linear filter on them."""
    known = draw_profiles(3000, seed + 1, width=width, noise_sd=noise_sd)
    inputs, targets = draw_profiles(1500, seed, width=width, noise_sd=noise_sd)
    return inputs, targets, root_mean_square_error(least_squares_network(*known), inputs, targets)


def _rounded(rate: float) -> str:
    """A rate with two digits: ``0.0032``, ``1.8e-05``."""
    return f"{rate:.2g}"


QUESTIONS = (
    ErrorOfADifference(),
    WhichClaim(),
    RangeTest(),
    RandomSearch(),
    WhereTheLeakIs(),
    StepsOfTuning(),
    ValuesOnAGrid(),
    SearchTheRate(),
)
