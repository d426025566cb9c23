# ---
# jupyter:
#   learnmr:
#     lesson: m1.networks
#     number: 2
#     title: Networks
#     minutes: 80
#     extras: [train]
#     requires: ["lesson 1 (FID, time constant, the six criteria)", derivatives and the chain rule, matrices, mean and variance]
# ---

# %% [markdown] tags=["slide"]
# **Goals.** *Physics:* read $T_2^*$ from a short noisy decay, and know how well anybody could; meet the matched filter
# and the damped oscillator in unexpected places. *Data science:* data, layers, activations, gradients, steps and
# penalties, each derived in a few lines and run on a problem whose answer is known. At the end you build, train and
# judge a network in Keras as people in the field do.
#
# Fifty minutes in class, with the exercises {ex:m1.networks.backprop}, {ex:m1.networks.momentum} and
# {ex:m1.networks.recast}; the other exercises are for half an hour at home.

# %%
import time

import matplotlib.ticker as matplotlib_ticker
import numpy as np
import scipy.special
import scipy.stats

import learnmr
from learnmr.course import TrialLog, explore, quiz, say
from learnmr.course.checks import m1_networks as material
from learnmr.course.checks.m1_networks import NOISE_SD, TIMES_MS, draw_decays, error_in_bounds
from learnmr.networks.backend import import_keras
from learnmr.plots.pictures import COLOURS, LINE_STYLES, Picture, house_style

keras = import_keras()  # Keras, with the backend that is installed

# %% [markdown] tags=["slide"] given=["62"]
# ## A first look
# A line at the carrier, one channel, 32 samples within 62 ms: $s(t)=A\,e^{-t/T_2^*}$ and noise. Neither $A$ nor
# $T_2^*$ is known; we want $T_2^*$. The network below has never heard of exponentials. It is shown 6000 decays, each
# with its answer, and changes its numbers a little after each handful. Watch it for a few seconds.


# %%
tell = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: print(f"epoch {epoch + 1}: loss {logs['loss']:.4f}")
)
first_reader = material.train_reader(seed=1, callbacks=[tell])

# %% tags=["slide", "hide-input"]
shown_decays, shown_targets, shown_bounds = draw_decays(400, seed=7)
shown_ms = 16 * np.exp(shown_targets[:, 0])
read_ms = 16 * np.exp(first_reader.predict(shown_decays, verbose=0)[:, 0])


@house_style()
def draw_first_look():
    picture = Picture(
        "Left: three noisy decays, with the T2 star that the network read beside the true one. Right: what it read "
        "against the truth for 400 fresh decays; the points follow the diagonal, with a scatter of some percent.",
        figsize=(9.4, 3.5),
    )
    left, right = picture.subplots(1, 2, gridspec_kw={"width_ratios": [1.35, 1]})
    for number, place in enumerate(np.argsort(shown_ms)[[40, 200, 360]]):
        left.plot(
            TIMES_MS,
            shown_decays[place],
            marker="os^"[number],
            color=COLOURS[number],
            linestyle=LINE_STYLES[number],
            linewidth=0.7,
            markersize=4,
            label=f"read {read_ms[place]:.1f} ms, true {shown_ms[place]:.1f} ms",
        )
    left.set(xlabel="time / ms", ylabel="voltage", title="three decays it has never seen")
    left.legend()
    right.plot(shown_ms, read_ms, ".", color=COLOURS[0], markersize=4, alpha=0.7)
    right.plot([5, 50], [5, 50], color="black", linewidth=1)
    right.set(xscale="log", yscale="log", xlabel="true T2* / ms", ylabel="T2* read / ms", title="400 fresh decays")
    for axis in (right.xaxis, right.yaxis):
        axis.set_major_locator(matplotlib_ticker.FixedLocator([5, 10, 20, 50]))
        axis.set_major_formatter(matplotlib_ticker.ScalarFormatter())
        axis.set_minor_locator(matplotlib_ticker.NullLocator())
    return picture


draw_first_look()

# %%
say(
    f"Off by {100 * np.median(np.abs(read_ms / shown_ms - 1)):.1f} % (median). No unbiased estimator, however clever, "
    f"scatters less than the **Cramér-Rao bound** (lesson 4 derives it); this network's error is "
    f"**{error_in_bounds(first_reader):.2f} bounds**. It has {first_reader.count_params()} adjustable numbers."
)

# %% [markdown]
# Is it a *good* application? One decay can be fitted, and the fit is as precise, as you will see in a moment. We take
# this problem as a **laboratory**: the truth, the best possible error and the best known method are all at hand, so
# nothing that the network does can fool us.
#
# What is in the machine, and why does it work? Six parts: data, layers, activations, gradients, steps, penalties.

# %% [markdown] tags=["slide"]
# ## Data: what learning means
# To **train** is to choose numbers $\theta$ so that the mean loss over examples is small. To **learn** is something
# else: that it is also small on examples *not yet seen*. The gap between the two has nothing to do with networks.
# Any fit has it, and for one kind of fit it is known exactly. Fit a weighted sum of $p$ functions to $n$ samples with
# noise of variance $\sigma^2$; then, on average over the noise (fresh samples at the same times),
#
# $$\text{error on the samples used} = b_p^2 + \sigma^2\Big(1-\frac pn\Big),\qquad
# \text{error on fresh samples} = b_p^2 + \sigma^2\Big(1+\frac pn\Big),$$
#
# where $b_p$ is what the functions cannot draw even without noise. More numbers: $b_p$ falls, and the two curves part.


# %% tags=["slide", "hide-input"]
@house_style()
def draw_generalisation(parameters, noise_sd, t2_star_ms, seed):
    times = TIMES_MS[::2]  # 16 samples
    truth = np.exp(-times / t2_star_ms)
    basis = np.linalg.qr(np.polynomial.chebyshev.chebvander(times / 31 - 1, times.size - 1))[0]
    rng = np.random.default_rng(seed)
    used, fresh = truth + noise_sd * rng.standard_normal((2, 400, times.size))
    counts = np.arange(1, times.size + 1)
    curves = np.zeros((4, counts.size))  # measured and predicted, on the samples used and on fresh ones
    for place, p in enumerate(counts):
        smooth = basis[:, :p] @ basis[:, :p].T
        missed = np.mean((truth - truth @ smooth) ** 2)
        curves[:, place] = (
            np.mean((used - used @ smooth) ** 2),
            np.mean((fresh - used @ smooth) ** 2),
            missed + noise_sd**2 * (1 - p / times.size),
            missed + noise_sd**2 * (1 + p / times.size),
        )
    picture = Picture(
        f"Left: a noisy decay and a polynomial of {parameters} parameters through it. Right: the mean squared error "
        "against the number of parameters. On the samples used it falls to zero; on fresh samples it falls, is "
        f"smallest at {counts[curves[3].argmin()]} parameters, and rises. Dots lie on the predicted curves.",
        figsize=(9.4, 3.3),
    )
    left, right = picture.subplots(1, 2)
    fitted = basis[:, :parameters] @ (basis[:, :parameters].T @ used[0])
    fine = np.linspace(0, times[-1], 200)
    left.plot(fine, np.exp(-fine / t2_star_ms), color="black", label="truth")
    left.plot(times, used[0], "o", color=COLOURS[0], label="samples used")
    left.plot(times, fitted, "--", color=COLOURS[1], label=f"polynomial, p = {parameters}")
    left.set(xlabel="time / ms", ylabel="voltage")
    left.legend()
    for number, name in enumerate(("samples used", "fresh samples")):
        right.plot(counts, curves[number], "os"[number], color=COLOURS[number], markersize=5, label=f"{name}, measured")
        right.plot(counts, curves[2 + number], color=COLOURS[number], linestyle=LINE_STYLES[number], label="predicted")
    right.axvline(parameters, color="#999999", linestyle=":")
    right.set(xlabel="parameters p", ylabel="mean squared error", ylim=(0, 5 * noise_sd**2), xticks=counts[::3])
    right.legend(loc="upper right")
    return picture


explore(
    draw_generalisation,
    parameters=(4, 1, 16),
    noise_sd=(0.1, 0.02, 0.4, 0.02),
    t2_star_ms=(12.0, 4.0, 60.0, 1.0),
    seed="press",
)

