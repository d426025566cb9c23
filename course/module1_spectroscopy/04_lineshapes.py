# ---
# jupyter:
#   learnmr:
#     lesson: m1.lineshapes
#     number: 4
#     title: Line shapes and fitting
#     minutes: 60
#     extras: []
#     requires: ["lesson 1 (FID, spectrum)", "partial derivatives, mean and standard deviation"]
# ---

# %% [markdown] tags=["slide"] given=["60", "40"]
# **Goals.** *Physics:* know why a line has the shape it has and what its width, height and area mean; turn areas into
# concentrations. *Data science:* fit a model, give every number an honest error bar, read what the residual says, and
# know the best error that anybody can reach.
#
# *In class* (60 minutes): everything up to *The case*, the derivation of the bound, and the recast. *At home* (about 40
# more): concentrations, the exercises on the bound and on Monte Carlo, the quiz.
#
# We begin with a crime scene.

# %%
import lmfit
import numpy as np
from scipy.optimize import least_squares as minimise

import learnmr
from learnmr import signals
from learnmr.classical import least_squares, magnitude_fit, matched_lines, refine_lines
from learnmr.course import explore, quiz, say
from learnmr.course.checks import m1_lineshapes as material
from learnmr.course.checks.m1_lineshapes import PUBLISHED_PPM, VERDICTS, triplet
from learnmr.files import DatasetUnavailableError, fetch_dataset
from learnmr.physics import cramer_rao_line, line_snr, simulate_lines
from learnmr.physics.lineshapes import pseudo_voigt, pseudo_voigt_parameters, voigt, voigt_fwhm
from learnmr.plots.pictures import COLOURS, Picture, house_style

# %% [markdown] tags=["slide"]
# ## A table that does not fit
# Two databases, HMDB and BMRB, hold the proton spectrum of the same small molecule, 2-ketobutyric acid. Each publishes
# the decay as it was measured, and beside it a table: *here are the lines*. Below is the group CH₃, which its
# neighbour CH₂ splits into three lines. Ticks mark what the tables say.

# %%
case, origin = {}, {}
for name, dataset, experiment in (
    ("HMDB", "ketobutyrate-1h-500-hmdb", "HMDB00005.fid"),
    ("BMRB", "ketobutyrate-1h-500-bmrb", "."),
):
    try:
        case[name], origin[name] = learnmr.read(fetch_dataset(dataset) / experiment), "measured"
    except DatasetUnavailableError:
        case[name], origin[name] = material.simulated_case(name), "SIMULATED, as the data cannot be fetched here"
    say(f"{name}: {case[name].spectrometer_mhz:.1f} MHz, {case[name].n_points} points; {origin[name]}.")


# %% tags=["hide-input"]
def upright(values):
    """Taken off a straight line through its ends, and turned so that its area is real."""
    ramp = np.linspace(0, 1, values.size)
    lifted = values - (values[:5].mean() * (1 - ramp) + values[-5:].mean() * ramp)
    return lifted * np.exp(-1j * np.angle(lifted.sum()))


@house_style()
def draw_case():
    picture = Picture(
        "Two spectra of the methyl triplet, one above the other. In the lower one the three ticks of the table stand on "
        "the three lines. In the upper one the ticks are too close together, and all lie to the left of their lines.",
        figsize=(9.0, 4.2),
    )
    for axes, (name, fid) in zip(picture.subplots(2, 1, sharex=True), case.items(), strict=True):
        shown = learnmr.spectrum(fid, n_bins=131072)
        inside = (shown.shift_ppm > 1.00) & (shown.shift_ppm < 1.11)
        line = upright(shown.values[inside].astype(complex)).real
        axes.plot(shown.shift_ppm[inside], line / line.max(), color="black", linewidth=1)
        axes.vlines(PUBLISHED_PPM[name], 0.0, 1.15, color=COLOURS[1], linestyle="--", label=f"table of {name}")
        axes.set(ylabel="spectrum", title=f"{name}, FID {origin[name].split(',')[0]}", xlim=(1.11, 1.00))
        axes.legend(loc="upper right")
    axes.set_xlabel("chemical shift / ppm")
    return picture


draw_case()

# %% [markdown]
# One of the two tables is wrong, or belongs to another spectrum. *Which, and why?* To say more than "it looks odd" we
# need the distance of the lines **with an error bar**. And anyone who trains a network on tables like these would like
# to know, too.

# %% [markdown] tags=["slide"]
# ## Three shapes
# **Lorentzian.** Every spin loses its phase at random, at the same rate: the decay is $e^{-t/T_2^*}$, and its line
#
# $$L(f)=\frac1\pi\,\frac{\gamma}{(f-f_0)^2+\gamma^2},\qquad \mathrm{FWHM}=2\gamma=\frac{1}{\pi T_2^*}.$$
#
# **Gaussian.** The field is not the same everywhere; each place has its own frequency, spread by $\sigma$. Then the
# *spectrum* is that distribution, and the decay is a Gaussian too:
#
# $$G(f)=\frac{1}{\sigma\sqrt{2\pi}}\,e^{-(f-f_0)^2/2\sigma^2},\qquad \mathrm{FWHM}=2\sqrt{2\ln2}\;\sigma .$$
#
# **Voigt.** Both at once: decays *multiply*, so lines are *convolved*. The width of the result is neither the sum of
# the two nor the root of the sum of squares, but in between. And because a convolution is slow to fit, many programs
# take the **pseudo-Voigt**: $\eta L+(1-\eta)G$, both parts with one and the same FWHM.
#
# | called | means | Lorentzian | Gaussian |
# |---|---|---|---|
# | FWHM | full width at half maximum | $2\gamma$ | $2\sqrt{2\ln 2}\,\sigma$ |
# | HWHM | half width at half maximum | $\gamma$ | $\sqrt{2\ln 2}\,\sigma$ |
#
# Take the wrong row of this table, and a width is wrong by a factor of 2; the wrong column does less harm, unnoticed.


# %% tags=["slide", "hide-input"]
@house_style()
def draw_shapes(lorentzian_fwhm_hz, gaussian_fwhm_hz):
    if lorentzian_fwhm_hz == gaussian_fwhm_hz == 0:
        lorentzian_fwhm_hz = 0.1  # a line must have some width
    widths = (lorentzian_fwhm_hz, gaussian_fwhm_hz)
    times_s, frequency_hz = np.linspace(0, 0.6, 300), np.linspace(-12, 12, 961)
    line = voigt(frequency_hz, 0.0, *widths)
    full_hz, fraction = voigt_fwhm(*widths), pseudo_voigt_parameters(*widths)[1]
    close_hz = pseudo_voigt_parameters(*widths)[0]
    picture = Picture(
        f"A Voigt line of Lorentzian width {widths[0]:g} and Gaussian width {widths[1]:g} hertz: its decay as a product, "
        f"its line, {full_hz:.2f} hertz wide at half height, and the difference from a pseudo-Voigt, within about one "
        "per cent of the height.",
        figsize=(9.6, 3.0),
    )
    decay, spectrum, rest = picture.subplots(1, 3)
    lorentz, gauss = np.exp(-np.pi * widths[0] * times_s), np.exp(-((np.pi * widths[1] * times_s) ** 2) / 4 / np.log(2))
    decay.plot(times_s, lorentz, color=COLOURS[0], linestyle="--", label="Lorentz")
    decay.plot(times_s, gauss, color=COLOURS[1], linestyle=":", label="Gauss")
    decay.plot(times_s, lorentz * gauss, color="black", label="product")
    decay.set(title="decay", xlabel="time / s", ylim=(0, 1.05))
    decay.legend()
    spectrum.plot(frequency_hz, line, color="black")
    half = line.max() / 2
    spectrum.annotate(
        "", (-full_hz / 2, half), (full_hz / 2, half), arrowprops={"arrowstyle": "<->", "color": COLOURS[1]}
    )
    spectrum.text(full_hz / 2 + 0.6, half, f"{full_hz:.2f} Hz", color=COLOURS[1], va="center")
    spectrum.set(title="Voigt line, area 1", xlabel="offset / Hz", ylim=(0, None))
    other = pseudo_voigt(frequency_hz, 0.0, close_hz, fraction)
    rest.plot(frequency_hz, 100 * (other - line) / line.max(), color="black")
    rest.set(
        title=f"pseudo-Voigt − Voigt (η = {fraction:.2f})", xlabel="offset / Hz", ylabel="% of height", ylim=(-2, 2)
    )
    return picture


