"""Questions on lesson 2: layers, losses, gradients, validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import NumericQuestion, OrderQuestion, Parameters
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
    goal = "carry out a step of gradient descent on a mean squared error"
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
    goal = "describe back-propagation as a sequence of steps"
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


QUESTIONS = (CountOfParameters(), OneStepDown(), EpochToKeep(), StepsOfTraining())