# %% [markdown]
# **Find out:** Which $p$ is best? Does it grow or shrink when the noise gets smaller? Could you see it from the blue
# dots alone?
#
# So keep data aside, and give each set one job:
#
# | set | job | rule |
# |---|---|---|
# | **training** | sets the weights | its loss says nothing about new data |
# | **validation** | chooses: layers, rate, when to stop | each choice wears it out a little |
# | **test** | says how good the final network is | looked at once |
#
# and beside every score a **baseline**: what does the simplest method get? What the best known one?

# %% tags=["hide-input"]
test_decays, test_targets, test_bounds = draw_decays(4000, seed=99)


def in_bounds(answers):
    """Root mean square error on the test decays, in bounds."""
    return float(np.sqrt(np.mean(((np.reshape(answers, (-1, 1)) - test_targets) / test_bounds) ** 2)))


def line_through_log(decays):
    """The quick way: a straight line through the logarithm of the positive samples."""
    answers = []
    for decay in decays:
        positive = decay > 0
        slope = np.polyfit(TIMES_MS[positive], np.log(decay[positive]), 1)[0]
        answers.append(np.log(np.clip(-1 / slope, 5, 50) / 16) if slope < 0 else np.log(50 / 16))
    return np.array(answers)


def least_squares(decays):
    """The T2* on a fine grid whose exponential leaves the smallest sum of squares; the amplitude is free."""
    grid_ms = np.exp(np.linspace(np.log(3), np.log(90), 1500))
    curves = np.exp(-TIMES_MS / grid_ms[:, None])
    curves /= np.linalg.norm(curves, axis=1, keepdims=True)
    return np.log(grid_ms[np.argmax(decays @ curves.T, axis=1)] / 16)


train_decays, train_targets, _ = draw_decays(6000, seed=1)
with_one = np.column_stack([train_decays, np.ones(len(train_decays))])
straight = np.linalg.lstsq(with_one, train_targets, rcond=None)[0]
scores = {
    "always 16 ms": in_bounds(np.zeros(len(test_decays))),
    "line through the logarithm": in_bounds(line_through_log(test_decays)),
    "best linear network": in_bounds(test_decays @ straight[:-1] + straight[-1]),
    "network of the first look": in_bounds(first_reader.predict(test_decays, verbose=0)),
    "least squares": in_bounds(least_squares(test_decays)),
}


@house_style()
def draw_scores():
    picture = Picture(
        "Errors in bounds: " + ", ".join(f"{name} {score:.1f}" for name, score in scores.items()) + ".",
        figsize=(8.0, 2.5),
    )
    axes = picture.subplots()
    for place, score in enumerate(scores.values()):
        axes.plot([1, score], [place, place], color="#BBBBBB", linewidth=2, zorder=0)
        axes.plot(score, place, "o", color=COLOURS[0], markersize=8)
        axes.annotate(f"{score:.2f}", (score, place), xytext=(9, 0), textcoords="offset points", va="center")
    axes.axvline(1, color="black", linewidth=1.5)
    axes.set(xscale="log", xlim=(0.9, 25), xlabel="error on 4000 test decays / bound", ylim=(-0.6, 4.6))
    axes.set_yticks(range(len(scores)), labels=list(scores))
    axes.invert_yaxis()
    axes.set_xticks([1, 2, 5, 10, 20], labels=["1", "2", "5", "10", "20"])
    axes.xaxis.set_minor_locator(matplotlib_ticker.NullLocator())
    return picture


draw_scores()

# %% [markdown]
# The second row is what most people would program first. Where the decay has sunk into the noise its logarithm is
# wild, and all points count alike. Remember the third row for later.
#
# ### Records that know each other
# A hundred tubes of growing concentration, four scans each. Somebody draws the test scans by chance, and tries the
# silliest learner of all: *answer with the label of the most similar training scan*.

# %%
rng = np.random.default_rng(3)
tube_of = np.repeat(np.arange(100), 4)
tube_t2_ms, tube_amplitude = np.exp(rng.uniform(np.log(5), np.log(50), 100)), rng.uniform(0.5, 2, 100)
scans = tube_amplitude[tube_of, None] * np.exp(-TIMES_MS / tube_t2_ms[tube_of, None])
scans += 0.01 * rng.standard_normal(scans.shape)


def nearest_label_error(training, test):
    """Median relative error of answering with the label of the nearest training scan."""
    distance = np.linalg.norm(scans[test][:, None] - scans[training], axis=2)
    answer_ms = tube_t2_ms[tube_of[training[np.argmin(distance, axis=1)]]]
    return np.median(np.abs(answer_ms / tube_t2_ms[tube_of[test]] - 1))


lots = np.random.default_rng(1).permutation(400)
by_scan = nearest_label_error(lots[80:], lots[:80])
lots_of_tubes = np.random.default_rng(1).permutation(100)
by_tube = nearest_label_error(*(np.flatnonzero(np.isin(tube_of, part)) for part in np.split(lots_of_tubes, [80])))
say(
    f"Test scans drawn by chance: median error **{100 * by_scan:.1f} %**. Test *tubes* drawn by chance: "
    f"**{100 * by_tube:.0f} %**. The first number is what goes into the paper, the second is what the next tube gets."
)

# %% [markdown]
# ## Exercise {ex:m1.networks.split}: three sets
# `tubes` holds the tube of each record, e.g. `[0, 0, 0, 0, 1, 1, 1, 1, …]`. Give the indices of the records for
# training (60 %), validation (20 %) and test (20 %), drawn with the seed. The silly learner must get no help.


# %% exercise="m1.networks.split"
def split(tubes, seed):
    """Three arrays of indices: training, validation, test."""
    # <solution>
    names = np.random.default_rng(seed).permutation(np.unique(tubes))
    cuts = [round(0.6 * len(names)), round(0.8 * len(names))]
    return [np.flatnonzero(np.isin(tubes, part)) for part in np.split(names, cuts)]
    # </solution>


learnmr.check("m1.networks.split", split)

# %% [markdown] tags=["slide"]
# ## Layers: nodes, weights, bias
# A **node** takes all numbers of the layer before, weighs them, adds a **bias**, and bends the result with its
# **activation** $f$:
#
# $$h_j = f\Big(\sum_i x_i\,W_{ij} + b_j\Big),\qquad\text{a whole layer:}\quad h = f(x\,W + b).$$
#
# A layer from $m$ to $n$ nodes has $mn$ weights and $n$ biases. Layers in a row make the network.


# %% tags=["hide-input"]
@house_style()
def draw_network():
    picture = Picture(
        "A network of three layers of nodes: inputs x, hidden nodes h, output y. Weights lead forward from left to "
        "right; below them arrows lead back from right to left, carrying the derivative of the loss.",
        figsize=(8.6, 3.3),
    )
    axes = picture.subplots()
    layers = {0.0: (5, "x", 0), 1.0: (4, "h", 1), 2.0: (1, "y", 2)}
    places = {at: [(at, row - (count - 1) / 2) for row in range(count)] for at, (count, _, _) in layers.items()}
    for one, other in ((0.0, 1.0), (1.0, 2.0)):
        for begin in places[one]:
            for end in places[other]:
                axes.plot(*zip(begin, end, strict=True), color="#BBBBBB", linewidth=0.8, zorder=0)
    for at, (_, letter, number) in layers.items():
        for x, y in places[at]:
            axes.plot(x, y, "o", markersize=20, markerfacecolor="white", markeredgecolor=COLOURS[number], mew=1.6)
            axes.text(x, y, letter, ha="center", va="center", style="italic")
    axes.text(0.5, 2.3, "W1, b1", ha="center", color=COLOURS[0])
    axes.text(1.5, 2.3, "W2, b2", ha="center", color=COLOURS[0])
    axes.text(2.95, 0, "loss", ha="center", va="center", fontsize=11)
    axes.annotate("", (2.75, 0), (2.15, 0), arrowprops={"arrowstyle": "->", "color": "black"})
    arrow = {"arrowstyle": "->", "color": COLOURS[1], "linewidth": 1.6}
    for begin, end, text in (
        (2.9, 2.1, "∂L/∂y = 2 (y − target) / count"),
        (1.95, 1.05, "δ2 = ∂L/∂y"),
        (0.95, 0.1, "δ1 = (δ2 W2ᵀ) · f′"),
    ):
        axes.annotate("", (end, -2.55), (begin, -2.55), arrowprops=arrow)
        axes.text((begin + end) / 2, -2.95, text, ha="center", color=COLOURS[1], fontsize=9)
    axes.text(-0.1, -2.55, "back", ha="right", va="center", color=COLOURS[1])
    axes.text(-0.25, 0, "forward", ha="right", va="center", color=COLOURS[0])
    axes.set(xlim=(-0.6, 3.2), ylim=(-3.3, 2.7))
    axes.axis("off")
    return picture