explore(draw_shapes, lorentzian_fwhm_hz=(2.0, 0.0, 6.0, 0.1), gaussian_fwhm_hz=(2.0, 0.0, 6.0, 0.1))

# %% [markdown]
# **Find out:** Two parts of the same width: how wide is the line? Which part rules the far wings, which the beginning
# of the decay? Could you tell a pseudo-Voigt from a Voigt line if the noise were one per cent of the height?
#
# ## Exercise {ex:m1.lineshapes.pseudo_voigt}: widths that mean what they say
# Write the pseudo-Voigt of *area one*. `fwhm_hz` is the full width of both parts, `fraction` the Lorentzian part $\eta$.


# %% exercise="m1.lineshapes.pseudo_voigt"
def my_pseudo_voigt(frequency_hz, centre_hz, fwhm_hz, fraction):
    """The line at all frequencies, in 1/Hz."""
    # <solution>
    gamma_hz = fwhm_hz / 2
    sigma_hz = fwhm_hz / (2 * np.sqrt(2 * np.log(2)))
    offset_hz = frequency_hz - centre_hz
    lorentzian_part = gamma_hz / np.pi / (offset_hz**2 + gamma_hz**2)
    gaussian_part = np.exp(-(offset_hz**2) / (2 * sigma_hz**2)) / (sigma_hz * np.sqrt(2 * np.pi))
    return fraction * lorentzian_part + (1 - fraction) * gaussian_part
    # </solution>


learnmr.check("m1.lineshapes.pseudo_voigt", my_pseudo_voigt)

# %% [markdown] tags=["slide"]
# ## Complex, magnitude, cut off
# A line is complex: absorption and dispersion. Many programs show its **magnitude**, which needs no phase. And every
# record ends, sometimes before the decay does. Two ways to a wrong width:


# %% tags=["hide-input"]
def width_at_half(frequency_hz, values):
    """Full width at half of the maximum, from the outermost crossings around the peak, in Hz."""
    peak, half = int(np.argmax(values)), values.max() / 2
    left = peak - int(np.argmax(values[peak::-1] < half))
    right = peak + int(np.argmax(values[peak:] < half))
    ends = []
    for inner, outer in ((left + 1, left), (right - 1, right)):
        part = (values[inner] - half) / (values[inner] - values[outer])
        ends.append(frequency_hz[inner] + part * (frequency_hz[outer] - frequency_hz[inner]))
    return ends[1] - ends[0]


def widths_seen(record_over_t2_star, phase_rad=0.0, fwhm_hz=4.0):
    """The zero-filled spectrum of one line, and the widths at half height of its real part and magnitude over FWHM."""
    n_points = round(record_over_t2_star / (np.pi * fwhm_hz) / 1e-3)
    fid = learnmr.simulate_fid([learnmr.Resonance(0.0, fwhm_hz, 1.0, phase_rad)], n_points=n_points, dwell_s=1e-3)
    shown = learnmr.spectrum(fid, n_bins=16384)
    near = np.abs(shown.frequency_hz) < 30
    frequency_hz, values = shown.frequency_hz[near], shown.values[near]
    return (frequency_hz, values, *(width_at_half(frequency_hz, v) / fwhm_hz for v in (values.real, np.abs(values))))


@house_style()
def draw_views(record_over_t2_star, phase_degrees):
    frequency_hz, values, real, magnitude = widths_seen(record_over_t2_star, np.radians(phase_degrees))
    picture = Picture(
        f"Real part and magnitude of a line, recorded for {record_over_t2_star:g} T2 star, phase {phase_degrees} degrees. "
        f"At half height the real part is {real:.2f} and the magnitude {magnitude:.2f} times as wide as the line is.",
        figsize=(8.0, 3.0),
    )
    axes = picture.subplots()
    top = np.abs(values).max()
    axes.plot(frequency_hz, values.real / top, color=COLOURS[0], label=f"real part: {real:.2f} FWHM wide")
    axes.plot(
        frequency_hz,
        np.abs(values) / top,
        color=COLOURS[1],
        linestyle="--",
        label=f"magnitude: {magnitude:.2f} FWHM wide",
    )
    axes.axhline(0.5, color="#777777", linewidth=0.6)
    axes.set(xlabel="offset / Hz", ylabel="over the top of the magnitude", xlim=(-30, 30), ylim=(-0.6, 1.1))
    axes.legend(loc="upper right")
    return picture


explore(draw_views, record_over_t2_star=(6.0, 0.5, 8.0, 0.1), phase_degrees=(0, -90, 90, 5))

# %%
long_record, short_record = widths_seen(8.0), widths_seen(1.0)
short_fid = learnmr.simulate_fid(
    [learnmr.Resonance(0.0, 4.0)], n_points=round(1e3 / (4 * np.pi)), dwell_s=1e-3, noise_sd=0.01, seed=4
)
rescued = least_squares(short_fid)
say(
    f"Recorded to the end, the magnitude is **{long_record[3]:.3f}** times as wide as the line (the root of 3 is "
    f"{np.sqrt(3):.3f}). Cut off after one T2*, even the real part is {short_record[2]:.1f} times as wide, the magnitude "
    f"{short_record[3]:.1f} times. No zero filling helps. But a fit to this very record, of a decay that is *known* to "
    f"have been cut off, finds {rescued.fwhm_hz[0]:.2f} ± {rescued.fwhm_hz_sd[0]:.2f} Hz; the truth is 4 Hz."
)

# %% [markdown] tags=["slide"]
# ## Area
# The inverse transform at $t=0$ is a plain sum over the spectrum. So without any model of the shape
#
# $$s(0)=\int S(f)\,df :\qquad\textbf{area is amplitude, the first point of the decay.}$$
#
# Height depends on width, and width on the magnet's mood. Area counts spins.
#
# One small thing: a decay begins at $t=0$, so half of its transform's step at the first point is missing: the first
# sample is counted *half* (lesson {lesson:m1.signals}).
#
# ## Exercise {ex:m1.lineshapes.area}: the first point, from the spectrum
# `values` are all bins of a spectrum made by `learnmr.spectrum`, `bin_hz` their distance. Give back the complex
# amplitude at $t=0$.


# %% exercise="m1.lineshapes.area"
def amplitude(values, bin_hz):
    """Complex amplitude at t = 0."""
    # <solution>
    return 2 * np.sum(values) * bin_hz
    # </solution>


