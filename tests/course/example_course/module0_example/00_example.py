# ---
# jupyter:
#   learnmr:
#     lesson: m0.example
#     number: 0
#     title: The example
#     minutes: 10
#     extras: []
#     requires: [some calculus]
# ---

# %% [markdown] tags=["slide"]
# **Goals.** *Physics:* the width of a line. *Data science:* what a check is.

# %%
import numpy as np

import learnmr
from learnmr.course import check, explore, say
from learnmr.plots import plot

fid = learnmr.simulate_fid([learnmr.Resonance(120.0, fwhm_hz=6.0)], n_points=2048, dwell_s=5e-4, noise_sd=0.002, seed=7)
spectrum = learnmr.spectrum(fid, n_bins=65536)

# %% [markdown] given=["1946"]
# Induction was first seen in 1946. The line stands at 120 Hz.
#
# ## Exercise {ex:m0.example.width}: how wide is the line?
# Read the full width at half height off `spectrum.values.real`.

# %% exercise="m0.example.width"
# <solution>
above = spectrum.frequency_hz[spectrum.values.real > spectrum.values.real.max() / 2]
width_hz = above[-1] - above[0]
# </solution>
check("m0.example.width", width_hz)

# %%
say(f"The simulated line is **{1 / (np.pi * 6.0) * 1e3:.1f} ms** long, as exp(-t/T2*).")

# %% [markdown]
# ## Exercise {ex:m0.example.alias}: where does it go?
# After exercise {ex:m0.example.width} of lesson {lesson:m0.example}, write `alias_hz`.


# %% exercise="m0.example.alias"
def alias_hz(frequency_hz, bandwidth_hz):
    """Where the line is seen, in Hz."""
    # <solution>
    return (frequency_hz + bandwidth_hz / 2) % bandwidth_hz - bandwidth_hz / 2
    # <stub>
    # which whole number of bandwidths must be taken away?
    raise NotImplementedError
    # </solution>


check("m0.example.alias", alias_hz)


# %%
def draw(width_hz, seed):
    shown = learnmr.simulate_fid(
        [learnmr.Resonance(40.0, fwhm_hz=width_hz)], n_points=512, dwell_s=2e-3, noise_sd=0.01, seed=seed
    )
    return plot(learnmr.decompose(shown), shown, title=f"{width_hz} Hz")


explore(draw, width_hz=(2.0, 0.5, 20.0), seed="press")


# %% exercise="m0.example.sine"
class Polynomial:
    def __init__(self, coefficients):
        self.coefficients = coefficients

    def predict(self, inputs):
        return np.polyval(self.coefficients, inputs)


def train(seed):
    generator = np.random.default_rng(seed)
    x = generator.uniform(-1, 1, 64)
    # <solution>
    return Polynomial(np.polyfit(x, np.sin(2 * x) + 0.1 * generator.standard_normal(64), 3))
    # </solution>


network = train(seed=3)
check("m0.example.sine", network)

# %% tags=["slow"]
raise RuntimeError("a slow cell is left out")

# %% [markdown] tags=["instructor"]
# **Model answer.** Half of them give the half width.

# %% [markdown] tags=["solution"]
# The width is the inverse of pi times T2*.

# %% [markdown] tags=["stub"]
# *Your answer here.*