draw_network()

# %% [markdown]
# In Keras a row of layers is a `Sequential` model. Count along: does the table agree with $mn+n$?

# %%
small = keras.Sequential(
    [
        keras.Input((32,), name="decay"),
        keras.layers.Dense(32, activation="tanh", name="hidden"),
        keras.layers.Dense(1, name="log_t2"),
    ]
)
small.summary(line_length=70)

# %% [markdown]
# Networks that branch are written in the **functional** style: a layer is a function of what comes before. One
# network with two answers, $\ln T_2^*$ and whether there is a line at all:

# %%
decay = keras.Input((32,), name="decay")
hidden = keras.layers.Dense(32, activation="tanh")(decay)
log_t2 = keras.layers.Dense(1, name="log_t2")(hidden)
present = keras.layers.Dense(1, activation="sigmoid", name="present")(hidden)
two_heads = keras.Model(decay, {"log_t2": log_t2, "present": present})
say(
    f"The second head added {two_heads.count_params() - small.count_params()} numbers: 32 weights and one bias. "
    f"Together {two_heads.count_params()}."
)

# %% [markdown] tags=["slide"]
# ## Activations
# Without $f$ two layers are one: $(xW_1+b_1)W_2+b_2 = x\,(W_1W_2)+(b_1W_2+b_2)$. That was the third row above, and no
# number of layers improves it. The activation is what makes a network *curved*, and its **slope** is what lets the
# error come back through it.
#
# | name | $f(z)$ | slope $f'(z)$ | used for |
# |---|---|---|---|
# | linear | $z$ | $1$ | outputs that are any number |
# | sigmoid | $\sigma = 1/(1+e^{-z})$ | $\sigma(1-\sigma)\le\frac14$ | a probability |
# | tanh | $\tanh z$ | $1-\tanh^2 z$ | small, smooth networks |
# | ReLU | $\max(0,z)$ | $0$ or $1$ | deep networks: cheap, slope does not shrink |
# | leaky ReLU | $\max(az, z)$ | $a$ or $1$ | no node dies |
# | softplus | $\ln(1+e^z)$ | $\sigma$ | outputs that must be positive, e.g. a width |
# | SiLU | $z\,\sigma(z)$ | (your exercise) | smooth ReLU |
# | softmax | $p_i = e^{z_i}/\sum_j e^{z_j}$ | $\partial p_i/\partial z_j = p_i(\delta_{ij}-p_j)$ | one of several |
#
# Right panel: a *dispersion line*, drawn by one hidden layer whose weights are random and whose output weights are
# the best possible. How many nodes does each activation need?

# %% tags=["slide", "hide-input"]
ACTIVATIONS = {
    name: keras.activations.get(name.replace(" ", "_"))
    for name in ("relu", "tanh", "sigmoid", "silu", "softplus", "leaky relu", "linear")
}
ACTIVATIONS["custom: sine"] = keras.ops.sin  # any function will do, e.g. Dense(32, activation=keras.ops.sin)


def values_of(activation, z):
    """An activation of Keras on a NumPy array."""
    return np.asarray(ACTIVATIONS[activation](keras.ops.convert_to_tensor(np.asarray(z, "float32"))), float)


@house_style()
def draw_activation(activation, hidden_nodes, seed):
    z = np.linspace(-5, 5, 401)
    values = values_of(activation, z)
    rng = np.random.default_rng([seed, 8])
    x = np.linspace(-4, 4, 201)
    line = 2 * x / (1 + x**2)
    weight = rng.uniform(1, 2.5, hidden_nodes) * rng.choice([-1, 1], hidden_nodes)
    nodes = values_of(activation, (x[:, None] - np.linspace(-4, 4, hidden_nodes)) * weight)
    nodes = np.column_stack([nodes, np.ones(x.size)])
    drawn = nodes @ np.linalg.lstsq(nodes, line, rcond=1e-6)[0]
    missed = np.sqrt(np.mean((drawn - line) ** 2))
    picture = Picture(
        f"Left: the activation {activation} and its slope. Right: a dispersion line drawn by {hidden_nodes} hidden "
        f"nodes, which miss it by {missed:.3f}.",
        figsize=(9.4, 3.2),
    )
    left, right = picture.subplots(1, 2)
    left.plot(z, values, color=COLOURS[0], label="f(z)")
    left.plot(z, np.gradient(values, z), color=COLOURS[1], linestyle="--", label="slope f′(z)")
    left.axhline(0, color="#999999", linewidth=0.6)
    left.set(xlabel="z", ylim=(-1.3, 3), title=activation)
    left.legend(loc="upper left")
    right.plot(x, line, color="black", linewidth=3, alpha=0.3, label="dispersion line")
    right.plot(x, drawn, color=COLOURS[0], label=f"{hidden_nodes} nodes")
    right.set(xlabel="offset / half widths", title=f"missed by {missed:.3f} (root mean square)", ylim=(-1.4, 1.6))
    right.legend(loc="upper left")
    return picture


explore(draw_activation, activation=list(ACTIVATIONS), hidden_nodes=(8, 2, 40), seed="press")

# %% [markdown]
# ## Exercise {ex:m1.networks.silu}: an activation of your own, with its slope
# Write SiLU, $z\,\sigma(z)$, and its derivative. The check takes the numerical derivative of *your* values.


# %% exercise="m1.networks.silu"
def silu(z):
    """Values and slopes, each of the shape of z."""
    # <solution>
    gate = 1 / (1 + np.exp(-z))
    return z * gate, gate + z * gate * (1 - gate)
    # </solution>


learnmr.check("m1.networks.silu", silu)

# %% [markdown] tags=["slide"]
# ### Why the sigmoid is no arbitrary bend
# Is there a line in these samples, or only noise? Let the decay $s$ be known, the noise white with deviation
# $\sigma_n$, and both cases equally likely. Bayes' rule, and the quadratic terms cancel:
#
# $$P(\text{line}\mid x) = \frac{e^{-|x-s|^2/2\sigma_n^2}}{e^{-|x-s|^2/2\sigma_n^2}+e^{-|x|^2/2\sigma_n^2}}
# = \sigma\Big(\underbrace{\tfrac{s}{\sigma_n^2}}_{w}\cdot x\;\underbrace{-\tfrac{|s|^2}{2\sigma_n^2}}_{b}\Big).$$
#
# *One node with a sigmoid is the exact answer*, its weights the signal itself: the **matched filter**. Will training
# find it? The loss for a probability is the **cross-entropy** $-\ln p(\text{what was true})$. It belongs to the
# sigmoid as the mean squared error $\frac1n\sum(y-\hat y)^2$ belongs to a number with Gaussian noise: both are minus
# the log likelihood, and for both the derivative by $z$ is, up to a factor, the same simple thing: *answer minus truth*.

# %%
signal = 0.06 * np.exp(-TIMES_MS / 16) / NOISE_SD  # in units of the noise, about one standard deviation high


def draw_maybe(n, seed):
    """Samples in units of the noise, and whether a line is in them."""
    rng = np.random.default_rng(seed)
    there = rng.integers(0, 2, n)
    return (there[:, None] * signal + rng.standard_normal((n, 32))).astype("float32"), there


shuffled = material.shuffled  # batches in a fresh order each epoch; why not fit's own: see Steps
keras.utils.set_random_seed(1)
detector = keras.Sequential([keras.Input((32,)), keras.layers.Dense(1, activation="sigmoid")])
detector.compile(
    optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, decay_steps=240)),
    loss="binary_crossentropy",
)
detector.fit(
    shuffled(*draw_maybe(20_000, seed=1), batch_size=500, seed=1),
    epochs=6,
    verbose=2,
)
learned, learned_bias = (part.ravel() for part in detector.get_weights())
maybe, there = draw_maybe(20_000, seed=2)
share_right = {
    "network": np.mean((detector.predict(maybe, batch_size=2000, verbose=0)[:, 0] > 0.5) == there),
    "theory": scipy.stats.norm.cdf(np.linalg.norm(signal) / 2),
}