learnmr.check("m1.lineshapes.area", amplitude)

# %% [markdown] tags=["slide"]
# ## Fitting
# The whole spectrum as a sum has a drawback: it takes in all the noise. A **fit** uses what we know of the shape. Take
# a model $m(f;\theta)$ and choose the parameters that make the sum of squares of the **residual** smallest:
#
# $$\chi^2(\theta)=\sum_k |S_k-m(f_k;\theta)|^2 .$$
#
# In white Gaussian noise this is the most likely $\theta$, and nothing does better. Three rules: fit the *complex*
# spectrum (both channels carry signal), *without zero filling* (invented points are no measurements), from *sensible
# starts* (the sum of squares has more than one valley). The package `lmfit` keeps the books:


# %%
def line(frequency_hz, fwhm_hz, amplitude, phase_rad, at_hz):
    """A complex Lorentzian: the transform of a decay that has died away."""
    return amplitude * np.exp(1j * phase_rad) / (np.pi * fwhm_hz + 2j * np.pi * (at_hz - frequency_hz))


NOISE_SD = 0.05
fid = learnmr.simulate_fid(
    [learnmr.Resonance(20.0, 3.0, 1.0, 0.6)], n_points=1024, dwell_s=2e-3, noise_sd=NOISE_SD, seed=41
)
measured = learnmr.spectrum(fid)
near = np.abs(measured.frequency_hz - 20) < 40
at_hz, values = measured.frequency_hz[near], measured.values[near].astype(complex)


def residual(parameters):
    """Measured minus model, both channels as real numbers."""
    return (values - line(**parameters.valuesdict(), at_hz=at_hz)).view(float)


start = lmfit.create_params(frequency_hz=19.0, fwhm_hz=2.0, amplitude=1.5, phase_rad=0.0)
fit = lmfit.minimize(residual, start)
fit.params

# %% tags=["hide-input"]
names = list(fit.params)
correlations = np.array([[1.0 if a == b else fit.params[a].correl[b] for b in names] for a in names])


@house_style()
def draw_fit():
    picture = Picture(
        "Left: real part of the noisy line with the fit through its points, below it the residual, which looks like noise. "
        "Right: the table of correlations of the four parameters: frequency with phase and width with amplitude are "
        "correlated by about 0.7, all others hardly.",
        figsize=(9.4, 3.4),
    )
    left, right = picture.subplots(1, 2, gridspec_kw={"width_ratios": [1.7, 1]})
    rest = fit.residual.view(complex)
    left.plot(at_hz, values.real, ".", color=COLOURS[0], label="measured, real part")
    left.plot(at_hz, (values - rest).real, color="black", label="fit")
    left.plot(at_hz, rest.real - 0.03, color=COLOURS[1], linewidth=0.8, label="residual, shifted down")
    left.set(xlabel="frequency / Hz", ylabel="spectrum / (1/Hz)")
    left.legend(loc="upper right")
    image = right.imshow(correlations, cmap="RdBu_r", vmin=-1, vmax=1)
    for row, column in np.ndindex(correlations.shape):
        shade = "white" if abs(correlations[row, column]) > 0.6 else "black"
        right.text(column, row, f"{correlations[row, column]:.2f}", ha="center", va="center", color=shade, fontsize=9)
    labels = ["frequency", "FWHM", "amplitude", "phase"]
    right.set(xticks=range(4), yticks=range(4), title="correlation of errors")
    right.set_xticklabels(labels, rotation=35, ha="right")
    right.set_yticklabels(labels)
    picture.colorbar(image, ax=right, shrink=0.8)
    return picture


draw_fit()

# %% [markdown] tags=["slide"]
# ## Error bars
# Where do the error bars come from? Near the minimum the residual is linear in the parameters, with the slopes
# $J_{ki}=\partial r_k/\partial\theta_i$. Noise $w$ moves the minimum by
#
# $$\delta\theta=-(J^TJ)^{-1}J^Tw ,\qquad\text{so}\qquad
# \operatorname{cov}(\theta)=s^2\,(J^TJ)^{-1} .$$
#
# $s^2$ is the variance of one value. Estimate it from the residual, but mind that $p$ fitted parameters have used up
# $p$ of the $n$ numbers. Off the diagonal stand the *correlations*: turn the phase a little, and a small shift of
# frequency makes up for it. Whoever does not know the one knows less of the other.
#
# ## Exercise {ex:m1.lineshapes.errors}: from residual to error bars
# `jacobian` has shape $(n,p)$, `residual` shape $(n,)$, both real.


# %% exercise="m1.lineshapes.errors"
def standard_errors(jacobian, residual):
    """One standard deviation for each parameter, shape (p,)."""
    # <solution>
    n, p = jacobian.shape
    variance = np.sum(residual**2) / (n - p)
    covariance = variance * np.linalg.inv(jacobian.T @ jacobian)
    return np.sqrt(np.diag(covariance))
    # </solution>


learnmr.check("m1.lineshapes.errors", standard_errors)

# %% [markdown]
# The formula and the package agree, of course. (`minimise` is `scipy.optimize.least_squares`; its result has the slopes
# as `.jac` and the residual as `.fun`.)

# %%
plain = minimise(lambda p: (values - line(*p, at_hz=at_hz)).view(float), [19.0, 2.0, 1.5, 0.0])
by_formula = material.standard_errors(plain.jac, plain.fun)
bound = cramer_rao_line([3.0], [1.0], n_points=1024, dwell_s=2e-3, noise_sd=NOISE_SD)[0]
rows = "".join(
    f"| {name} | {p.value:.3f} | {p.stderr:.4f} | {bar:.4f} | {best:.4f} |\n"
    for (name, p), bar, best in zip(fit.params.items(), by_formula, bound, strict=True)
)
off = ", ".join(
    f"{(p.value - true) / p.stderr:+.1f}" for p, true in zip(fit.params.values(), (20, 3, 1, 0.6), strict=True)
)
say(
    "| | fit | error bar of lmfit | by the formula | the least possible (*The bound*) |\n|---|---|---|---|---|\n"
    f"{rows}\nThe truth was 20, 3, 1 and 0.6; the fit is off by {off} error bars. They are no limits: one in three is "
    "exceeded, and one in twenty by a factor of two."
)

# %% [markdown] tags=["slide"]
# ## What is left over
# The error bar assumed that the residual is *noise*. If the model is wrong the residual has a **shape**, and the shape
# names the culprit. Turn through the menu; then guess with the menu hidden.


# %% tags=["hide-input"]
CULPRITS = ("nothing", "a Gaussian part", "a hidden neighbour", "an offset", "a cut-off decay")


