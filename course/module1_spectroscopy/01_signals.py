# ---
# jupyter:
#   learnmr:
#     lesson: m1.signals
#     number: 1
#     title: Signals
#     minutes: 50
#     extras: []
#     requires: [complex exponentials, integrals, a little Python with NumPy]
# ---

# %% [markdown] tags=["slide"]
# **Goals.** *Physics:* follow a nuclear spin from its precession to a line in a spectrum, and know what sampling,
# truncation, windows and phase do to that line
# on the way. *Data science:* tell a good application of machine learning from a bad one, and turn the second into the
# first.
#
# We begin at the end, with a spectrum.

# %%
import time

import numpy as np

import learnmr
from learnmr import signals
from learnmr.course import explore, quiz, say
from learnmr.course.checks import m1_signals as material
from learnmr.files import DatasetUnavailableError, fetch_dataset
from learnmr.plots.pictures import COLOURS, Picture, house_style

# %% [markdown]
# ## A first look
# A tube with two sugar phosphates, an enzyme that turns one of them into the other, and a standard of known
# concentration. The phosphorus nuclei
# have just been tipped by a radio pulse, and a coil listens.

# %%
try:
    course_of_fids = learnmr.read(fetch_dataset("nmrpy-31p") / "test1.fid")
    first_fid, origin = course_of_fids.mean(), f"measured, mean of {course_of_fids.n_fids} decays"
except DatasetUnavailableError:
    lines = [(92.2, 0.6, 180, 2.95), (672.8, 7, 81, 3.0), (750.6, 7, 73, 3.0), (763.1, 7, 125, 3.0)]
    first_fid = learnmr.simulate_fid(
        [learnmr.Resonance(*line) for line in lines],
        n_points=15542,
        dwell_s=1.0295e-4,
        noise_sd=14.0,
        seed=31,
        spectrometer_mhz=161.9,
        carrier_ppm=0.0,
        nucleus="31P",
    )
    origin = "SIMULATED: the measured decays come with `pip install --no-deps nmrpy==0.2.8`"
say(f"Phosphorus-31 at {first_fid.spectrometer_mhz:.1f} MHz; {origin}.")