# %% tags=["hide-input"]
@house_style()
def draw_matched_filter():
    picture = Picture(
        "The 32 learned weights scatter a little around the matched filter, a decaying exponential.", figsize=(7.0, 2.9)
    )
    axes = picture.subplots()
    axes.plot(TIMES_MS, signal, color="black", linewidth=3, alpha=0.3, label="matched filter")
    axes.plot(TIMES_MS, learned, "o", color=COLOURS[0], markersize=5, label="learned weights")
    axes.axhline(0, color="#999999", linewidth=0.6)
    axes.set(xlabel="time / ms", ylabel="weight")
    axes.legend()
    return picture


draw_matched_filter()

# %%
say(
    f"Learned bias {learned_bias[0]:.2f}, theory {-(signal @ signal) / 2:.2f}. Right in **{100 * share_right['network']:.1f} %** "
    f"of 20000 fresh cases; nobody can do better than **{100 * share_right['theory']:.1f} %**."
)

# %% [markdown]
# With more than two possibilities the same lines give the **softmax** of the scores, one for each class. Only
# differences of scores mean anything.
#
# ## Exercise {ex:m1.networks.softmax}: softmax
# Scores of shape (decays, classes) to probabilities. Scores can be large; a probability is never `nan`.


# %% exercise="m1.networks.softmax"
def softmax(scores):
    """Probabilities, shape of scores."""
    # <solution>
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    # </solution>


learnmr.check("m1.networks.softmax", softmax)

# %% [markdown] tags=["slide"]
# ## Back-propagation
# How does the loss change with each weight? Take two layers and a batch $X$ with a sample in each row,
#
# $$H = f(Z),\quad Z = XW_1+b_1,\qquad Y = HW_2+b_2,\qquad L=\frac1N\sum (Y-T)^2,$$
#
# $N$ the count of *all* numbers in $Y$. Change $W_2$ a little: $dL=\sum \delta_2\cdot dY$ with
# $\delta_2 = \partial L/\partial Y = \frac2N(Y-T)$ and $dY = H\,dW_2$. Collect, and do the same one layer earlier,
# where $dY = (f'(Z)\cdot dZ)\,W_2$:
#
# $$\frac{\partial L}{\partial W_2}=H^{\mathsf T}\delta_2,\qquad
# \delta_1 = \big(\delta_2W_2^{\mathsf T}\big)\cdot f'(Z),\qquad
# \frac{\partial L}{\partial W_1}=X^{\mathsf T}\delta_1,\qquad
# \frac{\partial L}{\partial b}=\text{sum of the rows of }\delta.$$
#
# Read it as a picture: *what went in, times what comes back*. Each layer repeats the same two moves, so a gradient
# by a million weights costs about two forward passes. (The dot without a matrix is element by element.)
#
# ## Exercise {ex:m1.networks.backprop}: all gradients of two layers
# The hidden activation is tanh. The check compares with the numerical derivative of the loss.


# %% exercise="m1.networks.backprop"
def gradients(inputs, targets, weights_1, bias_1, weights_2, bias_2):
    """Derivatives of the mean squared error, a dictionary by the names of the weights."""
    hidden = np.tanh(inputs @ weights_1 + bias_1)
    outputs = hidden @ weights_2 + bias_2
    # <solution>
    back_2 = 2 * (outputs - targets) / outputs.size
    back_1 = back_2 @ weights_2.T * (1 - hidden**2)
    return {
        "weights_1": inputs.T @ back_1,
        "bias_1": back_1.sum(axis=0),
        "weights_2": hidden.T @ back_2,
        "bias_2": back_2.sum(axis=0),
    }
    # <stub>
    # first what comes back from the loss, then through the output layer, then through tanh
    raise NotImplementedError
    # </solution>


learnmr.check("m1.networks.backprop", gradients)

# %% [markdown]
# That is all it takes to learn: gradient, a small step down, again. Here without Keras, on the decays (with the
# library's version of these gradients):

# %%
rng = np.random.default_rng(1)
net = {
    "weights_1": rng.standard_normal((32, 16)) / np.sqrt(32),
    "bias_1": np.zeros(16),
    "weights_2": rng.standard_normal((16, 1)) / np.sqrt(16),
    "bias_2": np.zeros(1),
}
for step in range(3001):
    batch = rng.integers(0, len(train_decays), 100)
    slopes = material.gradients(train_decays[batch], train_targets[batch], *net.values())
    net = {name: net[name] - 0.1 * slopes[name] for name in net}
    if step % 1000 == 0:
        answers = np.tanh(test_decays @ net["weights_1"] + net["bias_1"]) @ net["weights_2"] + net["bias_2"]
        print(f"step {step}: {in_bounds(answers):.1f} bounds on the test decays")

# %% [markdown] tags=["slide"]
# ## Gradients that vanish or explode
# What comes back through a layer is multiplied by $W^{\mathsf T}$ and by the slope. Let the weights have the standard
# deviation $g/\sqrt n$ for $n$ inputs. A linear layer then multiplies the length of what comes back by $g$ on
# average; a ReLU lets half of it pass, $g/\sqrt2$; a sigmoid at most $g/4$. Twenty layers are a power of twenty.


# %% tags=["hide-input"]
SLOPED = {  # activation and slope
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (scipy.special.expit, lambda z: scipy.special.expit(z) * scipy.special.expit(-z)),
}


def lengths_back(activation, gain, n_layers, seed, width=100):
    """Root mean square of what comes back, at each layer, over that at the last; (n_layers,)."""
    rng = np.random.default_rng([seed, 9])
    bend, slope = SLOPED[activation]
    h, weights, slopes = rng.standard_normal((30, width)), [], []
    for _ in range(n_layers):
        weights.append(gain / np.sqrt(width) * rng.standard_normal((width, width)))
        z = h @ weights[-1]
        h = bend(z)
        slopes.append(slope(z))
    back, lengths = rng.standard_normal((30, width)), []
    for weight, passed in zip(weights[::-1], slopes[::-1], strict=True):
        lengths.append(np.sqrt(np.mean(back**2)))
        back = (back * passed) @ weight.T
    return np.array(lengths)[::-1]


@house_style()
def draw_depth(gain, n_layers, seed):
    picture = Picture(
        f"Length of the gradient at each of {n_layers} layers over that at the last, for four activations at a gain "
        f"of {gain:g}. The sigmoid falls fastest toward the first layers; ReLU and linear follow their predictions.",
        figsize=(7.6, 3.4),
    )
    axes = picture.subplots()
    layers = np.arange(1, n_layers + 1)
    for number, activation in enumerate(SLOPED):
        lengths = lengths_back(activation, gain, n_layers, seed)
        axes.semilogy(layers, lengths, "os^D"[number], color=COLOURS[number], markersize=5, label=activation)
    for number, factor, label in ((0, gain, "g"), (1, gain / np.sqrt(2), "g/√2"), (3, gain / 4, "g/4 (at most)")):
        axes.semilogy(
            layers,
            factor ** (n_layers - layers),
            color=COLOURS[number],
            linestyle=LINE_STYLES[number],
            linewidth=1,
            label=f"{label} per layer",
        )
    axes.axhline(1, color="#999999", linewidth=0.6)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="layer (the first is furthest from the loss)", ylabel="gradient / at the last layer")
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return picture


explore(draw_depth, gain=(1.0, 0.5, 3.0, 0.05), n_layers=(20, 3, 40), seed="press")

# %%
per_layer = {
    name: lengths_back(name, gain, 20, seed=0)[0] ** (1 / 19)
    for name, gain in (("linear", 1.0), ("relu", np.sqrt(2)), ("sigmoid", 1.0))
}
say(
    f"Measured factor per layer: linear with g = 1: {per_layer['linear']:.2f}; ReLU with g = √2: {per_layer['relu']:.2f}; "
    f"sigmoid with g = 1: **{per_layer['sigmoid']:.2f}**, so that over twenty layers **{per_layer['sigmoid'] ** 19:.0e}** "
    "of it is left."
)

# %% [markdown]
# **Find out:** At which gain does ReLU hold its length? Keras' `HeNormal` starts there, `GlorotNormal` near $g=1$. Why
# does tanh never explode as badly as a linear layer?
#
# When a gradient *does* explode, one step ruins the weights. **Clipping** shortens it: the step keeps its direction
# and loses its length. `SGD(…, global_clipnorm=1.0)` does it for all arrays together; `clipnorm` shortens each array
# by itself, `clipvalue` each number.
#
# ## Exercise {ex:m1.networks.clip}: clip
# All gradients together are one arrow. Shorten it to `limit` if it is longer.