@house_style()
def draw_left_over(what_is_wrong, noise, seed):
    lines = [learnmr.Resonance(0.0, 3.0, 1.0, 0.0, gaussian_fwhm_hz=2.5 * (what_is_wrong == CULPRITS[1]))]
    if what_is_wrong == CULPRITS[2]:
        lines.append(learnmr.Resonance(3.0, 3.0, 0.12))
    n_points = 150 if what_is_wrong == CULPRITS[4] else 1024
    fid = learnmr.simulate_fid(lines, n_points=n_points, dwell_s=2e-3, noise_sd=noise, seed=seed)
    fid = fid.with_samples(np.pad(fid.samples, (0, 1024 - n_points)))
    shown = learnmr.spectrum(fid)
    near = np.abs(shown.frequency_hz) < 30
    frequency_hz, values = shown.frequency_hz[near], shown.values[near] + 0.01 * (what_is_wrong == CULPRITS[3])
    best = minimise(lambda p: (values - line(*p, at_hz=frequency_hz)).view(float), [0.3, 3.0, 1.0, 0.0])
    rest = best.fun.view(complex)
    neighbours = material.neighbour_correlation(rest)
    picture = Picture(
        f"A line and its Lorentzian fit, and the residual when the model lacks: {what_is_wrong}. Neighbouring values of the "
        f"residual are correlated by {neighbours:.2f}.",
        figsize=(9.0, 3.0),
    )
    left, right = picture.subplots(1, 2)
    left.plot(frequency_hz, values.real, ".", color=COLOURS[0], markersize=4, label="measured")
    left.plot(frequency_hz, (values - rest).real, color="black", label="fit")
    left.set(xlabel="frequency / Hz", ylabel="real part", title=f"fitted width {abs(best.x[1]):.2f} Hz, true 3 Hz")
    left.legend()
    right.plot(frequency_hz, rest.real, color=COLOURS[0], label="real")
    right.plot(frequency_hz, rest.imag, color=COLOURS[1], linestyle="--", label="imaginary")
    right.axhline(0, color="#777777", linewidth=0.6)
    right.set(xlabel="frequency / Hz", title=f"residual, neighbours correlated by {neighbours:.2f}")
    right.legend()
    return picture


explore(draw_left_over, what_is_wrong=list(CULPRITS[1:] + CULPRITS[:1]), noise=(0.015, 0.005, 0.2, 0.005), seed="press")

# %% [markdown]
# ## Exercise {ex:m1.lineshapes.residual}: one number for "is it noise?"
# In white noise neighbours know nothing of each other. Give the correlation of each value of a complex `residual` with
# the next: near 0 for noise, near 1 for a shape. The real part will do.


# %% exercise="m1.lineshapes.residual"
def neighbour_correlation(residual):
    """A real number from -1 to 1."""
    # <solution>
    products = residual[1:] * np.conj(residual[:-1])
    return np.sum(products).real / np.sum(np.abs(residual) ** 2)
    # </solution>


learnmr.check("m1.lineshapes.residual", neighbour_correlation)

# %%
chance = 1 / np.sqrt(fit.residual.size)
say(
    f"The fit with lmfit, above: {material.neighbour_correlation(fit.residual.view(complex)):.3f}; by chance one expects "
    f"0 ± {chance:.3f}, one over the root of the {fit.residual.size} real numbers."
)

# %% [markdown] tags=["slide"]
# ## The case
# Back to the two tables. The bins around the methyl group of the HMDB's own FID are `x` (Hz) and `y` (complex). The
# model `triplet(parameters, x)` has nine parameters: middle, **coupling** (distance of neighbouring lines) and width in
# Hz; then real and imaginary part of the area, of a straight baseline (the foot of the water line, far away but very
# strong), and of its slope.

# %%
shown = learnmr.spectrum(case["HMDB"])
inside = (shown.shift_ppm > material.WINDOW_PPM[0]) & (shown.shift_ppm < material.WINDOW_PPM[1])
x, y = shown.frequency_hz[inside], shown.values[inside].astype(complex)
table_spacing_ppm = (PUBLISHED_PPM["HMDB"][0] - PUBLISHED_PPM["HMDB"][2]) / 2
say(
    f"The table's lines are **{table_spacing_ppm:.5f} ppm** apart. The FID comes from a spectrometer of "
    f"{case['HMDB'].spectrometer_mhz:.1f} MHz; there this would be {table_spacing_ppm * case['HMDB'].spectrometer_mhz:.2f} "
    f"Hz. The strongest bin lies at {x[np.argmax(np.abs(y))]:.2f} Hz and is {np.abs(y).max():.0f} high: so begin with an "
    f"area of some {2 * np.pi * np.abs(y).max():.0f}."
)
VERDICTS

# %% [markdown]
# ## Exercise {ex:m1.lineshapes.table}: which spectrometer did the table come from?
# Fit the triplet. Give the coupling with its error bar, the frequency in MHz of the spectrometer on which *this*
# coupling has the spacing of the *table*, and your verdict. (`material.standard_errors` is the solution of exercise
# {ex:m1.lineshapes.errors}.)

# %% exercise="m1.lineshapes.table"
# <solution>
middle = x[np.argmax(np.abs(y))]
begin = [middle, 7.0, 1.0, -1000.0, 0.0, 0.0, 0.0, 0.0, 0.0]
best = minimise(lambda p: (triplet(p, x) - y).view(float), begin, x_scale="jac")
error_bars = material.standard_errors(best.jac, best.fun)
answer = {
    "coupling_hz": best.x[1],
    "coupling_sd_hz": error_bars[1],
    "table_mhz": best.x[1] / table_spacing_ppm,
    "verdict": "the table was read on a spectrometer of another field",
}
# <stub>
answer = {
    "coupling_hz": ...,
    "coupling_sd_hz": ...,
    "table_mhz": ...,
    "verdict": ...,  # one of VERDICTS
}
raise NotImplementedError  # take this line away when you have filled in all four
# </solution>
learnmr.check("m1.lineshapes.table", answer)

# %% tags=["hide-input"]
fitted = {name: material.fit_triplet(*material.case_window(name)) for name in case}


@house_style()
def draw_solved():
    picture = Picture(
        "The triplets of both FIDs with their fits, and below each the residual, enlarged: not noise, but lopsided "
        "structure at each line.",
        figsize=(9.4, 3.8),
    )
    panels = picture.subplots(2, 2, sharex="col", gridspec_kw={"height_ratios": [2.2, 1]})
    for column, (name, (best, _, rest)) in enumerate(fitted.items()):
        frequency_hz, values = material.case_window(name)
        turn = np.exp(-1j * np.angle(best[3] + 1j * best[4])) / np.abs(values).max()
        near = np.abs(frequency_hz - best[0]) < 16
        offset_hz = (frequency_hz - best[0])[near]
        panels[0, column].plot(offset_hz, (turn * values)[near].real, ".", color=COLOURS[0], label="bins of the FID")
        panels[0, column].plot(offset_hz, (turn * (values - rest))[near].real, color="black", label="fit")
        panels[0, column].set_title(f"{name} ({origin[name].split(',')[0]})")
        panels[1, column].plot(offset_hz, 100 * (turn * rest)[near].real, color=COLOURS[1], linewidth=0.9)
        panels[1, column].axhline(0, color="#777777", linewidth=0.6)
        panels[1, column].set(xlabel="offset from the middle line / Hz", xlim=(16, -16))
    panels[0, 0].legend()
    panels[1, 0].set_ylabel("residual / %")
    return picture


draw_solved()

# %%
for name, (best, deviation, rest) in fitted.items():
    noise = signals.noise_sd(case[name]).item() * case[name].dwell_s * np.sqrt(case[name].n_points)
    say(
        f"{name}: coupling **({best[1]:.3f} ± {deviation[1]:.3f}) Hz**, width {best[2]:.2f} Hz; the residual is "
        f"{np.sqrt(np.mean(np.abs(rest) ** 2) / 2) / noise:.0f} times the noise, its neighbours are correlated by "
        f"{material.neighbour_correlation(rest):.2f}."
    )
