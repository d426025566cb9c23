"""The one training loop: draw a batch, take a step, note the loss; save now and then; stop cleanly on Ctrl-C.

Nothing in the loop depends on the clock but the moment of saving, and nothing on how often it was interrupted: a
training that was killed and resumed ends in the same bits as one that ran through (one machine, backend and number of
threads). Keras' own ``fit`` is not used: on TensorFlow, after ``keras.utils.set_random_seed``, its ``shuffle=True``
repeats one and the same order in every epoch. :func:`epochs` draws a new order for each.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .backend import backend_name
from .training_state import capture_state, load_state, restore_state, save_state, step_generator

__all__ = ["Batch", "DrawBatch", "Progress", "epochs", "train_network"]

#: inputs and targets of one step
Batch = tuple[NDArray[Any], NDArray[Any]]
#: the generator of the step, the number of the step -> its batch
DrawBatch = Callable[[np.random.Generator, int], Batch]
#: number of finished steps, number of all steps, loss of the last one
Progress = Callable[[int, int, float], None]


def train_network(
    network: Any,
    draw_batch: DrawBatch,
    *,
    n_steps: int,
    seed: int,
    recipe: Mapping[str, Any],
    state_path: str | os.PathLike[str] | None = None,
    save_every_s: float = 5.0,
    progress: Progress | None = None,
    validate: Callable[[Any], float] | None = None,
    validate_every: int = 1,
    stop: Callable[[Mapping[str, list[float]]], bool] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Train a compiled Keras network on drawn batches, and resume where an earlier run was stopped.

    Parameters
    ----------
    network : keras.Model
        A built and compiled network, initialised from ``seed``. It is trained in place.
    draw_batch : callable
        ``draw_batch(generator, step) -> (inputs, targets)``; must draw from that generator only, so that a step
        sees the same data whether or not the training was interrupted before.
    n_steps : int
        Number of steps in all, those of earlier runs included.
    seed : int
        Seed of the data.
    recipe : mapping
        What makes this training what it is, anything JSON can hold. The backend and ``n_steps`` are added. A state
        with another recipe is refused.
    state_path : path-like, optional
        An ``.npz`` file: training goes on from it where it exists, and is saved to it.
    save_every_s : float
        Seconds between saves. The state is also saved at the end and on KeyboardInterrupt.
    progress : callable, optional
        Called after each step with (finished steps, all steps, loss).
    validate : callable, optional
        ``validate(network) -> loss`` on data not trained on; noted as ``val_loss``.
    validate_every : int
        Steps between two validations.
    stop : callable, optional
        ``stop(history) -> bool`` ends the training early. It must look at nothing but the history, so that a
        resumed training stops where an uninterrupted one does.

    Returns
    -------
    dict of str to numpy.ndarray
        ``loss``, shape (steps taken,), and with ``validate`` ``val_loss``, shape (validations,).

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, after the step under way is finished and the state is saved. A second Ctrl-C does not wait.
    FloatingPointError
        If the loss is no longer a number: the step size is too large. The bad state is not saved.
    ValueError
        If an argument is out of range, or the saved state belongs to another training.
    """
    if not n_steps >= 1:
        raise ValueError(f"n_steps must be >= 1, got {n_steps!r}")
    if not validate_every >= 1:
        raise ValueError(f"validate_every must be >= 1, got {validate_every!r}")
    if not save_every_s >= 0:
        raise ValueError(f"save_every_s must be >= 0 s, got {save_every_s!r}")
    optimizer = network.optimizer
    optimizer.build(network.trainable_variables)
    full_recipe = {**recipe, "n_steps": n_steps, "backend": backend_name()}
    history: dict[str, list[float]] = {"loss": []}
    first_step = 0
    if state_path is not None and Path(state_path).exists():
        state = load_state(state_path)
        restore_state(state, network, optimizer, recipe=full_recipe, seed=seed)
        first_step = state.step
        history = {name: values.tolist() for name, values in state.history.items()}

    def save(step: int) -> None:
        if state_path is not None:
            save_state(
                state_path,
                capture_state(network, optimizer, step=step, seed=seed, recipe=full_recipe, history=history),
            )

    step = first_step
    whole = True  # False while variables and history do not belong to the same step
    saved_at_s = time.monotonic()
    with _interrupt_between_steps() as interrupted:
        try:
            while step < n_steps and not (stop is not None and history["loss"] and stop(history)):
                inputs, targets = draw_batch(step_generator(seed, step), step)
                whole = False
                network.reset_metrics()  # else the loss would be a running mean over all steps
                loss = float(np.asarray(network.train_on_batch(inputs, targets)).reshape(-1)[0])
                if not np.isfinite(loss):
                    raise FloatingPointError(f"the loss became {loss} at step {step}: take a smaller learning_rate")
                history["loss"].append(loss)
                step += 1
                if validate is not None and step % validate_every == 0:
                    history.setdefault("val_loss", []).append(float(validate(network)))
                whole = True
                if progress is not None:
                    progress(step, n_steps, loss)
                if interrupted():
                    raise KeyboardInterrupt
                if time.monotonic() - saved_at_s >= save_every_s:
                    save(step)
                    saved_at_s = time.monotonic()
        except KeyboardInterrupt:
            if whole:
                save(step)
            raise
        if step > first_step:
            save(step)
    if interrupted():
        raise KeyboardInterrupt
    return {name: np.array(values) for name, values in history.items()}


def epochs(
    inputs: NDArray[Any], targets: NDArray[Any], *, batch_size: int, seed: int
) -> tuple[Callable[[np.random.Generator, int], Batch], int]:
    """Draw batches from a fixed data set, each epoch in a new random order.

    Parameters
    ----------
    inputs : numpy.ndarray, shape (n, ...)
        The data.
    targets : numpy.ndarray, shape (n, ...)
        What the network shall answer.
    batch_size : int
        Samples a step; the last batch of an epoch may be smaller.
    seed : int
        Seed of the orders.

    Returns
    -------
    draw_batch : callable
        For :func:`train_network`; the order of an epoch depends on seed and epoch alone.
    steps_per_epoch : int
        Number of steps that see each sample once.

    Raises
    ------
    ValueError
        If the lengths differ or batch_size is not in 1..n.

    Examples
    --------
    >>> draw_batch, steps_per_epoch = epochs(np.arange(6), np.arange(6), batch_size=3, seed=1)
    >>> steps_per_epoch
    2
    """
    if len(inputs) != len(targets):
        raise ValueError(f"targets must be as many as inputs, {len(inputs)}, got {len(targets)}")
    if not 1 <= batch_size <= len(inputs):
        raise ValueError(f"batch_size must be in 1..{len(inputs)}, got {batch_size!r}")
    steps_per_epoch = -(-len(inputs) // batch_size)

    def draw_batch(_generator: np.random.Generator, step: int) -> Batch:
        epoch, within = divmod(step, steps_per_epoch)
        order = step_generator(seed, epoch).permutation(len(inputs))
        chosen = order[within * batch_size : (within + 1) * batch_size]
        return inputs[chosen], targets[chosen]

    return draw_batch, steps_per_epoch


@contextmanager
def _interrupt_between_steps() -> Iterator[Callable[[], bool]]:
    """Hold Ctrl-C back until the step under way is finished: half a step in the variables would spoil the state."""
    asked = threading.Event()
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if in_main else None
    # an ignored Ctrl-C (nohup) stays ignored; only Python's own handlers can be put back
    if not callable(before):
        yield asked.is_set
        return

    def hold(_number: int, _frame: Any) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)  # the second one does not wait

    signal.signal(signal.SIGINT, hold)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