# %% exercise="m1.networks.clip"
def clip(gradients, limit):
    """Dictionary of arrays to a dictionary of arrays."""
    # <solution>
    length = np.sqrt(sum(np.sum(one**2) for one in gradients.values()))
    factor = limit / length if length > limit else 1.0
    return {name: factor * one for name, one in gradients.items()}
    # </solution>


learnmr.check("m1.networks.clip", clip)

# %% [markdown] tags=["slide"]
# ## Steps
# Near a minimum every loss is a bowl. Along each main axis, with curvature $\lambda$, a step of **gradient descent**
# does
#
# $$w \to w - \eta\,\lambda w = (1-\eta\lambda)\,w .$$
#
# So $\eta < 2/\lambda$, or it climbs out; and the flattest axis sets the time. With curvatures from
# $\lambda_\text{min}$ to $\lambda_\text{max}$ the best rate is $2/(\lambda_\text{min}+\lambda_\text{max})$. Try the
# bowl below: curvatures 1 and 20, so the limit is $\eta = 2/20$.

# %% tags=["slide", "hide-input"]
CURVATURES = np.array([1.0, 20.0])


def descend(method, rate, momentum, degrees, n_steps=80):
    """Path on the bowl from (-1, 0.6) in its own axes, turned by some degrees; (n_steps + 1, 2)."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = turn @ np.diag(CURVATURES) @ turn.T
    weight, velocity, square = turn @ [-1.0, 0.6], np.zeros(2), np.zeros(2)
    path = [weight]
    for step in range(1, n_steps + 1):
        slope = hessian @ weight
        if method == "Adam":
            velocity = momentum * velocity + (1 - momentum) * slope
            square = 0.999 * square + 0.001 * slope**2
            move = -rate * velocity / (1 - momentum**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        else:
            velocity = momentum * velocity - rate * slope
            move = velocity
        weight = weight + move
        if not np.all(np.abs(weight) < 1e6):
            break
        path.append(weight)
    return np.array(path), hessian


def predicted_factor(rate, momentum):
    """Factor per step of the slowest part of the motion, from the roots of its equation."""
    return max(np.abs(np.roots([1, rate * curvature - 1 - momentum, momentum])).max() for curvature in CURVATURES)


@house_style()
def draw_bowl(method, rate, momentum, turned_by_degrees):
    path, hessian = descend(method, rate, momentum, turned_by_degrees)
    distance = np.linalg.norm(path, axis=1)
    picture = Picture(
        f"Left: the path of {method} on a long bowl, rate {rate:g}, momentum {momentum:g}. Right: the distance from "
        f"the minimum, which after {len(path) - 1} steps is {distance[-1]:.1e}.",
        figsize=(9.4, 3.4),
    )
    left, right = picture.subplots(1, 2)
    x, y = np.meshgrid(np.linspace(-1.5, 1.5, 120), np.linspace(-1.1, 1.1, 120))
    loss = 0.5 * (hessian[0, 0] * x**2 + 2 * hessian[0, 1] * x * y + hessian[1, 1] * y**2)
    left.contour(x, y, loss, levels=np.geomspace(0.02, 15, 9), colors="#BBBBBB", linewidths=0.8)
    left.plot(*path.T, "o-", color=COLOURS[0], markersize=3, linewidth=0.9)
    left.plot(*path[0], "s", color=COLOURS[1], markersize=7)
    left.set(xlim=(-1.5, 1.5), ylim=(-1.1, 1.1), xlabel="weight 1", ylabel="weight 2", title="square: start")
    right.semilogy(distance, color=COLOURS[0], label=method)
    if method != "Adam":
        factor = predicted_factor(rate, momentum)
        steps = np.arange(81)
        right.semilogy(
            steps, distance[0] * factor**steps, "--", color=COLOURS[1], label=f"predicted: {factor:.3f} per step"
        )
    right.set(xlabel="step", ylabel="distance from the minimum", ylim=(1e-8, 1e3), xlim=(0, 80))
    right.legend()
    return picture


explore(
    draw_bowl,
    method=["gradient descent", "Adam"],
    rate=(0.09, 0.002, 0.3, 0.002),
    momentum=(0.0, 0.0, 0.98, 0.02),
    turned_by_degrees=(0, 0, 45, 5),
)

# %% [markdown]
# **Find out:** What happens just below and just above a rate of 0.1? Then leave the rate and add momentum: which value
# is fastest, and what does the path do beyond it? Does the limit of the rate move?
#
# ### Batches, and the floor they leave
# Nobody computes the gradient over all data in each step. A **batch** gives it with noise: *stochastic* gradient
# descent (SGD). The noise kicks the weight about, the bowl pulls it back; where both balance, the weight has the
# variance $\eta s^2/(\lambda(2-\eta\lambda))$ for kicks of variance $s^2$. A constant rate therefore never arrives. A
# **schedule** lowers the rate on the way; and with $\eta_n = 1/(\lambda n)$ the weight is nothing but the *mean* of
# $n$ measurements, with the error $s/(\lambda\sqrt n)$ that you know from the first term.

# %% tags=["hide-input"]
N_STEPS = 400
n = np.arange(1, N_STEPS + 1)
SCHEDULES = {
    "constant 0.5": np.full(N_STEPS, 0.5),
    "constant 0.05": np.full(N_STEPS, 0.05),
    "cosine from 0.5": 0.25 * (1 + np.cos(np.pi * (n - 1) / N_STEPS)),
    "exponential from 0.5": 0.5 * 0.985**n,
    "1/n": 1 / n,
}


@house_style()
def draw_schedules():
    rng = np.random.default_rng(2)
    ends = {}
    picture = Picture("", figsize=(8.6, 3.4))
    axes = picture.subplots()
    for number, (name, rates) in enumerate(SCHEDULES.items()):
        weight, spread = np.full(2000, 3.0), []
        for rate in rates:
            weight = weight - rate * (weight + rng.standard_normal(2000))  # curvature 1, kicks of variance 1
            spread.append(np.sqrt(np.mean(weight**2)))
        ends[name] = spread[-1]
        axes.loglog(n, spread, color=COLOURS[number], linestyle=LINE_STYLES[number], label=name)
    for rate in (0.5, 0.05):
        axes.axhline(np.sqrt(rate / (2 - rate)), color="#999999", linewidth=0.8, zorder=0)
    axes.loglog(n, 1 / np.sqrt(n), color="black", linewidth=3, alpha=0.25, label="1/√n", zorder=0)
    axes.set(xlabel="step", ylabel="distance from the minimum (rms)", title="grey lines: predicted floors")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    picture.description = (
        "Distance from the minimum against the step for five schedules: the constant rates end on their predicted "
        "floors, the falling rates go below; after 400 steps "
        + ", ".join(f"{name} {end:.3f}" for name, end in ends.items())
        + "."
    )
    return picture, ends


picture, ends = draw_schedules()
picture

# %%
say(
    f"Floors: rate 0.5 measured {ends['constant 0.5']:.3f}, predicted {np.sqrt(0.5 / 1.5):.3f}; rate 0.05 measured "
    f"{ends['constant 0.05']:.3f}, predicted {np.sqrt(0.05 / 1.95):.3f}. The mean of 400 kicks: {ends['1/n']:.3f}, "
    f"predicted {1 / np.sqrt(400):.3f}."
)

# %% [markdown]
# **A trap.** Batches must come in a *new order* in each epoch (an epoch is one pass through the data). Look what
# `fit` draws by itself after `set_random_seed`, and what `shuffled` draws:

# %%
seen = []


def watching(truth, answer):
    """A loss that notes which sample it was shown."""
    seen.append(int(np.asarray(truth)[0, 0]))
    return keras.ops.mean(answer**2)


keras.utils.set_random_seed(1)
watched = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
watched.compile(optimizer="sgd", loss=watching, run_eagerly=True)
numbers = np.arange(8.0)[:, None]
watched.fit(numbers, numbers, batch_size=1, epochs=3, verbose=0)
watched.fit(shuffled(numbers, numbers, batch_size=1, seed=1), epochs=3, verbose=0)
orders = np.array(seen).reshape(6, 8)
print(f"fit on {keras.backend.backend()}:", *orders[:3], "shuffled:", *orders[3:], sep="\n")

# %% [markdown]
# Where the first three rows are alike (on TensorFlow they are), each epoch repeats the same kicks. It costs accuracy,
# and no warning tells you.

# %% [markdown] tags=["slide"]
# ### Momentum
# Give the weight a **velocity** that survives the step:
#
# $$v_{n+1} = \beta v_n - \eta\,\lambda w_n,\qquad w_{n+1} = w_n + v_{n+1}.$$
#
# Eliminate $v$, and read the differences as derivatives by the step number:
#
# $$\underbrace{w_{n+1}-2w_n+w_{n-1}}_{\ddot w} + (1-\beta)\underbrace{(w_n-w_{n-1})}_{\dot w}
# + \eta\lambda\,w_n = 0 .$$
#
# The **damped oscillator**: frequency $\sqrt{\eta\lambda}$, friction $1-\beta$. The rate is the spring, the momentum
# takes friction away. It may swing, creep, or be *critically damped*. Plain gradient descent is the case of so much
# friction that all speed is lost in each step.


# %% tags=["slide", "hide-input"]
@house_style()
def draw_oscillator(rate, momentum):
    steps = np.arange(121)
    weight, velocity, path = 1.0, 0.0, [1.0]
    for _ in steps[1:]:
        velocity = momentum * velocity - rate * weight
        weight += velocity
        path.append(weight)
    friction, frequency = 1 - momentum, np.sqrt(rate)
    root = np.sqrt(complex(friction**2 / 4 - frequency**2)) + 1e-9
    oscillator = (
        np.exp(-friction * steps / 2) * (np.cosh(root * steps) + friction / (2 * root) * np.sinh(root * steps))
    ).real
    state = "swings" if min(path) < -1e-6 else "creeps"
    picture = Picture(
        f"The weight against the step on a bowl of curvature 1, rate {rate:g}, momentum {momentum:g}: it {state}. A "
        "dashed line, the damped oscillator, lies close to the points.",
        figsize=(7.4, 3.0),
    )
    axes = picture.subplots()
    axes.plot(steps, oscillator, "--", color=COLOURS[1], label="damped oscillator")
    axes.plot(steps, path, "o", color=COLOURS[0], markersize=3, label="steps with momentum")
    axes.axhline(0, color="#999999", linewidth=0.6)
    axes.set(xlabel="step", ylabel="weight", ylim=(-1.05, 1.15))
    axes.legend(loc="upper right")
    return picture


explore(draw_oscillator, rate=(0.02, 0.005, 0.5, 0.005), momentum=(0.94, 0.0, 0.99, 0.01))

# %% [markdown]
# ## Exercise {ex:m1.networks.momentum}: critical damping
# Which momentum is just enough not to swing, on an axis of curvature `curvature`, at a rate `rate`? Not in the limit
# of small steps: exactly, for the equation with $w_{n+1}$, $w_n$, $w_{n-1}$. (Put in $w_n = z^n$.)


# %% exercise="m1.networks.momentum"
def critical_momentum(rate, curvature):
    """The momentum, from 0 to 1."""
    # <solution>
    return (1 - np.sqrt(rate * curvature)) ** 2  # both roots of z² - (1 + β - ηλ) z + β are 1 - √(ηλ)
    # </solution>


learnmr.check("m1.networks.momentum", critical_momentum)

# %% [markdown] tags=["slide"]
# ### Adam
# One rate for all weights suits none of them. **Adam** keeps two running means for each weight, of the slope and of
# its square, and steps by their ratio:
#
# $$m \leftarrow \beta_1 m+(1-\beta_1)g,\qquad q \leftarrow \beta_2 q+(1-\beta_2)g^2,\qquad
# w \leftarrow w-\eta\,\frac{m/(1-\beta_1^n)}{\sqrt{q/(1-\beta_2^n)}+\epsilon}.$$
#
# The denominators $1-\beta^n$ undo that both means begin at zero. So the first step has the length $\eta$ in each
# weight, whether the slope was huge or tiny: the rate of Adam has the unit *of the weight*. It works axis by axis:
# choose Adam above, and turn the bowl. Now compare what theory promises with what is counted.

# %%
SPRING = np.sqrt(CURVATURES)
RACES = {  # the best rate and momentum for these curvatures
    "gradient descent": (2 / CURVATURES.sum(), 0.0),
    "momentum": (4 / SPRING.sum() ** 2, (np.diff(SPRING)[0] / SPRING.sum()) ** 2),
    "Adam": (0.1, 0.9),
}
count = np.arange(1001)[:, None]
rate, _ = RACES["momentum"]
damped = 1 - np.sqrt(rate) * SPRING  # factor per step on each axis, both critically damped
theory = {  # each axis of the bowl after so many steps, in closed form
    "gradient descent": (1 - RACES["gradient descent"][0] * CURVATURES) ** count,
    "momentum": (1 + (1 - damped) * count) * damped**count,
}


def steps_needed(path):
    """Steps until the distance from the minimum stays below a thousandth of that at the start."""
    distance = np.linalg.norm(path, axis=1)
    return int(np.flatnonzero(distance > 1e-3 * distance[0])[-1]) + 1


race = TrialLog(minimise="steps counted")
for method, degrees in (("gradient descent", 0), ("momentum", 0), ("Adam", 0), ("Adam", 45)):
    rate, momentum = RACES[method]
    counted = {"steps counted": steps_needed(descend(method, rate, momentum, degrees, n_steps=1000)[0])}
    if method in theory:
        counted["steps in theory"] = steps_needed(theory[method] * [-1.0, 0.6])
    race.add({"method": method, "rate": round(rate, 4), "momentum": round(momentum, 3), "turned by": degrees}, counted)
race

# %% [markdown]
# (Steps until a thousandth of the distance is left. With the best rate and momentum *both* axes are critically damped.)
#
# And on the real problem? The same network, data and number of steps; each optimiser with its usual rate. In Keras
# the loop is `compile` (which loss, which optimiser), `fit` (train), `evaluate` and `predict` (on new data).

# %%
validation = draw_decays(1000, seed=2)[:2]
N_TUNE, EPOCHS = 3000, 6
tune_set = tuple(part[:N_TUNE] for part in (train_decays, train_targets))
falling = keras.optimizers.schedules.CosineDecay
OPTIMISERS = {
    "SGD": lambda: keras.optimizers.SGD(0.1),
    "SGD, momentum 0.9": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "Adam, cosine": lambda: keras.optimizers.Adam(falling(0.02, decay_steps=EPOCHS * N_TUNE // 50)),
}
log = TrialLog(minimise="val_loss")
for name, make in OPTIMISERS.items():
    keras.utils.set_random_seed(1)
    network = keras.Sequential(
        [keras.Input((32,)), *(keras.layers.Dense(32, "tanh") for _ in range(2)), keras.layers.Dense(1)]
    )
    network.compile(optimizer=make(), loss="mse")
    begin = time.perf_counter()
    fitted = network.fit(
        shuffled(*tune_set, batch_size=50, seed=1), validation_data=validation, validation_batch_size=1000,
        epochs=EPOCHS, verbose=0,
    )  # fmt: skip
    log.add(
        {"optimiser": name},
        {"loss": fitted.history["loss"][-1], "val_loss": fitted.history["val_loss"][-1]},
        seconds=round(time.perf_counter() - begin, 1),
        history=fitted.history,
    )
    print(f"{name}: val_loss {fitted.history['val_loss'][-1]:.4f}")


# %% tags=["hide-input"]
@house_style()
def draw_log(log, key, floor, title):
    """Losses (thin) and validation losses (with marks) of the trials, and the mean squared bound."""
    picture = Picture(
        "Validation loss against the epoch. It ends at "
        + ", ".join(f"{trial.scores['val_loss']:.4f} for {trial.settings[key]}" for trial in log)
        + f". The mean squared bound is {floor:.4f}.",
        figsize=(8.4, 3.3),
    )
    axes = picture.subplots()
    for number, trial in enumerate(log):
        epochs = np.arange(1, len(trial.history["loss"]) + 1)
        axes.semilogy(epochs, trial.history["loss"], color=COLOURS[number], linewidth=0.8)
        axes.semilogy(
            epochs, trial.history["val_loss"], color=COLOURS[number], linestyle="--", marker="os^D"[number % 4],
            markersize=4, markevery=max(1, len(epochs) // 8), label=trial.settings[key],
        )  # fmt: skip
    axes.axhline(floor, color="black", linestyle=":", label="mean squared bound")
    axes.set(xlabel="epoch", ylabel="mean squared error", title=title)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return picture


floor = float(np.mean(test_bounds**2))
draw_log(log, "optimiser", floor, "full: loss; dashed: val_loss")

# %%
log

# %% [markdown]
# One seed, one rate each: a look, not a verdict. Lesson {lesson:m1.dft}, lets you turn all the knobs, with a log.

# %% [markdown] tags=["slide"]
# ## Regularisation
# A network with more freedom than data learns the noise. Besides more data there are four usual cures, and each has a
# plain meaning.
#
# **L2** adds $\ell_2\sum w^2$ to the loss. Its gradient, $2\ell_2 w$, takes the same *fraction* off each weight in
# each step: $w\to(1-2\eta\ell_2)\,w$, *weight decay* (with SGD; for Adam there is `AdamW`). **L1** adds $\ell_1\sum|w|$, which takes off the same *amount*, and
# stops at zero. Along an axis of curvature $\lambda$, with its optimum at $w_0$, the minimum moves as shown.


# %% tags=["slide", "hide-input"]
@house_style()
def draw_penalty(optimum, l1, l2):
    weights = np.linspace(-2, 2, 801)
    bowl = 0.5 * (weights - optimum) ** 2
    penalty = l1 * np.abs(weights) + l2 * weights**2
    where = weights[np.argmin(bowl + penalty)]
    optima = np.linspace(-2, 2, 81)
    moved = [weights[np.argmin(0.5 * (weights - one) ** 2 + penalty)] for one in optima]
    picture = Picture(
        f"Left: a bowl with its minimum at {optimum:g}, a penalty, and their sum, whose minimum lies at {where:.2f}. "
        "Right: where the minimum goes, for each place that it had.",
        figsize=(9.0, 3.2),
    )
    left, right = picture.subplots(1, 2)
    left.plot(weights, bowl, color=COLOURS[0], linestyle="--", label="loss")
    left.plot(weights, penalty, color=COLOURS[1], linestyle="-.", label="penalty")
    left.plot(weights, bowl + penalty, color="black", label="sum")
    left.plot(where, np.min(bowl + penalty), "o", color="black")
    left.set(xlabel="weight", ylim=(-0.1, 2.5))
    left.legend()
    right.plot(optima, optima, color="#999999", linewidth=0.8, label="no penalty")
    right.plot(optima, moved, color="black", label="with penalty")
    right.set(xlabel="minimum without penalty", ylabel="minimum with penalty")
    right.legend()
    return picture


explore(draw_penalty, optimum=(1.2, -2.0, 2.0, 0.1), l1=(0.5, 0.0, 2.0, 0.05), l2=(0.0, 0.0, 2.0, 0.05))

# %% [markdown]
# Flat axes, of which the data say little, are pulled furthest; steep ones hardly move. That is the point of it.
#
# ## Exercise {ex:m1.networks.penalty}: where does the weight go?
# The minimum of $\frac\lambda2(w-w_0)^2+\ell_1|w|+\ell_2w^2$, as a formula. (Keras' `L1L2` has these very penalties,
# without a factor of one half.)


# %% exercise="m1.networks.penalty"
def pulled(optimum, curvature, l1, l2):
    """The weight at which loss and penalty together are smallest."""
    # <solution>
    pull = max(0.0, curvature * abs(optimum) - l1)  # L1 lames the force, and can at most hold the weight at zero
    return np.sign(optimum) * pull / (curvature + 2 * l2)
    # </solution>


learnmr.check("m1.networks.penalty", pulled)

# %% [markdown]
# **Dropout** switches each node off with probability $r$ in each step of training, so that none relies on another. What
# is left is divided by $1-r$, so that the *mean* stays; in use all nodes work.

# %%
ones = np.ones((1, 100_000), "float32")
dropped = np.asarray(keras.layers.Dropout(0.2, seed=1)(ones, training=True))
say(
    f"Dropout 0.2 on ones: {100 * np.mean(dropped == 0):.1f} % are zero, the others {dropped.max():.2f}, the mean is "
    f"{dropped.mean():.3f}; the standard deviation {dropped.std():.3f}, predicted {np.sqrt(0.2 / 0.8):.3f}. "
    "In use: "
    + ("unchanged." if np.all(np.asarray(keras.layers.Dropout(0.2)(ones, training=False)) == 1) else "changed.")
)

# %% [markdown]
# **Early stopping** keeps the weights of the epoch at which `val_loss` was smallest. On a bowl it is a relative of L2:
# after $n$ steps an axis has come the part $1-(1-\eta\lambda)^n$ of its way; flat axes have hardly left.
#
# Twenty-five decays only, and a network with thousands of numbers:

# %%
few = [np.tile(part, (20, 1)) for part in draw_decays(25, seed=4)[:2]]  # an epoch shows each twenty times
CURES = {"none": {}, "L2": {"penalty": keras.regularizers.L2(1e-3)}, "dropout": {"dropout": 0.1}}
cures = TrialLog(minimise="val_loss")
for name, cure in CURES.items():
    keras.utils.set_random_seed(1)
    stack = [keras.Input((32,))]
    for _ in range(2):
        stack.append(keras.layers.Dense(48, activation="tanh", kernel_regularizer=cure.get("penalty")))
        if "dropout" in cure:
            stack.append(keras.layers.Dropout(cure["dropout"]))
    network = keras.Sequential([*stack, keras.layers.Dense(1)])
    network.compile(optimizer=keras.optimizers.Adam(0.03), loss="mse", metrics=["mse"])
    found = network.fit(
        shuffled(*few, batch_size=25, seed=1),
        validation_data=validation,
        validation_batch_size=1000,
        epochs=12,
        verbose=0,
    ).history
    history = {"loss": found["mse"], "val_loss": found["val_mse"]}  # without the penalty
    last = {name: values[-1] for name, values in history.items()}
    cures.add({"cure": name, "epochs": 12}, last, history=history)
    print(f"{name}: val_loss {last['val_loss']:.4f}")
draw_log(cures, "cure", floor, "25 decays. Full: loss; dashed: val_loss")

# %%
uncured = next(iter(cures)).history
keep = int(np.argmin(uncured["val_loss"]))  # early stopping needs no run of its own
cures.add({"cure": "early stopping", "epochs": keep + 1}, {name: values[keep] for name, values in uncured.items()})
say(
    f"Without a cure the loss sinks to {uncured['loss'][-1]:.4f}, where nobody can be (the mean squared bound is "
    f"{floor:.4f}): noise learnt by heart. Best here: {cures.best().settings['cure']}, val_loss "
    f"{cures.best().scores['val_loss']:.4f}. And {N_TUNE} decays instead of 25, without any cure, gave "
    f"**{log.best().scores['val_loss']:.4f}**. Data are the best regulariser, and simulated ones are cheap."
)
# %%
cures

# %% [markdown]
# In Keras: `fit(…, callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", patience=5,
# restore_best_weights=True)])`. Watching `loss` instead would see nothing but progress. Look at the row of dropout, too:
# nodes that go off and on are noise of their own, which a reading to a few percent can feel. No cure suits everything.

# %% [markdown] tags=["slide"]
# ## All of it in Keras
# ## Exercise {ex:m1.networks.reader}: a network that reads $T_2^*$
# Train one yourself: `draw_decays(n, seed)` gives decays, targets $\ln(T_2^*/16\,\text{ms})$ and bounds. Everything is
# yours to choose. On fresh decays an error of 1.6 bounds will do; least squares has 1.0, always the same answer 15.
# Some seconds of training are enough.

# %% exercise="m1.networks.reader"
keras.utils.set_random_seed(5)
# <solution>
reader = keras.Sequential(
    [
        keras.Input((32,), name="samples"),
        keras.layers.Dense(32, activation="tanh", name="first"),
        keras.layers.Dense(32, activation="tanh", name="second"),
        keras.layers.Dense(1, name="answer"),
    ]
)
reader.compile(optimizer=keras.optimizers.Adam(falling(0.02, decay_steps=470)), loss="mse")
reader.fit(shuffled(*draw_decays(6000, seed=5)[:2], batch_size=128, seed=5), epochs=10, verbose=2)
# <stub>
# build: keras.Sequential([...]);  compile(optimizer=..., loss="mse");  fit(shuffled(..., batch_size=..., seed=...), ...)
reader = ...
raise NotImplementedError
# </solution>
learnmr.check("m1.networks.reader", reader)

# %% [markdown]
# **Think.** Your network gets 1.2 bounds, least squares 1.0. Why would anybody still use the network? Why not?

# %% [markdown] tags=["instructor"]
# **Model answer.** Speed on millions of decays (an image has one per voxel), start values for a fit, robustness if the
# training data contain what spoils a fit (spikes, offsets, two components). Against: outside the trained ranges it is
# wrong without saying so, it gives no error bar by itself, and here a fit is easy. A voxelwise $T_2^*$ map is the
# honest use.

# %% [markdown] tags=["slide"] given=["2", "98", "500"]
# ## What problem am I solving?
# *A proposal.* "**LacNet** finds lactate in brain spectra. 500 patients, 8 scans each; in 2 % the line is there. Our
# network says yes or no. A physician looked at the spectra and told which have it. On a tenth of the scans, drawn by
# chance, it is right in 98 %."
#
# Before you are impressed, ask two machines, one that looks at nothing, and one with 32 weights that nobody trained:

# %%
rng = np.random.default_rng(11)
sick = rng.random(200_000) < 0.02
filter_output = rng.standard_normal(sick.size) + 3.5 * sick  # the matched filter, for a line of SNR 3.5
alarm = scipy.stats.norm.isf(0.01)
say(
    f"Always *no*: right in **{100 * np.mean(~sick):.0f} %**, finds **none** of the sick. "
    f"The matched filter, alarmed by 1 % of the healthy: right in {100 * np.mean((filter_output > alarm) == sick):.0f} %, "
    f"finds **{100 * np.mean(filter_output[sick] > alarm):.0f} %** (theory {100 * scipy.stats.norm.sf(alarm - 3.5):.0f} %). "
    f"Of its alarms {100 * np.mean(sick[filter_output > alarm]):.0f} % are true, since the healthy are so many."
)

# %% [markdown]
# ## Exercise {ex:m1.networks.recast}: recast it
# Choose one option for each part. The first entries are the proposal; the criteria of lesson {lesson:m1.signals}, help.

# %%
OPTIONS = material.RECAST_OPTIONS
for part, options in OPTIONS.items():
    print(f"{part}:")
    for option in options:
        print(f"    {option!r}")

# %% [markdown] tags=["stub"]
# *In one sentence without the word network: who wants to know what, and what does an error cost?*

# %% exercise="m1.networks.recast"
# <solution>
choice = {
    "output": "the probability that the line is there",
    "labels": "a blood test of the same day, and simulated lines of known height",
    "split": "patients, drawn by chance",
    "score": "how many of the sick are found when 1 % of the healthy are alarmed",
    "baseline": "the matched filter",
}
# <stub>
choice = {part: options[0] for part, options in OPTIONS.items()}  # the proposal; choose better ones
raise NotImplementedError
# </solution>
learnmr.check("m1.networks.recast", choice)

# %% [markdown] tags=["solution"]
# One node with a sigmoid already is the best detector of a *known* line in white noise. A network can earn its place
# only where the matched filter's assumptions end: unknown width, overlapping lipids, a baseline. So the comparison with
# it is not a formality; it says whether there is anything to learn.

# %% [markdown] tags=["slide"]
# ## Think
# 1. All weights start at zero. What do the nodes of a hidden layer learn?
# 2. You tried fifty networks and kept the one with the smallest `val_loss`. Is that number an honest error?
# 3. The loss is `nan` after ten steps. Name three things you would look at, in order.
# 4. Somebody multiplies the targets by 1000 (seconds to milliseconds). What must change with SGD, what with Adam?
# 5. For which of the eight rows of the table of activations would a network be *unable* to give a negative $\ln T_2^*$,
#    as the last layer?

# %% [markdown] tags=["stub"]
# *Your thoughts.*

# %% [markdown] tags=["instructor"] given=["1000", "0.28"]
# **Model answers.** (1) All the same: equal outputs, equal gradients, forever one node in many copies. With zeros
# everywhere and tanh even less: both weight gradients vanish, only the last bias learns. Random starts break the symmetry. (2) Too good: it is
# the smallest of fifty noisy numbers. Take a fresh test set, once. (3) Rate above $2/\lambda_\text{max}$ (divide by
# ten); inputs or targets not scaled, or `nan` in the data; exploding gradients (initialisation, depth, clip). (4) The
# loss grows by a million, gradients of the last layer by 1000 (the error), so the rate of SGD must fall with the
# curvature, which in the layers before the last grows like the square of the output weights. With Adam the steps stay
# the same, but the output weights now have to travel 1000 times as far: the steps are too small. Better: scale
# targets to order one. (5) Sigmoid, ReLU, softplus, softmax cannot. Tanh and SiLU can, but not below −1 and −0.28. Linear is right.

# %% [markdown] tags=["instructor"]
# **Timing of a period of fifty minutes.** First look 5; generalisation and baselines 9; layers 4; activations and the
# sigmoid as Bayes' rule 9; back-propagation with the exercise 11; bowl, floor, momentum with the exercise 9; recast 3 (vote by
# hands). Home, half an hour: split, SiLU, softmax, vanishing gradients, clip, penalty, the reader. In two periods: stop after
# back-propagation.
#
# **What students get wrong.** Scans for tubes in the split. In SiLU one term of the product rule. Softmax over the wrong axis
# (it passes for a single decay). In back-propagation: the slope forgotten; the slope taken at $\tanh(h)$ instead of $h$; $N$
# as the number of samples although there are two outputs. Momentum: the limit of small steps, $1-2\sqrt{\eta\lambda}$,
# which becomes negative. Clip: `clipvalue` in mind. Penalty: $\lambda+\ell_2$ without the 2, and L1 through zero.
# The reader: too few steps, a rate of 0.001, the amplitude spectrum in mind. In the recast: balanced classes as the cure of accuracy.

# %% [markdown] tags=["exam"] given=["0.3", "0.25", "5", "0.81", "0.19"]
# **For an examination.** (a) A bowl has curvatures 5 and 0.25. Largest rate of gradient descent; steps until the flat
# axis is at 1/e at half that rate. ($2/5$; $\eta=0.2$: $1/(0.05)\approx 20$.) (b) Critical momentum for $\eta\lambda=0.01$; what does
# the small-step formula give? (0.81; 0.80.) (c) The gradient (3, 4) is clipped to length 1 by norm, and by value to 1: give both, and the angle
# between them. ((0.6, 0.8); (1, 1); 8°.) (d) A scan of each patient is in the test set, seven in the training set.
# What does the test measure? (Whether the network recognises patients.)

# %% [markdown]
# ## Quiz
# A few questions, to see whether it has settled. `quiz("m1.networks", seed=2)` asks with other numbers.

# %%
quiz("m1.networks")

# %% [markdown] tags=["slide"]
# ## Summary: what problem am I solving?
# *Small error on data not yet seen*: not a small loss.
#
# **Physics.** One node with a sigmoid is the matched filter. Momentum is a damped oscillator; a falling rate averages
# like repeated measurements; the noise of a decay sets a bound that no unbiased reader passes.
#
# **Data science.** Split by what is independent. Put a baseline and, where there is one, a bound beside every loss.
# The gradient is *what went in times what comes back*; its length over many layers is a power. The rate is limited by
# the steepest axis, the time by the flattest. Penalties, dropout and early stopping hold back what the data do not
# determine; more data determine it.
#
# **And the network?** It came near the bound, without knowing what an exponential is; a fit comes as near, and knows.
# Next, lesson {lesson:m1.dft}, gives a network a problem with an exact answer, and asks whether it should.

# %% [markdown] tags=["references"]
# ## References
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors, *Nature* 323, 533
#   (1986).
# - X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, *AISTATS* 2010; K. He et al.,
#   Delving deep into rectifiers, *ICCV* 2015: how large weights should start.
# - B. T. Polyak, Some methods of speeding up the convergence of iteration methods, *USSR Comput. Math. Math. Phys.* 4(5), 1
#   (1964): momentum; N. Qian, On the momentum term in gradient descent learning algorithms, *Neural Networks* 12, 145
#   (1999): the damped oscillator.
# - H. Robbins, S. Monro, A stochastic approximation method, *Ann. Math. Stat.* 22, 400 (1951): why the rate must fall.
# - D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, arXiv:1412.6980 (2014).
# - N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, *J. Mach. Learn. Res.* 15, 1929
#   (2014).
# - R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks, *ICML* 2013: clipping.
# - S. M. Kay, *Fundamentals of Statistical Signal Processing II: Detection Theory*, Prentice Hall 1998: the matched filter.
# - S. Kapoor, A. Narayanan, Leakage and the reproducibility crisis in machine-learning-based science, *Patterns* 4, 100804
#   (2023).
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, https://www.deeplearningbook.org: to go on.
# - Keras: https://keras.io/api/