best, deviation, _ = fitted["HMDB"]
apart_ppm = np.mean(PUBLISHED_PPM["HMDB"]) - (case["HMDB"].carrier_ppm + best[0] / case["HMDB"].spectrometer_mhz)
say(
    f"On which spectrometer are {best[1]:.2f} Hz as much as {table_spacing_ppm:.5f} ppm? On one of "
    f"**{best[1] / table_spacing_ppm:.0f} MHz**. The table also lies {apart_ppm:.3f} ppm too high."
)

# %% [markdown] tags=["slide"]
# **The verdict.** A *shift* comes from the electrons that shield the nucleus, and grows with the field: the same in
# **ppm** everywhere. A *coupling* is an energy between two nuclei that knows nothing of the field: the same in **Hz**
# everywhere. Two FIDs agree on the hertz. So the table was read on another, larger magnet than the FID that it is
# published with. A wrong *reference* moves all lines, as it seems to have done here as well; it cannot squeeze a
# triplet.
#
# And a warning: the residual is not white. The field was uneven, the lines are not quite Lorentzian. So the error bars
# above are *too short*; how much, one learns by trying other models. The verdict, a fifth of the field, does not care.
# (Look at the lower panels: which of the culprits do you recognise?)

# %% [markdown] tags=["slide"]
# ## How much?
# Area counts nuclei. Beside a **standard** of known concentration $c_\mathrm{s}$, with $N$ nuclei in the group and
# $N_\mathrm{s}$ in the standard's, and all of them fully relaxed:
#
# $$c = c_\mathrm{s}\,\frac{a/N}{a_\mathrm{s}/N_\mathrm{s}},\qquad
# \left(\frac{\sigma_c}{c}\right)^2=\left(\frac{\sigma_a}{a}\right)^2+\left(\frac{\sigma_{a_\mathrm{s}}}{a_\mathrm{s}}\right)^2 .$$
#
# ## Exercise {ex:m1.lineshapes.concentration}: from areas to millimoles per litre


# %% exercise="m1.lineshapes.concentration"
def concentration(area, area_sd, nuclei, standard_area, standard_sd, standard_nuclei, standard_mm):
    """(concentration, its standard deviation), both in mM."""
    # <solution>
    value_mm = standard_mm * (area / nuclei) / (standard_area / standard_nuclei)
    relative = np.sqrt((area_sd / area) ** 2 + (standard_sd / standard_area) ** 2)
    return value_mm, value_mm * relative
    # </solution>


learnmr.check("m1.lineshapes.concentration", concentration)

# %% [markdown]
# Now with the sugars of lesson {lesson:m1.signals}, when the enzyme has come to rest: glucose 6-phosphate (G6P, two
# forms), fructose 6-phosphate (F6P), one phosphorus each, and the standard. Twice: once by summing bins between two
# limits, as on a strip chart, and once by a fit of four lines.

# %%
STANDARD_MM = 5.0  # triethyl phosphate, one phosphorus
try:
    course = learnmr.read(fetch_dataset("nmrpy-31p") / "test1.fid")
    sugars, sugars_origin = course.with_samples(course.samples[-8:]).mean(), "measured, mean of the last eight decays"
except DatasetUnavailableError:
    sugar_lines = [(92.2, 0.54, 168, 2.95), (672.8, 7, 50, 3.0), (750.6, 7, 89, 3.0), (763.2, 7, 145, 3.0)]
    sugars = learnmr.simulate_fid(
        [learnmr.Resonance(*one) for one in sugar_lines],
        n_points=15542,
        dwell_s=1.0295e-4,
        noise_sd=24.0,
        seed=31,
        spectrometer_mhz=161.9,
        carrier_ppm=0.0,
        nucleus="31P",
    )
    sugars_origin = "SIMULATED: the measured decays come with `pip install --no-deps nmrpy==0.2.8`"
say(f"Phosphorus-31: {sugars_origin}.")

# %% tags=["hide-input"]
REGIONS_PPM = {"standard": (0.30, 0.85), "F6P": (3.95, 4.35), "G6P": (4.45, 5.00)}
limits_hz = (np.array(list(REGIONS_PPM.values())) - sugars.carrier_ppm) * sugars.spectrometer_mhz
begin = learnmr.ResonanceTable([92.2, 673.0, 750.8, 763.3], [0.6, 7.0, 7.0, 7.0], [170.0, 50.0, 90.0, 145.0], [3.0] * 4)
sugar_fit = least_squares(sugars, begin)
# a phase that is linear in frequency, through those of the fitted lines, makes all of them upright
slope, at_zero = np.polyfit(sugar_fit.frequency_hz, sugar_fit.phase_rad, 1, w=1 / sugar_fit.phase_rad_sd)
sugar_spectrum = learnmr.phase(learnmr.spectrum(sugars), at_zero, slope / (2 * np.pi))
sums = signals.integrate(sugar_spectrum, limits_hz[:, 0], limits_hz[:, 1])
fitted_areas = [*sugar_fit.amplitude[:2], sugar_fit.amplitude[2:].sum()]
fitted_sds = [*sugar_fit.amplitude_sd[:2], np.hypot(*sugar_fit.amplitude_sd[2:])]


@house_style()
def draw_sums():
    picture = Picture(
        "The phosphorus spectrum with three shaded regions: a narrow standard and two broad sugars. A staircase, the running "
        "integral, rises in each region by the area.",
        figsize=(8.6, 3.2),
    )
    axes = picture.subplots()
    axes.plot(sugar_spectrum.shift_ppm, sugar_spectrum.values.real, color="black", linewidth=0.7)
    staircase = axes.twinx()
    running = 2 * sugar_spectrum.bin_hz * np.cumsum(sugar_spectrum.values.real[::-1])[::-1]
    for name, (low, high) in REGIONS_PPM.items():
        axes.axvspan(low, high, color=COLOURS[5], alpha=0.2, linewidth=0)
        here = (sugar_spectrum.shift_ppm >= low) & (sugar_spectrum.shift_ppm <= high)
        rise = running[here] - running[here][-1]
        staircase.plot(sugar_spectrum.shift_ppm[here], rise, color=COLOURS[1], linewidth=1.5)
        axes.text((low + high) / 2, 20.4, name, ha="center")
    axes.set(xlim=(5.4, -0.2), ylim=(-4, 20), xlabel="chemical shift / ppm", ylabel="spectrum (standard cut off)")
    staircase.set(ylim=(-55, 275), ylabel="running integral")
    staircase.spines["right"].set_visible(True)
    return picture


draw_sums()

# %%
table = ""
for k, name in ((1, "F6P"), (2, "G6P")):
    by_sum = material.concentration(
        sums.amplitude[k], sums.amplitude_sd[k], 1, sums.amplitude[0], sums.amplitude_sd[0], 1, STANDARD_MM
    )
    by_fit = material.concentration(fitted_areas[k], fitted_sds[k], 1, fitted_areas[0], fitted_sds[0], 1, STANDARD_MM)
    table += f"| {name} | {by_sum[0]:.2f} ± {by_sum[1]:.2f} mM | {by_fit[0]:.2f} ± {by_fit[1]:.2f} mM |\n"
held = 2 / np.pi * np.arctan((limits_hz[1, 1] - limits_hz[1, 0]) / sugar_fit.fwhm_hz[1])
say(
    f"| | sum of bins | fit |\n|---|---|---|\n{table}\nThe area of the standard: {sums.amplitude[0]:.0f} ± "
    f"{sums.amplitude_sd[0]:.1f} by the sum, {fitted_areas[0]:.1f} ± {fitted_sds[0]:.1f} by the fit. "
    f"The region of F6P is {(limits_hz[1, 1] - limits_hz[1, 0]) / sugar_fit.fwhm_hz[1]:.0f} widths across and holds "
    f"{100 * held:.0f} % of a Lorentzian."
)

