"""Questions on lesson 2: layers, losses, gradients, validation."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..contract import ChoiceQuestion, NumericQuestion, OrderQuestion, Parameters
from ..figures import draw_curves
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class CountOfParameters(NumericQuestion):
    """How many numbers a dense network learns."""

    slug = "m1.networks.q_parameters"
    title = "Trained numbers of a dense network"
    goal = "count weights and biases of dense layers"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    digits = 9

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two layers of weights."""
        return {"n_in": stream.whole(4, 64) * 2, "n_hidden": stream.whole(8, 128), "n_out": stream.whole(3, 12)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A dense network has {parameters['n_in']} inputs, one hidden layer of {parameters['n_hidden']} nodes and "
            f"{parameters['n_out']} outputs, biases everywhere. How many numbers does training adjust?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Weights and one bias for each node."""
        n_in, n_hidden, n_out = (parameters[name] for name in ("n_in", "n_hidden", "n_out"))
        return int(n_in * n_hidden + n_hidden + n_hidden * n_out + n_out)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """No bias; a bias for each weight."""
        n_in, n_hidden, n_out = (parameters[name] for name in ("n_in", "n_hidden", "n_out"))
        weights = n_in * n_hidden + n_hidden * n_out
        return {"bias_forgotten": weights, "bias_per_weight": 2 * weights}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        n_in, n_hidden, n_out = (parameters[name] for name in ("n_in", "n_hidden", "n_out"))
        return f"({n_in} + 1) x {n_hidden} + ({n_hidden} + 1) x {n_out} = {self.solve(parameters)}."


class OneStepDown(NumericQuestion):
    """One step of gradient descent by hand."""

    slug = "m1.networks.q_step"
    title = "One step of gradient descent"
    goal = "carry out steps of gradient descent by hand"
    relative_tolerance, absolute_tolerance = 0.01, 0.002
    minutes = 4

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A single weight and two samples."""
        return {
            "weight": stream.on_grid(-2.0, 2.0, 0.5),
            "inputs": [stream.whole(1, 4), stream.whole(1, 4)],
            "targets": [stream.whole(-6, 6), stream.whole(-6, 6)],
            "rate": stream.choice((0.01, 0.02, 0.05, 0.1)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        (x1, x2), (y1, y2) = parameters["inputs"], parameters["targets"]
        return (
            f"A network has one weight w and no bias: it answers w·x. Two samples: x = {x1}, y = {y1} and x = {x2}, "
            f"y = {y2}. The loss is the mean squared error. Now w = {parameters['weight']}. What is w after one step "
            f"of gradient descent on both samples with learning rate {parameters['rate']}?"
        )

    def _gradient(self, parameters: Parameters) -> float:
        """Derivative of the mean squared error."""
        pairs = zip(parameters["inputs"], parameters["targets"], strict=True)
        return float(np.mean([2 * x * (parameters["weight"] * x - y) for x, y in pairs]))

    def solve(self, parameters: Parameters) -> float:
        """Weight minus rate times gradient."""
        return float(parameters["weight"] - parameters["rate"] * self._gradient(parameters))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Up instead of down; sum for mean; a loss with one half."""
        weight, move = parameters["weight"], parameters["rate"] * self._gradient(parameters)
        return {"gradient_ascent": weight + move, "sum_for_mean": weight - 2 * move, "half_in_loss": weight - move / 2}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        gradient = self._gradient(parameters)
        return (
            f"dL/dw = mean of 2x(wx - y) = {gradient:.4g}; "
            f"w - {parameters['rate']} x ({gradient:.4g}) = {self.solve(parameters):.4g}."
        )


class EpochToKeep(NumericQuestion):
    """Early stopping, read off two curves."""

    slug = "m1.networks.q_epoch"
    title = "Which epoch would you keep?"
    goal = "recognise overfitting in the curves of training and validation"
    unit = "epochs"
    relative_tolerance, absolute_tolerance = 0.0, 8.0  # of reading the plot

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """The validation loss has its minimum early or in the middle."""
        return {"best": stream.whole(5, 14) * 5, "last": stream.whole(10, 16) * 10}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the loss of a training and the loss on validation data. Early stopping keeps the weights "
            "of one epoch. Which epoch should it be?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Minimum of the validation loss."""
        return int(parameters["best"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The last epoch has the smallest training loss."""
        return {"training_loss_monitored": parameters["last"]}

    def figure(self, parameters: Parameters) -> Any:
        """Smooth curves: an exponential, and one with a minimum at the epoch."""
        best, last = parameters["best"], parameters["last"]
        epochs = np.arange(1, last + 1)
        training = 0.05 + 0.95 * np.exp(-4.0 * epochs / best)
        validation = 0.12 + 0.45 * (epochs / best - 1 - np.log(epochs / best))
        read = ", ".join(f"{value:.2f} at {epochs[i]}" for i, value in list(enumerate(validation))[best // 5 :: 5])
        return draw_curves(
            epochs,
            {"loss": training, "val_loss": validation},
            x_label="epoch",
            y_label="loss",
            description=f"The training loss falls throughout. The validation loss is {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return f"The validation loss is smallest at epoch {parameters['best']}; after it the network learns the noise."


class StepsOfTraining(OrderQuestion):
    """What happens in one step."""

    slug = "m1.networks.q_training_step"
    title = "One step of training"
    goal = "carry derivatives back through the layers"
    difficulty = 1

    _STEPS = (
        "draw a batch of samples",
        "compute the activations, layer after layer",
        "compare the outputs with the targets: the loss",
        "take the derivative of the loss by the outputs",
        "carry the derivative back through the layers by the chain rule",
        "change the weights against their gradients",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Five of the six; the three in the middle of the matter always."""
        return {"steps": sorted([1, 4, 5, *stream.sample((0, 2, 3), 2)])}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "Put these parts of one training step in order."

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        """As listed."""
        return tuple(self._STEPS[index] for index in parameters["steps"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The weights changed before their gradients are known."""
        steps = self.solve(parameters)
        return {"step_before_gradient": (*steps[:-2], steps[-1], steps[-2])}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return "Forward, loss, backward, step: " + "; ".join(self.solve(parameters)) + "."


class CountOfADeepNetwork(NumericQuestion):
    """Two hidden layers, with a layer between them that learns nothing."""

    slug = "m1.networks.q_parameters_deep"
    title = "Trained numbers of a deeper network"
    goal = "count weights and biases of dense layers"
    marks, minutes = 2, 4
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    digits = 9
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Three layers of weights."""
        return {
            "n_in": stream.whole(6, 40),
            "n_first": stream.whole(4, 20) * 4,
            "n_second": stream.whole(3, 15) * 3,
            "n_out": stream.whole(2, 6),
            "dropout": stream.choice((0.1, 0.2, 0.25, 0.5)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A network has {p['n_in']} inputs, a dense layer of {p['n_first']} nodes, dropout of {p['dropout']}, a "
            f"dense layer of {p['n_second']} nodes, and a dense output layer of {p['n_out']} nodes. The two hidden "
            "layers have ReLU activations, and all dense layers have biases. How many numbers does training adjust?"
        )

    def _sizes(self, parameters: Parameters) -> tuple[int, int, int, int]:
        return parameters["n_in"], parameters["n_first"], parameters["n_second"], parameters["n_out"]

    def solve(self, parameters: Parameters) -> int:
        """Of each dense layer (inputs + 1) times outputs."""
        a, b, c, d = self._sizes(parameters)
        return int((a + 1) * b + (b + 1) * c + (c + 1) * d)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """No biases; dropped nodes not counted; the two hidden layers taken for one."""
        a, b, c, d = self._sizes(parameters)
        left = b * (1 - parameters["dropout"])
        return {
            "bias_forgotten": a * b + b * c + c * d,
            "dropout_removes_weights": (a + 1) * b + (left + 1) * c + (c + 1) * d,
            "layers_not_chained": (a + 1) * b + (a + 1) * c + (b + c + 1) * d,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        a, b, c, d = self._sizes(parameters)
        return (
            f"({a} + 1) x {b} + ({b} + 1) x {c} + ({c} + 1) x {d} = {self.solve(parameters)}. Dropout silences nodes "
            "for a step and activations have nothing to learn."
        )


class TwoStepsWithMomentum(NumericQuestion):
    """Momentum by hand."""

    slug = "m1.networks.q_momentum"
    title = "Two steps with momentum"
    goal = "carry out steps of gradient descent by hand"
    marks, minutes = 3, 5
    relative_tolerance, absolute_tolerance = 0.005, 0.0005
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A parabola and round settings."""
        return {
            "curvature": stream.whole(1, 4),
            "start": stream.choice((-1, 1)) * stream.whole(2, 8),
            "rate": stream.choice((0.05, 0.1, 0.2)),
            "momentum": stream.choice((0.5, 0.8, 0.9)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A loss has one weight: L(w) = {p['curvature']}·w². Start at w = {p['start']} with velocity v = 0. Each "
            f"step is v ← {p['momentum']}·v - {p['rate']}·dL/dw, then w ← w + v. What is w after two steps?"
        )

    def _walk(self, parameters: Parameters, *, momentum: float, sign: float = -1.0, slope: float = 2.0) -> float:
        weight, velocity = float(parameters["start"]), 0.0
        for _ in range(2):
            gradient = slope * parameters["curvature"] * weight
            velocity = momentum * velocity + sign * parameters["rate"] * gradient
            weight += velocity
        return weight

    def solve(self, parameters: Parameters) -> float:
        """Both steps, in order."""
        return self._walk(parameters, momentum=parameters["momentum"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """No memory; uphill; a loss with one half."""
        momentum = parameters["momentum"]
        return {
            "momentum_without_memory": self._walk(parameters, momentum=0.0),
            "gradient_ascent": self._walk(parameters, momentum=momentum, sign=1.0),
            "half_in_loss": self._walk(parameters, momentum=momentum, slope=1.0),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        gradient = 2 * p["curvature"] * p["start"]
        velocity = -p["rate"] * gradient
        first = p["start"] + velocity
        gradient_2 = 2 * p["curvature"] * first
        velocity_2 = p["momentum"] * velocity - p["rate"] * gradient_2
        return (
            f"dL/dw = {2 * p['curvature']}·w. First step: v = {velocity:.4g}, w = {first:.4g}. Second step: "
            f"v = {p['momentum']} x ({velocity:.4g}) - {p['rate']} x ({gradient_2:.4g}) = {velocity_2:.4g}, "
            f"w = {self.solve(p):.4g}."
        )


class BackThroughTwoLayers(NumericQuestion):
    """The chain rule through a ReLU."""

    slug = "m1.networks.q_backprop"
    title = "Back through two layers"
    goal = "carry derivatives back through the layers"
    marks, minutes, difficulty = 3, 5, 3
    relative_tolerance, absolute_tolerance = 0.005, 0.001
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Small whole and half numbers."""
        return {
            "input": stream.whole(2, 5),
            "first": stream.on_grid(0.5, 2.0, 0.5),
            "bias": stream.choice((-1, 1, 2)),
            "second": stream.choice((-1, 1)) * stream.on_grid(1.5, 4.0, 0.5),
            "target": stream.whole(-5, 9),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "A network with one node in its hidden layer answers y = v·h with h = max(0, w·x + b). One sample: "
            f"x = {p['input']}, target {p['target']}. Now w = {p['first']}, b = {p['bias']}, v = {p['second']}. The "
            f"loss is L = {self._error(p)}². What is dL/dw?"
        )

    def _error(self, parameters: Parameters) -> str:
        """Answer minus target, as people write it: ``(y + 3)`` for a target of -3."""
        target = parameters["target"]
        return f"(y {'-' if target >= 0 else '+'} {abs(target)})"

    def _forward(self, parameters: Parameters) -> tuple[float, float]:
        """The hidden value, and the derivative of the loss by the output."""
        hidden = max(0.0, parameters["first"] * parameters["input"] + parameters["bias"])
        return hidden, 2 * (parameters["second"] * hidden - parameters["target"])

    def solve(self, parameters: Parameters) -> float:
        """Through the loss, the second weight, the activation, the first weight."""
        hidden, slope = self._forward(parameters)
        return float(slope * parameters["second"] * parameters["input"] * (hidden > 0))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The later weight left out; the factor two; the value of the activation in place of its slope."""
        hidden, slope = self._forward(parameters)
        right = self.solve(parameters)
        return {
            "later_weight_forgotten": slope * parameters["input"],
            "half_in_loss": right / 2,
            "derivative_of_output": right * hidden,
            "error_without_input": slope * parameters["second"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        hidden, slope = self._forward(p)
        return (
            f"Forward: h = {hidden:.4g}, y = {p['second'] * hidden:.4g}. Back: dL/dy = 2{self._error(p)} = "
            f"{slope:.4g}; dL/dh = {slope:.4g} x ({p['second']}); the ReLU is open, slope 1; dh/dw = x = {p['input']}. "
            f"Together {self.solve(p):.4g}."
        )


class LargestRate(NumericQuestion):
    """Where gradient descent becomes unstable."""

    slug = "m1.networks.q_rate_limit"
    title = "The largest learning rate"
    goal = "relate the learning rate to the curvature of the loss"
    marks, minutes, difficulty = 2, 4, 3
    relative_tolerance = 0.02

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A long valley."""
        return {"flat": stream.choice((0.1, 0.2, 0.4, 0.5)), "steep": stream.whole(4, 50)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Near its minimum a loss is L = ½·({p['flat']}·u² + {p['steep']}·v²) in two directions u and v of the "
            "weights. Plain gradient descent with a constant learning rate is used. Above which learning rate does "
            "it no longer converge?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Two over the largest curvature."""
        return 2.0 / float(parameters["steep"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The fastest rate of the steep direction; the flat direction; the mean curvature."""
        steep, flat = parameters["steep"], parameters["flat"]
        return {
            "fastest_for_largest_rate": 1 / steep,
            "flattest_direction": 2 / flat,
            "mean_curvature": 4 / (steep + flat),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        steep = parameters["steep"]
        return (
            f"A step multiplies v by 1 - η·{steep}. Its magnitude stays below 1 as long as η < 2/{steep} = "
            f"{self.solve(parameters):.4g}. The steepest direction sets the limit, the flattest one the time it takes."
        )


class LossWithPenalty(NumericQuestion):
    """Mean squared error and an L2 penalty, by hand."""

    slug = "m1.networks.q_penalty"
    title = "A loss with a penalty"
    goal = "compute a loss with its penalty"
    difficulty = 1
    minutes = 4
    relative_tolerance, absolute_tolerance = 0.003, 0.0005
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Three weights, a bias, two samples."""
        return {
            "weights": [stream.choice((-1, 1)) * stream.on_grid(0.5, 3.0, 0.5) for _ in range(3)],
            "bias": stream.choice((-1, 1)) * stream.on_grid(1.0, 3.0, 0.5),
            "errors": [stream.choice((-1, 1)) * stream.on_grid(0.2, 1.8, 0.2) for _ in range(2)],
            "strength": stream.choice((0.01, 0.02, 0.05, 0.1)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        w1, w2, w3 = p["weights"]
        return (
            f"A network has the weights {w1}, {w2}, {w3} and the bias {p['bias']}. On two samples its errors (answer "
            f"minus target) are {p['errors'][0]} and {p['errors'][1]}. It is trained with the mean squared error plus "
            f"an L2 penalty of {p['strength']} times the sum of the squares of the weights; the bias is not penalised. "
            "What is the loss?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Mean of squares and the penalty."""
        penalty = parameters["strength"] * sum(weight**2 for weight in parameters["weights"])
        return float(np.mean(np.square(parameters["errors"])) + penalty)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Magnitudes; the bias too; the sum for the mean; no penalty."""
        p = parameters
        right, error = self.solve(p), float(np.mean(np.square(p["errors"])))
        return {
            "l1_for_l2": error + p["strength"] * sum(map(abs, p["weights"])),
            "penalty_on_bias": right + p["strength"] * p["bias"] ** 2,
            "sum_for_mean": right + error,
            "penalty_forgotten": error,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        error, squares = float(np.mean(np.square(p["errors"]))), sum(weight**2 for weight in p["weights"])
        return f"{error:.4g} + {p['strength']} x {squares:.4g} = {self.solve(p):.4g}."


class ReadTheCurves(ChoiceQuestion):
    """Three illnesses of a training, told from its curves."""

    slug = "m1.networks.q_curves"
    title = "What do the curves say?"
    goal = "recognise overfitting in the curves of training and validation"
    marks, minutes = 2, 4

    _REMEDIES: ClassVar[dict[str, tuple[str, ...]]] = {
        "curves_overfitting": (
            "more training data, or stop at an earlier epoch",
            "fewer weights or a stronger penalty on them",
        ),
        "curves_underfitting": (
            "a larger network, or inputs that say more",
            "less of a penalty, and another layer with an activation",
        ),
        "curves_rate": (
            "a learning rate ten times smaller",
            "smaller steps, with the gradients clipped",
        ),
        "curves_unfinished": (
            "the same network and settings for more epochs",
            "train on: three times as many epochs",
        ),
    }

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """An illness, one wording of each remedy, and where the curves lie."""
        return {
            "illness": stream.choice(tuple(self._REMEDIES)),
            "wording": [stream.below(2) for _ in self._REMEDIES],
            "epochs": stream.whole(4, 10) * 10,
            "level": stream.on_grid(0.5, 2.0, 0.1),
            "noise_seed": stream.below(1 << 31),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the loss and the validation loss of a training. The noise of the targets alone gives a "
            f"loss of {0.05 * parameters['level']:.3g}, which nobody can go below on fresh data. What is the most "
            "promising next step?"
        )

    def _remedy(self, parameters: Parameters, illness: str) -> str:
        number = list(self._REMEDIES).index(illness)
        return self._REMEDIES[illness][parameters["wording"][number]]

    def solve(self, parameters: Parameters) -> str:
        """The remedy of this illness."""
        return self._remedy(parameters, parameters["illness"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The remedies of the others."""
        return {name: self._remedy(parameters, name) for name in self._REMEDIES if name != parameters["illness"]}

    def curves(self, parameters: Parameters) -> tuple[Any, Any, Any]:
        """Epochs, loss and validation loss."""
        n, level = parameters["epochs"], parameters["level"]
        rng = np.random.default_rng(parameters["noise_seed"])
        epochs = np.arange(1, n + 1)
        part = epochs / n
        ripple = 1 + 0.02 * rng.normal(size=(2, n))
        if parameters["illness"] == "curves_overfitting":
            loss, fresh = 0.01 + 0.99 * np.exp(-9 * part), 0.12 + 0.88 * np.exp(-12 * part) + 0.5 * part**1.5
        elif parameters["illness"] == "curves_underfitting":
            loss, fresh = 0.55 + 0.45 * np.exp(-10 * part), 0.58 + 0.44 * np.exp(-10 * part)
        elif parameters["illness"] == "curves_rate":
            ripple = np.exp(0.4 * rng.normal(size=n)) * ripple
            loss, fresh = 0.9 + 0.6 * part, 0.95 + 0.6 * part
        else:
            loss, fresh = 1.0 - 0.55 * part, 1.03 - 0.55 * part
        return epochs, level * loss * ripple[0], level * fresh * ripple[1]

    def figure(self, parameters: Parameters) -> Any:
        """Both curves."""
        epochs, loss, fresh = self.curves(parameters)
        shown = np.unique(np.linspace(0, len(epochs) - 1, 9).round().astype(int))
        read = "; ".join(f"epoch {epochs[i]}: {loss[i]:.2f} and {fresh[i]:.2f}" for i in shown)
        return draw_curves(
            epochs,
            {"loss": loss, "val_loss": fresh},
            x_label="epoch",
            y_label="loss",
            description=f"Loss and validation loss. {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        says = {
            "curves_overfitting": "The loss falls on, below what noise allows, and val_loss rises: noise is learned.",
            "curves_underfitting": "Both curves have levelled off together, far above the noise: the network cannot.",
            "curves_rate": "Both curves jump and do not fall: the steps are too long.",
            "curves_unfinished": "Both curves fall together, steadily, to the last epoch: it is not finished.",
        }
        return f"{says[parameters['illness']]} So: {self.solve(parameters)}."


QUESTIONS = (
    CountOfParameters(),
    OneStepDown(),
    EpochToKeep(),
    StepsOfTraining(),
    LargestRate(),
    ReadTheCurves(),
    CountOfADeepNetwork(),
    TwoStepsWithMomentum(),
    BackThroughTwoLayers(),
    LossWithPenalty(),
)