# %% tags=["hide-input"]
@house_style()
def draw_signal(fid, shown, title, description, *, ppm=None, end_s=None, labels=()):
    """The decay on the left, its spectrum on the right."""
    picture = Picture(description, figsize=(9.0, 3.2))
    left, right = picture.subplots(1, 2)
    inside = fid.times_s <= (end_s or fid.acquisition_s)
    left.plot(1e3 * fid.times_s[inside], fid.samples.real[inside], color=COLOURS[0], linewidth=0.8, label="real")
    left.plot(
        1e3 * fid.times_s[inside],
        fid.samples.imag[inside],
        color=COLOURS[1],
        linewidth=0.8,
        linestyle="--",
        label="imaginary",
    )
    left.set_xlabel("time / ms")
    left.set_ylabel("voltage / arbitrary unit")
    left.legend(loc="upper right", ncols=2)
    axis = shown.frequency_hz if ppm is None else shown.shift_ppm
    right.plot(axis, shown.values.real, color="black", linewidth=0.9)
    if ppm is not None:
        right.set_xlim(max(ppm), min(ppm))
        right.set_xlabel("chemical shift / ppm (grows to the left)")
    else:
        right.set_xlabel("frequency offset / Hz")
    right.set_ylabel("spectrum, real part")
    right.margins(y=0.18)
    for name, place in labels:
        near = np.abs(axis - place) < 0.1
        right.annotate(
            name,
            (place, shown.values.real[near].max()),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    picture.suptitle(title, fontsize=11)
    return picture


# %% tags=["slide"]
first_spectrum, _ = signals.automatic_phase(
    learnmr.spectrum(signals.apodise(first_fid, exponential_hz=3.0), n_bins=32768), order=1
)
draw_signal(
    first_fid,
    first_spectrum,
    f"one pulse, one decay, one spectrum ({origin.split(',')[0].split(':')[0]})",
    "Left: a decay that oscillates and beats, in two channels a quarter of a turn apart. Right: its spectrum, in which "
    "one tall narrow line of the standard and three broad lines of two sugar phosphates stand out.",
    ppm=(-1, 6),
    end_s=0.08,
    labels=[("standard", 0.57), ("F6P", 4.16), ("G6P", 4.71)],
)

# %% [markdown]
# On the left nobody sees a sugar. On the right a chemist reads at a glance: two molecules and a standard, and how
# much of each. Nothing was added between left and right. This lesson is about that step; the module is about what, in
# it, a machine should *learn*.

# %% [markdown] tags=["slide"]
# ## Three uses of learning in physics
# | | What was the problem? | Why was it worth learning? |
# |---|---|---|
# | **Protein folding** | A protein's shape from its sequence | No formula; a hundred thousand measured shapes |
# | **Quantum spin lattices** | A ground state too long to store | Few numbers do; the energy tells how well |
# | **Magnetic resonance images** | The image in half the time | Organs follow no formula; full scans supply the truth |
#
# All three pass the same test, and many proposals do not. Before any network, ask **"What problem am I solving?"**
#
# ## Six questions to a proposal
# 1. **Who wants the answer?** A number or a decision that somebody uses, not a step on the way to it.
# 2. **Is there no exact and fast way?** If there is, use it, and learn at most what it leaves over.
# 3. **Is the answer in the input?** What the measurement lost, no network finds.
# 4. **Are there labels that are true?** Known by construction or measured better, or a law that judges the answer;
#    not the output of the method you want to beat.
# 5. **Will new data look like the training data?** If not: cover their range, or take units and instruments out of
#    the problem.
# 6. **Could I see that it fails?** Fresh data, physical units, error bars, and what people use today beside it.
#
# Keep the list at hand: at the end of this lesson you will use it to mend a project. (The course has a page on it,
# *Good or bad application of machine learning?*)

# %% [markdown] tags=["slide"]
# ## Precession
# A magnetic moment $\mathbf M$ in a field $\mathbf B_0$ feels a torque across both, so it turns around the field like
# a top:
#
# $$\frac{d\mathbf M}{dt} = \gamma\,\mathbf M\times\mathbf B_0, \qquad |\nu_0| = \frac{|\gamma|}{2\pi}B_0 .$$
#
# A pulse tips $\mathbf M$ into the plane across the field. There it turns, and induces a voltage in a coil. The spins
# slowly fall out of step, partly by
# fluctuations ($T_2$), partly because the field is not the same all over the tube; together they give the time
# constant $T_2^* \le T_2$. Written as one
# complex number, an arrow in the plane, the **free induction decay** (FID) of one kind of nucleus is
#
# $$s(t) = A\,e^{i\varphi}\;e^{2\pi i f t}\;e^{-t/T_2^*} .$$
#
# Four numbers, and they are all that a line has: **amplitude, phase, frequency, decay**.

# %%
gamma_mhz_per_tesla = 17.235  # phosphorus-31 in phosphoric acid
say(
    f"The magnet of our first spectrum: {first_fid.spectrometer_mhz:.1f} MHz / {gamma_mhz_per_tesla} MHz/T = "
    f"**{first_fid.spectrometer_mhz / gamma_mhz_per_tesla:.2f} T**. The lines that we saw "
    "lie a few hundred hertz apart: millionths of it."
)

# %% tags=["slide", "hide-input"]
WINDOWS = {
    "none": {},
    "exponential, 5 Hz": {"exponential_hz": 5.0},
    "Gaussian, 5 Hz": {"gaussian_hz": 5.0},
    "cosine": {"cosine_power": 1},
}


@house_style()
def draw_line(frequency_hz, t2_star_ms, phase_degrees, noise, window, seed):
    line = learnmr.Resonance(frequency_hz, 1 / (np.pi * 1e-3 * t2_star_ms), 1.0, np.radians(phase_degrees))
    fid = learnmr.simulate_fid([line], n_points=500, dwell_s=1e-3, noise_sd=noise, seed=seed)
    fid = signals.apodise(fid, **WINDOWS[window])
    shown = learnmr.spectrum(fid, n_bins=4096)
    picture = Picture(
        f"Left to right: an arrow that spirals inward {abs(frequency_hz):g} times a second; its two coordinates "
        f"over time; its spectrum with a line at {frequency_hz:g} hertz, phase {phase_degrees} degrees.",
        figsize=(9.6, 3.2),
    )
    plane, decay, right = picture.subplots(1, 3, gridspec_kw={"width_ratios": [1, 1.4, 1.4]})
    plane.plot(fid.samples.real, fid.samples.imag, color="#777777", linewidth=0.5)
    tip = (fid.samples[0].real, fid.samples[0].imag)
    plane.annotate("", tip, (0, 0), arrowprops={"color": COLOURS[1], "width": 1.5})
    plane.set(
        xlim=(-1.3, 1.3),
        ylim=(-1.3, 1.3),
        aspect="equal",
        title="the arrow from above",
        xlabel="real",
        ylabel="imaginary",
    )
    decay.plot(fid.times_s, fid.samples.real, color=COLOURS[0], label="real")
    decay.plot(fid.times_s, fid.samples.imag, color=COLOURS[1], linestyle="--", label="imaginary")
    decay.set(title="the decay", xlabel="time / s", ylim=(-1.3, 1.5))
    decay.legend(loc="upper right", ncols=2)
    near = np.abs(shown.frequency_hz - frequency_hz) < 60
    right.plot(shown.frequency_hz[near], shown.values.real[near], color=COLOURS[0], label="real")
    right.plot(shown.frequency_hz[near], shown.values.imag[near], color=COLOURS[1], linestyle="--", label="imaginary")
    right.set(title="the spectrum", xlabel="offset / Hz")
    right.margins(y=0.25)
    right.legend(loc="upper right", ncols=2)
    return picture


explore(
    draw_line,
    frequency_hz=(24.0, -100.0, 100.0, 1.0),
    t2_star_ms=(80.0, 10.0, 400.0, 5.0),
    phase_degrees=(0, -180, 180, 5),
    noise=(0.02, 0.0, 0.3, 0.01),
    window=list(WINDOWS),
    seed="press",
)

# %% [markdown]
# Play for two minutes. **Find out:** Which knob moves the line, which widens it? At which phase does the real part
# look like the imaginary part did? What does
# the exponential window trade for less noise? Which way does the arrow turn when the frequency is negative?

# %% [markdown] tags=["slide"]
# ## The receiver
# The coil gives *one real voltage* near the Larmor frequency, far too fast for a converter with many bits. As in a
# radio it is **mixed** with a carrier
# $f_c$, and a low-pass filter keeps the slow difference:
#
# $$\cos a\,\cos b = \tfrac12\cos(a-b) + \tfrac12\cos(a+b).$$
#
# One cosine is not enough: $\cos$ does not know the sign of its argument, so lines above and below the carrier fall
# onto each other. A second mixer, a
# quarter of a turn later, gives the other coordinate of the arrow. That is **quadrature detection**, and it is why an
# FID is complex.

# %% tags=["hide-input"]
two_lines = [learnmr.Resonance(180.0, 8.0, 1.0), learnmr.Resonance(-60.0, 8.0, 0.6)]


@house_style()
def draw_channels():
    picture = Picture(
        "Spectra of the same two lines, at 180 and minus 60 hertz. With one channel four are seen, mirrored about "
        "the carrier; in quadrature two.",
        figsize=(9.0, 2.6),
    )
    for axes, quadrature in zip(picture.subplots(1, 2, sharey=True), (False, True), strict=True):
        fid = learnmr.simulate_fid(two_lines, n_points=1024, dwell_s=1e-3, noise_sd=0.02, seed=2, quadrature=quadrature)
        shown = learnmr.spectrum(fid)
        axes.plot(shown.frequency_hz, np.abs(shown.values), color="black", linewidth=0.9)
        axes.axvline(0, color=COLOURS[5], linestyle=":")
        axes.set(title="quadrature" if quadrature else "one channel", xlabel="offset from the carrier / Hz")
    picture.axes[0].set_ylabel("magnitude")
    return picture


draw_channels()

# %% [markdown]
# ## Exercise {ex:m1.signals.receiver}: build the receiver
# `voltage` is the real voltage at the times `times_s`; `low_pass(values)` removes all that turns fast. Give back the
# arrow
# $e^{i(2\pi(f-f_c)t+\varphi)}$ for the voltage $\cos(2\pi f t+\varphi)$. To be able to look at it, the carrier is at
# 5 kHz here, not at the Larmor frequency.


# %%
low_pass = material.low_pass  # keeps what lies within 2 kHz of zero; and something to try it on:
times_s = np.arange(2000) / 20e3
voltage = np.cos(2 * np.pi * (5000 + 120) * times_s + 0.5)  # 120 Hz above the carrier


# %% exercise="m1.signals.receiver"
def receiver(voltage, times_s, carrier_hz):
    """The complex signal near zero frequency, shape of voltage."""
    # <solution>
    mixed = voltage * np.exp(-2j * np.pi * carrier_hz * times_s)
    return 2 * low_pass(mixed)  # one half of the cosine went with the sum frequency
    # </solution>


learnmr.check("m1.signals.receiver", receiver)

# %% [markdown] tags=["slide"]
# ## The Fourier transform
# The transform asks for each frequency: *in a frame that turns with it, how far does the arrow get?*
#
# $$S(f) = \int_0^\infty s(t)\,e^{-2\pi i f t}\,dt \;=\; \frac{A\,e^{i\varphi}\,T_2^*}{1+2\pi i\,(f-f_0)\,T_2^*} .$$
#
# With $\varphi=0$ the real part is the **absorption line**, a Lorentzian of height $A\,T_2^*$ and full width at half
# maximum
# $1/(\pi T_2^*)$; the imaginary part is the **dispersion**. What lasts long is sharp.
#
# A computer has $N$ samples, a **dwell time** $\Delta t$ apart, and takes $N$ frequencies, $1/(N\Delta t)$ apart:
# the discrete Fourier transform (DFT)
#
# $$S_k = \sum_{n=0}^{N-1} s_n\,e^{-2\pi i\,kn/N} .$$
#
# Here comes the whole transform. It is a *matrix*: hold that thought until lesson 3.

# %% [markdown]
# ## Exercise {ex:m1.signals.dft}: the transform in a line or two
# Write the sum, without `numpy.fft`.


# %% exercise="m1.signals.dft"
def dft(samples):
    """The N complex values of the sum, k = 0 ... N-1."""
    # <solution>
    n = np.arange(len(samples))
    turns = np.outer(n, n) / len(samples)
    return np.exp(-2j * np.pi * turns) @ samples
    # <stub>
    # for each k, a sum over n
    raise NotImplementedError
    # </solution>


learnmr.check("m1.signals.dft", dft)

# %% [markdown]
# Is it worth learning this sum from examples? Look at what there is already:

# %%
n_points = 2048
block = np.random.default_rng(1).standard_normal((n_points, 2)) @ [1, 1j]
matrix = np.exp(-2j * np.pi * np.outer(np.arange(n_points), np.arange(n_points)) / n_points)
seconds = {}
for name, transform in {"matrix": lambda: matrix @ block, "FFT": lambda: np.fft.fft(block)}.items():
    tries = []
    for _ in range(20):
        begin = time.perf_counter()
        transform()
        tries.append(time.perf_counter() - begin)
    seconds[name] = min(tries)
difference = np.linalg.norm(matrix @ block - np.fft.fft(block)) / np.linalg.norm(block) / np.sqrt(n_points)
say(
    f"{n_points} points: matrix {1e3 * seconds['matrix']:.2f} ms, FFT {1e3 * seconds['FFT']:.3f} ms "
    f"(**{seconds['matrix'] / seconds['FFT']:.0f} times** faster), relative difference {difference:.0e}. "
    "The fast one is exact to rounding, needs no training, and makes no mistakes on new data: criterion 2."
)

# %% [markdown] tags=["slide"]
# ## Sampling
# Between two samples the arrow may turn as it likes; nobody sees it. Turn the knob slowly from zero upward, and watch
# the dots, not the curve.


# %% tags=["hide-input"]
@house_style()
def draw_sampling(true_frequency_hz, dwell_ms):
    dwell_s = 1e-3 * dwell_ms
    fine_s = np.linspace(0, 0.02, 1500)
    fid = learnmr.simulate_fid(
        [learnmr.Resonance(true_frequency_hz, 6.0)], n_points=round(0.25 / dwell_s), dwell_s=dwell_s
    )
    shown = learnmr.spectrum(fid, n_bins=4096)
    seen_hz = shown.frequency_hz[np.argmax(shown.values.real)]
    inside = fid.times_s <= fine_s[-1]
    picture = Picture(
        f"Left: the real part of a signal of {true_frequency_hz:g} hertz, its samples, and the curve that the samples "
        f"suggest. Right: its spectrum, in a band {1 / dwell_s:.0f} hertz wide, with a line at {seen_hz:.0f} hertz.",
        figsize=(9.0, 3.0),
    )
    left, right = picture.subplots(1, 2)
    envelope = np.exp(-np.pi * 6.0 * fine_s)
    left.plot(
        1e3 * fine_s,
        envelope * np.cos(2 * np.pi * true_frequency_hz * fine_s),
        color="#999999",
        linewidth=0.8,
        label="what is there",
    )
    left.plot(
        1e3 * fine_s,
        envelope * np.cos(2 * np.pi * seen_hz * fine_s),
        color=COLOURS[1],
        linestyle="--",
        label="what the samples say",
    )
    left.plot(1e3 * fid.times_s[inside], fid.samples.real[inside], "o", color=COLOURS[0], markersize=4)
    left.set(xlabel="time / ms", ylabel="real part", ylim=(-1.1, 1.6))
    left.legend(loc="upper right", ncols=2)
    right.axvspan(-0.5 / dwell_s, 0.5 / dwell_s, color=COLOURS[5], alpha=0.25, linewidth=0)
    right.plot(shown.frequency_hz, shown.values.real, color="black", linewidth=1.0)
    right.axvline(true_frequency_hz, color=COLOURS[1], linestyle=":")
    right.set(xlim=(-1600, 1600), xlabel="offset / Hz", ylabel="spectrum", title="blue: the band; dotted: the truth")
    return picture


explore(draw_sampling, true_frequency_hz=(730.0, -1500.0, 1500.0, 10.0), dwell_ms=(1.0, 0.25, 2.0, 0.05))

# %% [markdown]
# Two frequencies that differ by a whole number of $1/\Delta t$ have *the same samples*: not similar ones, the same.
# So the samples hold a band
# $1/\Delta t$ wide, from $-1/(2\Delta t)$ to $+1/(2\Delta t)$, and every line outside is seen somewhere inside:
# **aliasing**. This is Nyquist's
# theorem met from below, and criterion 3: a network that gets the same input twice cannot give two answers.
#
# ## Exercise {ex:m1.signals.alias}: where does the line go?
# In quadrature, for any true frequency and dwell time.


# %% exercise="m1.signals.alias"
def seen_at_hz(frequency_hz, dwell_s):
    """Where in the band the line is seen, in Hz."""
    # <solution>
    return frequency_hz - round(frequency_hz * dwell_s) / dwell_s
    # <stub>
    # test yourself with the knobs above
    raise NotImplementedError
    # </solution>


learnmr.check("m1.signals.alias", seen_at_hz)

# %% [markdown] tags=["slide"]
# ## The line: chemical shift, phase, width
# Electrons shield a nucleus by a few millionths of the field, and by how many depends on the bonds around it. To
# compare magnets, the offset
# is divided by the spectrometer's frequency. Hertz over megahertz gives **parts per million**:
#
# $$\delta = \delta_\text{carrier} + \frac{f}{\nu_0}\,,$$
#
# with $f$ in Hz and $\nu_0$ in MHz. And because nobody knows where the arrow stands when the receiver opens, the
# spectrum comes with a **phase**. It is
# taken away by multiplying with $e^{-i\varphi}$: one known operation with an unknown number. Find the number.

# %% tags=["hide-input"]
unknown = material.unknown_fid()  # one phosphorus line, simulated
unknown_spectrum = learnmr.spectrum(unknown, n_bins=32768)  # the first point counted half, as in a trapezoid sum


@house_style()
def draw_phase(phase_degrees):
    turned = signals.phase(unknown_spectrum, np.radians(phase_degrees))
    middle = turned.frequency_hz[np.argmax(np.abs(turned.values))]
    near = np.abs(turned.frequency_hz - middle) < 50
    picture = Picture(
        f"The line after {phase_degrees} degrees of phase were taken away: its real part, and its magnitude, "
        "which does not change and is wider.",
        figsize=(8.0, 3.0),
    )
    axes = picture.subplots()
    axes.plot(turned.frequency_hz[near], turned.values.real[near], color=COLOURS[0], label="real part")
    axes.plot(
        turned.frequency_hz[near], np.abs(turned.values[near]), color=COLOURS[1], linestyle="--", label="magnitude"
    )
    axes.axhline(0, color="#999999", linewidth=0.6)
    axes.set(xlabel="offset from the carrier / Hz", ylabel="spectrum")
    axes.legend()
    return picture


explore(draw_phase, phase_degrees=(0, -180, 180, 1))

# %%
say(
    f"The unknown: {unknown.nucleus}, {unknown.spectrometer_mhz} MHz, carrier at {unknown.carrier_ppm} ppm, "
    f"{unknown.n_points} points {1e3 * unknown.dwell_s} ms apart."
)

# %% [markdown]
# ## Exercise {ex:m1.signals.line}: what is it?
# From `unknown` and `unknown_spectrum` find the chemical shift of the line and its $T_2^*$. `signals.phase(spectrum,
# angle)` takes a phase away; the arrays
# are `frequency_hz` and `values`.

# %% exercise="m1.signals.line"
# <solution>
upright = signals.phase(unknown_spectrum, np.angle(unknown.samples[0]))  # one line: the phase of t = 0
height = upright.values.real.max()
place_hz = upright.frequency_hz[np.argmax(upright.values.real)]
above_half = upright.frequency_hz[upright.values.real > height / 2]
width_hz = above_half[-1] - above_half[0]
answer = {
    "shift_ppm": unknown.carrier_ppm + place_hz / unknown.spectrometer_mhz,
    "t2_star_s": 1 / (np.pi * width_hz),
}
# <stub>
answer = {
    "shift_ppm": ...,
    "t2_star_s": ...,
}
raise NotImplementedError  # take this line away when you have filled in both
# </solution>
learnmr.check("m1.signals.line", answer)

# %% [markdown] tags=["slide"]
# ## Cut off too early
# A record ends. If the decay has not, the spectrum is that of a decay times a box: every line gets **wiggles**, and
# lines nearer to each other than about
# $1/T$ melt into one. Three remedies, and only one of them gives information.

# %% tags=["hide-input"]
trio = [learnmr.Resonance(-20.0, 1.0, 1.0), learnmr.Resonance(20.0, 1.0, 1.0), learnmr.Resonance(23.0, 1.0, 0.8)]


@house_style()
def draw_truncation(acquisition_ms, zero_filling, window):
    fid = learnmr.simulate_fid(trio, n_points=round(acquisition_ms / 4), dwell_s=4e-3, noise_sd=0.02, seed=5)
    windowed = signals.apodise(fid, **WINDOWS[window])
    shown = learnmr.spectrum(windowed, n_bins=zero_filling * fid.n_points)
    picture = Picture(
        f"Decay of {acquisition_ms} milliseconds, window {window}, and its spectrum in {shown.n_bins} bins: a single "
        "line at minus 20 hertz, and on the right two lines that are 3 hertz apart.",
        figsize=(9.0, 3.0),
    )
    left, right = picture.subplots(1, 2)
    left.plot(fid.times_s, fid.samples.real, color="#999999", linewidth=0.7, label="before the window")
    left.plot(windowed.times_s, windowed.samples.real, color=COLOURS[0], linewidth=0.8, label="after the window")
    left.set(xlim=(0, 1.6), ylim=(-3.0, 3.6), xlabel="time / s", ylabel="real part")
    left.legend(loc="upper right", ncols=2)
    right.plot(shown.frequency_hz, shown.values.real, color="black", linewidth=0.8, marker=".", markersize=3)
    right.set(xlim=(-35, 40), xlabel="offset / Hz", ylabel="spectrum")
    return picture


explore(draw_truncation, acquisition_ms=(240, 100, 1600, 20), zero_filling=(8, 1, 16), window=list(WINDOWS))

# %% [markdown]
# - **Zero filling** appends zeros, which draws the same curve with more points. Good for the eye, and for reading off
#   a maximum.
# - **A window** fades the decay out. The wiggles go, the lines widen. The exponential that has the line's own decay
#   gives the highest peak over the noise.
# - **A longer record** separates the two lines on the right. It costs time, and after a few $T_2^*$ it collects noise
#   only.
#
# Halving the first point, as `learnmr.spectrum` does, is a fourth small thing: a sum over a decay that begins at its
# maximum counts half a step too much there,
# and would lift the whole baseline.

# %% [markdown]
# ## Exercise {ex:m1.signals.plan}: plan the experiment
# The sample has lines from $-2200$ Hz to $+2600$ Hz; the topmost two are 3 Hz apart and 1 Hz wide each. The memory of
# the receiver holds `MEMORY` complex points. Choose
# the dwell time and the number of points so that no line is aliased and the two neighbours are seen as two.

# %% exercise="m1.signals.plan"
LOWEST_HZ, HIGHEST_HZ, APART_HZ, MEMORY = -2200.0, 2600.0, 3.0, 2048

# <solution>
bandwidth_hz = 2 * 1.05 * max(abs(LOWEST_HZ), abs(HIGHEST_HZ))  # to both sides of the carrier, with a margin
plan = {"dwell_s": 1 / bandwidth_hz, "n_points": MEMORY}
# <stub>
plan = {"dwell_s": ..., "n_points": ...}
raise NotImplementedError  # take this line away when you have chosen
# </solution>
learnmr.check("m1.signals.plan", plan)

# %% [markdown] tags=["slide"] given=["200"]
# ## What problem am I solving?
# A start-up offers *AutoPhase*: "Our deep network turns raw spectra into phased ones!" The data sheet says:
#
# | part | as proposed |
# |---|---|
# | output | the phased spectrum, 8192 points |
# | labels | 200 spectra of one spectrometer, phased by hand by one person |
# | test | 20 of these 200 |
# | score | mean squared error, arbitrary units |
# | compared with | nothing |
#
# Go through the criteria. Which does it fail? And yet there is a real problem in it: in a crowded, noisy spectrum the
# phase *is* hard to find. How hard, for
# the rules that are in use?


# %%
def error_of_rules(n_lines, noise_sd, n_spectra=40):
    """Errors of automatic phasing by rules in degrees, on simulated spectra whose phase we drew ourselves."""
    errors = []
    for seed in range(n_spectra):
        generator = np.random.default_rng(seed)
        phase_rad = generator.uniform(-np.pi, np.pi)
        drawn = generator.uniform([-300, 2, 0.3], [300, 8, 1.0], (n_lines, 3))  # frequency, width, amplitude
        lines = [learnmr.Resonance(*line, phase_rad) for line in drawn]
        fid = learnmr.simulate_fid(lines, n_points=1024, dwell_s=1e-3, noise_sd=noise_sd, seed=seed)
        found = signals.automatic_phase(learnmr.spectrum(fid))[1].zero_order_rad
        errors.append(abs(np.degrees(np.angle(np.exp(1j * (found - phase_rad))))))
    return np.median(errors), max(errors)


for n_lines, noise_sd in ((12, 0.02), (12, 0.2)):
    median, worst = error_of_rules(n_lines, noise_sd)
    missed = f"**{median:.1f}°** (median), **{worst:.0f}°** (worst of 40)"
    say(f"{n_lines} lines, noise {noise_sd}: the rules miss the phase by {missed}.")

# %% [markdown]
# There is room. So do not throw the project away: **recast** it.
#
# ## Exercise {ex:m1.signals.recast}: turn the bad application into a good one
# Choose one option for each part. First entries are the proposal.

# %%
OPTIONS = material.RECAST_OPTIONS
for part, options in OPTIONS.items():
    print(f"{part}:")
    for option in options:
        print(f"    {option!r}")

# %% [markdown] tags=["stub"]
# *In one sentence, before you choose: what problem is being solved, and for whom?*

# %% exercise="m1.signals.recast"
# <solution>
choice = {
    "output": "two phases",
    "labels": "phases drawn for simulated FIDs",
    "test": "fresh simulated FIDs, then real ones of other spectrometers",
    "score": "error of the phase in degrees, with its spread",
    "baseline": "automatic phasing",
}
# <stub>
choice = {part: options[0] for part, options in OPTIONS.items()}  # the proposal; choose better ones
raise NotImplementedError
# </solution>
learnmr.check("m1.signals.recast", choice)

# %% [markdown] tags=["solution"]
# Of 8192 numbers two were unknown: an angle, and a delay that turns the phase linearly along the spectrum. The
# multiplication that follows is exact and stays
# what it is. Since we can *draw* the two numbers and simulate the rest, the labels are true, and there are as many as
# we like; real spectra of other
# instruments show whether the simulation was honest.

# %% [markdown] given=["600", "60"]
# ## Think
# 1. You zero-fill a record of one second to four seconds. Bins are now a quarter as wide. Can you separate lines half
#    a hertz apart that you could not before?
# 2. Many programs show the magnitude of the spectrum: no phase to bother with. What have you paid?
# 3. A network has learnt to read shifts, in Hz, from FIDs of one 600 MHz spectrometer. Your colleague has a 60 MHz
#    benchtop. Which criterion bites, and how would you recast the problem?
# 4. A proposal: "a network that moves aliased lines back to their true places". Bad, or not yet good?

# %% [markdown] tags=["stub"]
# *Your thoughts.*

# %% [markdown] tags=["instructor"]
# **Model answers.** (1) No. The zeros carry no measurement; the curve is that of one second and only drawn more
# finely. What can be separated, at a given noise, is set by the
# record's length, and by how well the *shape* is known: a fit can do better than the eye (lesson 4), zero filling
# cannot.
# (2) The line is wider (by the square root of 3 for a Lorentzian), its wings fall off as 1/f instead of 1/f²,
# overlapping lines no longer add, the noise is no longer Gaussian around zero, and the area
# means nothing. (3) Criterion 5. Frequencies, dwell times, widths all change. Measure frequency and width in bins,
# divide by the peak: then every
# spectrometer gives the same problem (lesson 5). (4) From one record: criterion 3, the samples are identical, nothing
# can be learnt. Recast by *adding information*: two records with
# different dwell times tell the places apart by arithmetic, so then criterion 2 forbids a network. A network may have
# prior knowledge (shifts of known
# molecules), but then say so: it guesses from the prior and does not measure.

# %% [markdown] tags=["instructor"]
# **Timing of a period of fifty minutes.** First look and three uses 8; precession with knobs 5; receiver 7; DFT 7;
# sampling 6; line 8; truncation and plan 4 (the plan may go home);
# recasting 5. **What students get wrong.** The factor 2 after the mixer (half of a cosine went away with the sum
# frequency). The sign of the exponent, which mirrors the
# spectrum. The band from 0 to 1/dwell instead of half to each side. The band as wide as *highest minus lowest*
# although the carrier is not in the middle. HWHM for FWHM, and
# the missing π. T2* read from the magnitude line. In the recast: hand-set phases as labels ("experts are right"); ask
# whose error the network then learns.

# %% [markdown] tags=["exam"]
# **For an examination.** (a) A line is 5 Hz wide; give $T_2^*$ and the record length after which at most one part in
# twenty of the amplitude is left. ($1/(5\pi)$ s = 64 ms; $3\,T_2^*$ = 191 ms.)
# (b) Dwell time 0.5 ms, quadrature, lines at 1300 Hz and −700 Hz. What is seen? (Both at −700 Hz.)
# (c) Someone trains a network to give the FFT. Name the criterion that fails and a problem, with the same input, that
# passes. (2; the parameters of the lines.)

# %% [markdown] tags=["slide"]
# ## Summary: what problem am I solving?
# **Physics.** A tipped spin turns and decays; a receiver turns its voltage into a slow arrow; the transform turns the
# arrow into a line. Four numbers a line: frequency, width, amplitude,
# phase. The dwell time sets *how far* you see, the length of the record *how finely*; windows and zeros change the
# drawing, not the information.
#
# **Data science.** Each step here is an exact formula: mixing, the DFT, ppm, turning by a phase. *Not one of them is
# worth learning.* What nobody has a formula for is
# the way back, from noisy samples to the four numbers of each line, with error bars: that is the problem this module
# solves. Before we get there, lesson 2 shows what a network is.

# %% [markdown]
# ## Quiz
# A few questions, to see whether it has settled. `quiz("m1.signals", seed=2)` asks with other numbers.

# %%
quiz("m1.signals")

# %% [markdown]
# And where do you stand? The record is kept on this computer only; `learnmr.progress().to_csv("progress.csv")` takes it
# along.

# %%
learnmr.progress()

# %% [markdown] tags=["references"]
# ## References
# - M. H. Levitt, *Spin Dynamics: Basics of Nuclear Magnetic Resonance*, 2nd ed., Wiley 2008: precession, quadrature
#   detection, signs.
# - J. Keeler, *Understanding NMR Spectroscopy*, 2nd ed., Wiley 2010: the Fourier transform, windows, phase, with
#   pictures.
# - C. E. Shannon, Communication in the presence of noise, *Proc. IRE* 37, 10 (1949).
# - J. W. Cooley, J. W. Tukey, An algorithm for the machine calculation of complex Fourier series, *Math. Comput.* 19,
#   297 (1965).
# - J. Jumper et al., Highly accurate protein structure prediction with AlphaFold, *Nature* 596, 583 (2021).
# - G. Carleo, M. Troyer, Solving the quantum many-body problem with artificial neural networks, *Science* 355, 602
#   (2017).
# - J. Zbontar et al., fastMRI: an open dataset and benchmarks for accelerated MRI, arXiv:1811.08839 (2018).
# - The measured spectrum: J. J. Eicher, J. M. Rohwer and co-authors, nmrpy 0.2.8 (BSD licence),
#   https://pypi.org/project/nmrpy/0.2.8/