# %% [markdown]
# The sum takes in the noise of *every* bin between its limits, misses the wings beyond them, and takes every error of
# phase and baseline for signal; its error bar knows only of the first. The fit knows where the signal is. But the fit
# believes in its model, and the sum believes in none.

# %% [markdown] tags=["slide"]
# ## The bound
# Could a cleverer method scatter less than least squares? Without a bias: **no**, and one can know it before any
# measurement. Here is the whole derivation, for the frequency of a line; nothing in it is harder than a derivative.
#
# **1. The likelihood.** Samples $s_n=\mu_n(\theta)+w_n$, noise of variance $\sigma^2$ in each channel:
# $\ln p = -\frac{1}{2\sigma^2}\sum_n|s_n-\mu_n|^2+\text{const}.$
#
# **2. The score**, its slope: $g=\dfrac{\partial\ln p}{\partial\theta}=\dfrac1{\sigma^2}\operatorname{Re}\sum_n
# w_n^*\,\dfrac{\partial\mu_n}{\partial\theta}$ at the true $\theta$. It is noise: its mean is 0.
#
# **3. Its variance is the Fisher information** $F=\langle g^2\rangle=\dfrac1{\sigma^2}\sum_n\left|\dfrac{\partial\mu_n}
# {\partial\theta}\right|^2$: how strongly the signal changes, over the noise.
#
# **4. Unbiased** means $\int\hat\theta\,p\,ds=\theta$ for every $\theta$. Differentiate both sides, with $\partial
# p/\partial\theta=g\,p$: $\;\langle\hat\theta\,g\rangle=1$, and since $\langle g\rangle=0$ also
# $\langle(\hat\theta-\theta)\,g\rangle=1$.
#
# **5. No correlation exceeds one** (Cauchy and Schwarz): $1=\langle(\hat\theta-\theta)g\rangle^2\le\operatorname{var}
# \hat\theta\cdot\langle g^2\rangle$. Therefore
#
# $$\boxed{\;\operatorname{var}\hat\theta\;\ge\;1/F\;}\qquad\text{for every unbiased estimator, also those not invented yet.}$$
#
# **6. Several parameters:** $F_{ij}=\frac1{\sigma^2}\operatorname{Re}\sum_n\partial_i\mu_n^*\,\partial_j\mu_n$, and the
# bound of $\theta_i$ is $(F^{-1})_{ii}$. This is $s^2(J^TJ)^{-1}$ again: where the noise is small enough for
# a linear picture, least squares *reaches* the bound.

# %% [markdown] tags=["slide"]
# **7. A line:** $\mu_n=A\,e^{i\varphi+2\pi i f t_n-Rt_n}$ with $R=1/T_2^*$. Slopes: $\partial_f\mu=2\pi i\,t\,\mu$ and
# $\partial_\varphi\mu=i\,\mu$. With the sums $S_k=\sum_n t_n^k\,e^{-2Rt_n}$
#
# $$F=\frac{A^2}{\sigma^2}\begin{pmatrix}4\pi^2S_2&2\pi S_1\\2\pi S_1&S_0\end{pmatrix}.$$
#
# (Width and amplitude only change the length of the arrow, frequency and phase only turn it: the two pairs do not mix.)
#
# **8. Invert** the two by two matrix:
#
# $$\operatorname{var}f\ge\frac{\sigma^2}{4\pi^2A^2}\,\frac{S_0}{S_0S_2-S_1^2} .$$
#
# **9. A long record,** sums as integrals: $S_0=\frac1{2R\Delta t}$, $S_1=\frac{1}{4R^2\Delta t}$, $S_2=\frac1{4R^3\Delta
# t}$. With the signal-to-noise ratio of the whole decay, $\mathrm{SNR}=A\sqrt{S_0}/\sigma$, everything collapses to
#
# $$\boxed{\;\sigma_f=\frac{\mathrm{FWHM}}{\mathrm{SNR}},\qquad \sigma_\mathrm{FWHM}=2\,\sigma_f,\qquad
# \frac{\sigma_A}{A}=\frac{\sqrt2}{\mathrm{SNR}}\;}$$
#
# **Width over signal-to-noise.** Remember it: up to a factor near one it serves for lines of every kind of spectroscopy.


# %% tags=["slide", "hide-input"]
def loss_by_cutting(record_over_t2_star):
    """Bound of the frequency with the record cut off, over that of a long one; T2* = 1 s."""
    bounds = [
        cramer_rao_line([1 / np.pi], [1.0], n_points=round(500 * t), dwell_s=2e-3, noise_sd=0.1)[0, 0]
        for t in (record_over_t2_star, 12.0)
    ]
    return bounds[0] / bounds[1]


@house_style()
def draw_information(record_over_t2_star, snr):
    times = np.linspace(0, 6, 400)
    density = times**2 * np.exp(-2 * times)
    picture = Picture(
        "Left: a decay and, below it, the information on its frequency at each time, a hump with its top at one T2 star; "
        f"shaded is what a record of {record_over_t2_star:g} T2 star holds. Right: the bound of the frequency falls with "
        "the length of the record and is flat after about three T2 star.",
        figsize=(9.4, 3.1),
    )
    left, right = picture.subplots(1, 2)
    left.plot(times, np.exp(-times), color="black", label="decay")
    left.plot(
        times, density / density.max(), color=COLOURS[1], linestyle="--", label="information on f: t² exp(−2t/T2*)"
    )
    inside = times <= record_over_t2_star
    left.fill_between(times[inside], (density / density.max())[inside], color=COLOURS[1], alpha=0.25, linewidth=0)
    left.set(xlabel="time / T2*", ylim=(0, 1.35), yticks=[0, 0.5, 1])
    left.legend(loc="upper right")
    lengths = np.geomspace(0.4, 6, 30)
    right.plot(lengths, [loss_by_cutting(length) / snr for length in lengths], color=COLOURS[0])
    here = loss_by_cutting(record_over_t2_star) / snr
    right.plot(record_over_t2_star, here, "o", color=COLOURS[1], markersize=8)
    right.axhline(1 / snr, color="black", linestyle=":", label="FWHM / SNR (long record)")
    right.set(
        xlabel="record / T2*",
        ylabel="bound of f / FWHM",
        yscale="log",
        title=f"{here:.3g} FWHM",
        ylim=(0.6 / snr, 12 / snr),
    )
    right.legend()
    return picture


explore(draw_information, record_over_t2_star=(1.0, 0.4, 6.0, 0.1), snr=(100, 10, 1000, 10))

# %%
say(
    "Cut off after one, two, three T2*, the least error of the frequency is "
    + ", ".join(f"**{loss_by_cutting(t):.2f}**" for t in (1.0, 2.0, 3.0))
    + " times that of a long record. What comes after three T2* hardly counts: begin the next scan instead."
)

# %% [markdown]
# ## Exercise {ex:m1.lineshapes.bound}: predict the error before you measure
# From step 8. `noise_sd` is the standard deviation of one channel.


# %% exercise="m1.lineshapes.bound"
def frequency_bound_hz(fwhm_hz, amplitude, noise_sd, n_points, dwell_s):
    """Least standard deviation of the frequency of one line, in Hz."""
    # <solution>
    t = np.arange(n_points) * dwell_s
    energy = np.exp(-2 * np.pi * fwhm_hz * t)
    s0, s1, s2 = np.sum(energy), np.sum(t * energy), np.sum(t**2 * energy)
    return noise_sd / (2 * np.pi * amplitude) * np.sqrt(s0 / (s0 * s2 - s1**2))
    # </solution>


learnmr.check("m1.lineshapes.bound", frequency_bound_hz)

# %% [markdown] tags=["slide"]
# ## Met by Monte Carlo
# A prediction wants a test: simulate the same experiment many times, with fresh noise, and look at the estimates. Two
# questions, *and never one number for both*:
#
# - **Bias:** is their mean at the truth?
# - **Spread:** how far do they scatter about *their own mean*? The bound speaks of this, and only where the bias is 0.
#
# Both answers are measurements and have error bars: the mean of $n$ values is known to $\text{spread}/\sqrt n$, the
# spread to a part $1/\sqrt{2(n-1)}$ of itself.
#
# ## Exercise {ex:m1.lineshapes.monte_carlo}: judge an estimator
# Give a dictionary: `"bias"`, `"bias_sd"`, `"ratio"` (spread over `bound`) and `"ratio_sd"`.


# %% exercise="m1.lineshapes.monte_carlo"
def judge(estimates, truth, bound):
    """Bias and ratio, each with its own standard deviation."""
    # <solution>
    n = len(estimates)
    mean, spread = np.mean(estimates), np.std(estimates, ddof=1)
    return {
        "bias": mean - truth,
        "bias_sd": spread / np.sqrt(n),
        "ratio": spread / bound,
        "ratio_sd": spread / bound / np.sqrt(2 * (n - 1)),
    }
    # </solution>


learnmr.check("m1.lineshapes.monte_carlo", judge)

# %% [markdown]
# Three estimators of the *width*, two thousand decays: least squares; the magnitude fit of many scripts (which is slow:
# 200 decays will do); and a stubborn colleague who takes the mean of the fit and of "what it has always been", 1.5 Hz.

# %%
WIDTH_HZ, N_DECAYS, RECORD = 1.2, 2000, {"n_points": 512, "dwell_s": 2e-3}


def many_decays(snr, n, seed):
    """The same line n times, with fresh noise."""
    noise_sd = line_snr([WIDTH_HZ], [1.0], noise_sd=1.0, **RECORD)[0] / snr
    rng = np.random.default_rng(seed)
    samples = simulate_lines(
        np.full(n, 33.3),
        np.full(n, WIDTH_HZ),
        np.ones(n),
        np.full(n, 0.5),
        noise_sd=noise_sd,
        seed=rng,
        dtype=complex,
        **RECORD,
    )
    return samples, cramer_rao_line([WIDTH_HZ], [1.0], noise_sd=noise_sd, **RECORD)[0]


def fitted_lines(samples):
    """Least squares of one line for each decay, from the matched filter on."""
    return refine_lines(samples, RECORD["dwell_s"], matched_lines(samples, RECORD["dwell_s"]), n_steps=8)


samples, bounds = many_decays(snr=40, n=N_DECAYS, seed=7)
by_fit = fitted_lines(samples).fwhm_hz
estimates = {
    "least squares": by_fit,
    "magnitude fit": magnitude_fit(learnmr.FID(samples[:200], RECORD["dwell_s"])).fwhm_hz,
    "stubborn colleague": (by_fit + 1.5) / 2,
}
judged = {name: material.judge(found, WIDTH_HZ, bounds[1]) for name, found in estimates.items()}
rows = "".join(
    f"| {name} | {one['bias'] / bounds[1]:+.2f} ± {one['bias_sd'] / bounds[1]:.2f} | **{one['ratio']:.3f}** ± {one['ratio_sd']:.3f} |\n"
    for name, one in judged.items()
)
say(f"| estimator of the width | bias / bound | spread / bound |\n|---|---|---|\n{rows}")

# %% tags=["hide-input"]
SNRS = np.array([2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 12.0, 20.0, 50.0, 150.0])
rmse, lost = [], []
for snr in SNRS:
    few, few_bounds = many_decays(snr, 400, seed=int(10 * snr))
    error_hz = fitted_lines(few).frequency_hz - 33.3
    rmse.append(np.sqrt(np.mean(error_hz**2)) / few_bounds[0])
    lost.append(np.mean(np.abs(error_hz) > 10 * few_bounds[0]))


@house_style()
def draw_monte_carlo():
    picture = Picture(
        "Left: histograms of the width in bounds. Least squares is centred on the truth with the shape predicted by the "
        "bound; the colleague's is half as wide and lies off to the right. Right: error of the frequency over the bound "
        "against SNR: near one at high SNR, and rising at once to hundreds below an SNR of about seven.",
        figsize=(9.4, 3.4),
    )
    left, right = picture.subplots(1, 2)
    edges = np.linspace(-4, 8, 61)
    for number, name in enumerate(("least squares", "stubborn colleague")):
        left.hist(
            (estimates[name] - WIDTH_HZ) / bounds[1],
            edges,
            density=True,
            histtype="stepfilled" if number == 0 else "step",
            alpha=0.45 if number == 0 else 1,
            color=COLOURS[number],
            linewidth=1.5,
            label=name,
        )
    left.plot(edges, np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi), color="black", label="predicted by the bound")
    left.axvline(0, color="#777777", linewidth=0.6)
    left.set(xlabel="(width − truth) / bound", ylabel="density", ylim=(0, 1.15))
    left.legend(loc="upper left", fontsize=8)
    right.plot(SNRS, rmse, "o-", color=COLOURS[0])
    right.axhline(1, color="black", linewidth=1.2)
    right.set(xscale="log", yscale="log", xlabel="SNR", ylabel="error of f / bound", xticks=[3, 5, 10, 30, 100])
    right.set_xticklabels(["3", "5", "10", "30", "100"])
    right.minorticks_off()
    right.set_title("the cliff")
    return picture


draw_monte_carlo()

# %%
say(
    f"Least squares meets the bound. The magnitude fit misses the width by {judged['magnitude fit']['bias'] / bounds[1]:.0f} "
    f"bounds, again and again. The colleague lies *below* the bound in spread, and is wrong by "
    f"{judged['stubborn colleague']['bias'] / bounds[1]:.1f} bounds: prejudice is precise. And below an SNR of about 7 "
    f"there is a cliff: at {SNRS[1]:.0f} the fit sits on a peak of the noise in {100 * lost[1]:.0f} % of all decays, at "
    f"{SNRS[3]:.0f} in {100 * lost[3]:.0f} %, at {SNRS[6]:.0f} in {100 * lost[6]:.0f} %. The bound knows nothing of it: it looks only at the neighbourhood of the truth."
)

# %% [markdown] tags=["slide"]
# ## What problem am I solving?
# A firm offers *PeakReader*: "Our network reads multiplets like an expert. It has learnt from thousands of published
# line tables!" The data sheet:
#
# | part | as proposed |
# |---|---|
# | input | a picture of the magnitude spectrum |
# | output | line positions in ppm |
# | labels | published tables |
# | test | tables that were left out |
# | score | per cent of lines within 0.01 ppm |
# | compared with | the network of last year |
#
# You have just met one of its labels.
#
# ## Exercise {ex:m1.lineshapes.recast}: turn the bad application into a good one

# %%
OPTIONS = material.RECAST_OPTIONS
for part, options in OPTIONS.items():
    print(f"{part}:")
    for option in options:
        print(f"    {option!r}")

# %% [markdown] tags=["stub"]
# *In one sentence, before you choose: who wants which numbers, and how well?*

# %% exercise="m1.lineshapes.recast"
# <solution>
choice = {
    "input": "the complex spectrum, in bins, and its noise",
    "output": "shift in ppm, coupling and width in Hz, each with an error bar",
    "labels": "what was drawn for simulated multiplets",
    "test": "fresh simulations, then FIDs of one molecule in two fields",
    "score": "bias and spread in bounds, and whether the residual is white",
    "baseline": "least squares with error bars",
}
# <stub>
choice = {part: options[0] for part, options in OPTIONS.items()}  # the proposal; choose better ones
raise NotImplementedError
# </solution>
learnmr.check("m1.lineshapes.recast", choice)

# %% [markdown] tags=["solution"]
# The score "within 0.01 ppm" lets errors of 5 Hz pass at 500 MHz, two thirds of the coupling. Two fields are the test
# that the HMDB's table fails: a coupling must come out the same in hertz, a shift the same in ppm. No label is needed
# for that: it is a law that judges.

# %% [markdown] tags=["slide"]
# ## Think
# 1. You want the frequency ten times as precisely. What does it cost in measuring time? And if you could halve the
#    width instead, by shimming?
# 2. Zero filling doubles the number of points. A program fits them all and reports error bars that are shorter by the
#    root of 2. What is wrong?
# 3. A fit of two Lorentzians instead of one always has a smaller sum of squares. When do you believe in the second line?
# 4. The residual of the ketobutyrate fits is far from noise. Why may we still believe the coupling to a hundredth of a
#    hertz or so, but not the width? What would you do to get an honest error bar?
# 5. An estimator has an error *below* the Cramér-Rao bound. Name two honest explanations and a dishonest one.

# %% [markdown] tags=["stub"]
# *Your thoughts.*

# %% [markdown] tags=["instructor"]
# **Model answers.** (1) A hundred times the scans: SNR grows with their root. Half the width gains at least a factor
# of two at the same SNR, and the SNR of the whole decay grows too (the decay lasts twice as long, its energy doubles):
# together $2\sqrt2$, worth eight times the scans. (2) Interpolated bins are no new measurements; their noise is
# correlated. The formula for $s^2(J^TJ)^{-1}$ takes the values as independent. (3) When the drop in the sum of
# squares is larger than four parameters would bring by chance (chi-square, F test, or a criterion that counts
# parameters), *and* the residual has become white, *and* the second line is plausible. (4) The misfit of the shape is
# nearly the same at all three lines, so it cancels in their *distances*, not in the widths. Honest: fit other models
# (Voigt, a shim shape, another baseline, another window) and take the scatter of the couplings; compare the two FIDs;
# repeat the measurement. (The two couplings differ by no more than a few thousandths of a hertz.) (5) It is biased (the
# stubborn colleague: prior knowledge); the noise is smaller than was told; dishonest: it was tested on what it was
# tuned with, or failures were removed before the spread was computed.

# %% [markdown] tags=["instructor"]
# **Timing of sixty minutes.** The case 4; shapes with knobs 8 and the first exercise 7; magnitude and cutting off 5;
# area 5; fit and error bars 12; residuals 7; the case solved 7; derivation of the bound on the board 5 (steps 1-5 for
# one parameter; step 9 as a result). The recast and the rest go home, or into a second period. **What students get
# wrong.** `gamma` and `sigma` given the full width (a line twice, or 2.4 times, too wide). Mixing shapes of height one
# instead of area one. The factor 2 of the area (they halved the first point and forgot it). $J^TJ$ inverted
# element by element, which ignores correlation; $n$ for $n-p$; variances for deviations. Correlation without complex
# conjugate. Coupling = distance of the *outer* lines. "Spread" computed about the truth (that is RMSE). "It scatters
# less than the bound, so it is better." **The case.** With the measured FIDs the coupling is 7.30 Hz in both; the table
# belongs to about 600 MHz. Its lines also lie about 0.015 ppm too high, which no field explains: another reference, pH
# or temperature. Be fair to databases: thousands of entries, and the raw data beside them are why we can tell.

# %% [markdown] tags=["exam"]
# **For an examination.** (a) A line decays with $T_2^*$ = 80 ms and the whole decay has an SNR of 200. How wide is it,
# and how well can its frequency be known? ($1/(\pi\cdot 0.08)$ = 3.98 Hz; 0.020 Hz.) (b) At 400 MHz a triplet has
# neighbours 0.0183 ppm apart; how far apart, in Hz and in ppm, at 800 MHz? (7.3 Hz both; 0.0092 ppm.) (c) A thousand
# simulated fits have mean 10.02 Hz, standard deviation 0.10 Hz; truth 10 Hz, bound 0.10 Hz. Bias and its error bar; is
# the estimator unbiased? (0.020 ± 0.0032 Hz: no, six standard deviations.)

# %% [markdown] tags=["slide"]
# ## Summary: what problem am I solving?
# *A few numbers of a line, each with an error bar that is as short as the noise allows and no shorter.*
#
# **Physics.** Exponential decays make Lorentzians, uneven fields make Gaussians, both make Voigt lines. Width tells of
# motion and magnet, area of amount. Shifts are the same in ppm, couplings in hertz.
#
# **Data science.** A fit gives numbers; the covariance gives their error bars; the residual says whether to believe
# either. The bound says what is possible *before* the experiment: width over signal-to-noise. Show bias and spread
# apart. Least squares reaches the bound, if it begins near the truth: so in lesson {lesson:m1.parameters} a network has
# to earn its place elsewhere, and it must learn from better labels than a table.

# %% [markdown]
# ## Quiz
# A few questions, to see whether it has settled. `quiz("m1.lineshapes", seed=2)` asks with other numbers.

# %%
quiz("m1.lineshapes")

# %% [markdown] tags=["references"]
# ## References
# - S. M. Kay, *Fundamentals of Statistical Signal Processing I: Estimation Theory*, Prentice Hall 1993: the bound,
#   chapters 3 and 15.
# - J. Keeler, *Understanding NMR Spectroscopy*, 2nd ed., Wiley 2010: line shapes, phase, integration.
# - W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, *Numerical Recipes*, 3rd ed., Cambridge 2007: chapter
#   15, modelling of data.
# - J. J. Olivero, R. L. Longbothum, Empirical fits to the Voigt line width: a brief review, *J. Quant. Spectrosc.
#   Radiat. Transf.* 17, 233 (1977).
# - P. Thompson, D. E. Cox, J. B. Hastings, Rietveld refinement of Debye-Scherrer synchrotron X-ray data from Al2O3,
#   *J. Appl. Cryst.* 20, 79 (1987): the pseudo-Voigt nearest to a Voigt line.
# - M. Newville et al., *LMFIT: non-linear least-squares minimization and curve-fitting for Python*,
#   https://lmfit.github.io/lmfit-py/
# - The case: 2-ketobutyric acid, HMDB entry HMDB00005 and BMRB entry bmse000325, FIDs and tables as collected by the
#   nmrML project (MIT licence), https://github.com/nmrML/nmrML
# - The sugars: J. J. Eicher, J. M. Rohwer and co-authors, nmrpy 0.2.8 (BSD licence),
#   https://pypi.org/project/nmrpy/0.2.8/
