"""Questions on k-space: what it holds, sampling, symmetry, noise.

Conventions: one Fourier transform per axis with exp(-2πi·k·x), k in cycles per length; unitary where noise or energy
is counted; the zero frequency stands in the middle of stored data.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...exercises import Property, close
from ..contract import ChoiceQuestion, CodeQuestion, NumericQuestion, Parameters
from ..figures import draw_curves
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class FieldOfView(NumericQuestion):
    """From the step in k-space to the field of view."""

    slug = "m2.kspace.q_fov"
    title = "How large is the field of view?"
    goal = "relate steps and extent of k-space to field of view and pixel"
    unit = "cm"
    difficulty = 1

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Steps of a few cycles per metre."""
        return {"step_per_m": stream.on_grid(2.0, 8.0, 0.1), "n_lines": stream.choice((96, 128, 160, 192, 256, 320))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Along one axis k-space is sampled at {p['n_lines']} places, {p['step_per_m']} cycles per metre apart "
            "(k counts full cycles: the phase of a point at x is 2π·k·x). How large is the field of view along this "
            "axis?"
        )

    def solve(self, parameters: Parameters) -> float:
        """One over the step."""
        return 100.0 / float(parameters["step_per_m"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The pixel; angular; the bandwidth halved."""
        right = self.solve(parameters)
        return {
            "kspace_step_for_extent": right / parameters["n_lines"],
            "angular_for_ordinary": 2 * np.pi * right,
            "bandwidth_halved": right / 2,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"Two points a distance 1/Δk apart have the same phase in every sample: the image repeats after "
            f"1/({p['step_per_m']} per metre) = {self.solve(p):.4g} cm. The number of lines decides the pixel."
        )


class SizeOfAPixel(NumericQuestion):
    """From the extent of k-space to the pixel."""

    slug = "m2.kspace.q_pixel"
    title = "How large is a pixel?"
    goal = "relate steps and extent of k-space to field of view and pixel"
    unit = "mm"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A largest frequency of some hundred cycles per metre."""
        return {"k_max_per_m": stream.whole(20, 90) * 10, "fov_cm": stream.whole(18, 40)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"Along one axis k-space is sampled from -{p['k_max_per_m']} to {p['k_max_per_m']} cycles per metre, in "
            f"steps that give a field of view of {p['fov_cm']} cm. How large is a pixel of the image, which has as "
            "many "
            "pixels as there are samples?"
        )

    def solve(self, parameters: Parameters) -> float:
        """One over the whole extent."""
        return 1000.0 / (2 * float(parameters["k_max_per_m"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Half of the extent; angular; the field of view over k_max."""
        right = self.solve(parameters)
        return {
            "half_of_kspace_span": 2 * right,
            "angular_for_ordinary": 2 * np.pi * right,
            "kspace_step_for_extent": 10.0 * parameters["fov_cm"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"The extent is 2·k_max = {2 * p['k_max_per_m']} cycles per metre; a pixel is its inverse, "
            f"{self.solve(p):.3g} mm. Larger steps shrink the field of view, not the pixel."
        )


class WhatIsLeft(ChoiceQuestion):
    """What centre and edges of k-space hold."""

    slug = "m2.kspace.q_centre_edges"
    title = "What is left of the image?"
    goal = "say what the centre and the edges of k-space hold"
    difficulty = 1
    minutes = 2

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Which part is kept, and how much of it."""
        return {
            "kept": stream.choice(("centre", "edges")),
            "percent": stream.whole(4, 12),
            "pixels": stream.choice((128, 192, 256, 320)),
            "what": stream.choice(("head", "knee", "heart")),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        kept = {
            "centre": f"Only the central {p['percent']} % of it along both axes is kept, all else is set to zero",
            "edges": f"The central {p['percent']} % of it along both axes is set to zero, all else is kept",
        }[p["kept"]]
        return (
            f"The k-space of an image of a {p['what']}, {p['pixels']} x {p['pixels']} pixels, is fully sampled. "
            f"{kept}, "
            "and the image is computed. What does it show?"
        )

    _CENTRE = "the whole object with its contrast between large regions, but blurred"
    _EDGES = "the outlines and fine details of the whole object, on a dark ground"

    def solve(self, parameters: Parameters) -> str:
        """Blurred, or outlines."""
        return self._CENTRE if parameters["kept"] == "centre" else self._EDGES

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The other one; a part of the picture; copies."""
        p = parameters
        part = "the middle of the object" if p["kept"] == "centre" else "the rim of the object, the middle"
        state = "sharp, and black around it" if p["kept"] == "centre" else "of the picture black"
        return {
            "edges_hold_contrast": self._EDGES if p["kept"] == "centre" else self._CENTRE,
            "centre_is_centre": f"{part} {state}, with the pixels that were kept",
            "zero_filling_resolves": "the same image as before, only with a little less contrast and more noise",
            "unfolded_object": "the whole object with several copies of itself, which lie over one another",
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Every sample of k-space belongs to the whole image. The centre holds slow variations, brightness and "
            "contrast of large regions; the edges hold fast ones, outlines and details. So: "
            f"{self.solve(parameters)}."
        )


class DistanceOfGhosts(NumericQuestion):
    """Regular undersampling makes copies."""

    slug = "m2.kspace.q_ghosts"
    title = "Where do the copies stand?"
    goal = "predict the artefact of regular undersampling"
    unit = "mm"
    difficulty = 2
    relative_tolerance, absolute_tolerance = 0.02, 0.5

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A field of view, its lines, and how many are left out."""
        return {
            "fov_mm": stream.whole(18, 32) * 10,
            "n_lines": stream.choice((128, 192, 256, 384)),
            "every": stream.whole(3, 6),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"An image has {p['n_lines']} lines over a field of view of {p['fov_mm']} mm. Of k-space only every "
            f"{_ordinal(p['every'])} line along the phase direction is measured; the others are set to zero and the "
            f"image is computed with all {p['n_lines']} lines. It shows copies of the object. How far apart are "
            "neighbouring copies?"
        )

    def solve(self, parameters: Parameters) -> float:
        """The field of view over the factor."""
        return float(parameters["fov_mm"] / parameters["every"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The factor in pixels; no copies; one gap less than copies."""
        p = parameters
        return {
            "replicas_in_lines": p["every"] * p["fov_mm"] / p["n_lines"],
            "zero_filling_resolves": float(p["fov_mm"]),
            "gaps_for_copies": p["fov_mm"] / (p["every"] - 1),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"Steps {p['every']} times larger in k-space mean a period {p['every']} times smaller in the image: "
            f"{p['fov_mm']}/{p['every']} = {self.solve(p):.4g} mm. Zeros between the lines do not change that."
        )


class ReadTheUndersampling(NumericQuestion):
    """The factor, read off the copies."""

    slug = "m2.kspace.q_read_ghosts"
    title = "How strongly was it undersampled?"
    goal = "predict the artefact of regular undersampling"
    marks, minutes, difficulty = 3, 4, 3
    relative_tolerance, absolute_tolerance = 0.0, 0.4
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two small objects, and a factor."""
        return {
            "n_pixels": stream.choice((120, 180, 240, 360)),
            "every": stream.whole(3, 6),
            "place": stream.on_grid(-0.1, 0.1, 0.02),
            "apart": stream.on_grid(0.04, 0.08, 0.01),
            "height": stream.on_grid(0.4, 0.7, 0.05),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "The figure shows a profile along the phase direction through an image of "
            f"{p['n_pixels']} pixels. The object consists of two small tubes, a bright one and, {self._gap(p)} pixels "
            "to its right, a darker one. Only every n-th line of k-space was measured, at equal steps, and the others "
            "were set to zero. What is n?"
        )

    def _gap(self, parameters: Parameters) -> int:
        return round(parameters["apart"] * parameters["n_pixels"])

    def solve(self, parameters: Parameters) -> float:
        """As drawn."""
        return float(parameters["every"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Peaks counted; copies without the object."""
        every = parameters["every"]
        return {"every_peak_counted": 2.0 * every, "copies_without_the_object": every - 1.0}

    def confusions(self, parameters: Parameters) -> list[str]:
        """No tube may lie on the edge of the image, where it would be cut in two."""
        values = self.profile(parameters)
        cut = max(*values[:4], *values[-4:]) > 0.02 * values.max()
        return [*super().confusions(parameters), *(["a tube lies on the edge"] if cut else [])]

    def profile(self, parameters: Parameters) -> Any:
        """From the k-space of the object, undersampled."""
        n, every = parameters["n_pixels"], parameters["every"]
        pixels = np.arange(n)
        centre = round(n * (0.5 + parameters["place"]))
        width = n / 150
        bright = np.exp(-(((pixels - centre) / width) ** 2))
        dark = parameters["height"] * np.exp(-(((pixels - centre - self._gap(parameters)) / width) ** 2))
        samples = np.fft.fft(bright + dark)
        samples[np.arange(n) % every != 0] = 0
        return np.abs(np.fft.ifft(samples))

    def figure(self, parameters: Parameters) -> Any:
        """The profile."""
        values = self.profile(parameters)
        is_peak = (values > np.roll(values, 1)) & (values >= np.roll(values, -1)) & (values > 0.2 * values.max())
        read = ", ".join(f"{values[i]:.2f} at {i}" for i in np.flatnonzero(is_peak))
        return draw_curves(
            np.arange(len(values)),
            {"magnitude": values},
            x_label="pixel",
            y_label="magnitude",
            description=f"A profile with peaks, dark between them: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"Pairs of a bright and a dark peak repeat every {p['n_pixels'] / p['every']:.4g} pixels: "
            f"{p['n_pixels']} pixels hold {p['every']} of them, the object and its copies. So n = {p['every']}."
        )


class TrueAcceleration(NumericQuestion):
    """What the lines in the centre cost."""

    slug = "m2.kspace.q_acceleration"
    title = "The true acceleration"
    goal = "count what an undersampled acquisition measures"
    difficulty = 1
    relative_tolerance = 0.01

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Centre lines, and every so many of the others."""
        every = stream.whole(4, 10)
        n_low = stream.whole(5, 16) * 2
        return {"n_low": n_low, "every": every, "n_others": every * stream.whole(15, 50)}

    def _lines(self, parameters: Parameters) -> tuple[int, int]:
        """Of the full k-space, and measured."""
        p = parameters
        return p["n_low"] + p["n_others"], p["n_low"] + p["n_others"] // p["every"]

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        full, _ = self._lines(p)
        return (
            f"Full sampling needs {full} lines. An accelerated scan measures the {p['n_low']} lines in the centre of "
            f"k-space completely and, of the remaining {p['n_others']} lines, every {_ordinal(p['every'])} one. By "
            "which factor is the scan shorter?"
        )

    def solve(self, parameters: Parameters) -> float:
        """All lines over those measured."""
        full, measured = self._lines(parameters)
        return full / measured

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The design; the centre forgotten."""
        p = parameters
        full, measured = self._lines(p)
        return {
            "acceleration_as_designed": float(p["every"]),
            "centre_not_measured": full / (measured - p["n_low"]),
            "part_for_factor": measured / full,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        full, measured = self._lines(p)
        return (
            f"{p['n_low']} + {p['n_others']}/{p['every']} = {measured} lines; {full}/{measured} = {self.solve(p):.3g}."
        )


class HermitianPartner(ChoiceQuestion):
    """The value at the opposite place."""

    slug = "m2.kspace.q_hermitian"
    title = "The opposite sample"
    goal = "use the symmetry of k-space, and know when it fails"
    difficulty = 2
    minutes = 2

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A place, a value, and whether the image is real."""
        return {
            "k": [stream.whole(1, 20), stream.choice((-1, 1)) * stream.whole(1, 20)],
            "value": [stream.choice((-1, 1)) * stream.whole(1, 9), stream.choice((-1, 1)) * stream.whole(1, 9)],
            "real": stream.choice((True, False)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        (kx, ky), (re, im) = parameters["k"], parameters["value"]
        image = (
            "The image is real: its phase is zero everywhere"
            if parameters["real"]
            else "The image is complex: its phase varies smoothly over the object, in an unknown way"
        )
        return (
            f"{image}. Without noise, the sample of its k-space at (kx, ky) = ({kx}, {ky}) is {_complex(re, im)}. What "
            f"is known of the sample at ({-kx}, {-ky})?"
        )

    def _answers(self, parameters: Parameters) -> dict[str, str]:
        re, im = parameters["value"]
        return {
            "conjugate": f"it is {_complex(re, -im)}",
            "same": f"it is {_complex(re, im)}",
            "opposite": f"it is {_complex(-re, -im)}",
            "nothing": "nothing: it must be measured",
        }

    def solve(self, parameters: Parameters) -> str:
        """The conjugate, or nothing."""
        return self._answers(parameters)["conjugate" if parameters["real"] else "nothing"]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Same; opposite; the other case."""
        answers = self._answers(parameters)
        other = (
            {"all_lines_are_needed": answers["nothing"]}
            if parameters["real"]
            else {"hermitian_of_complex": answers["conjugate"]}
        )
        return {"conjugate_partner_forgotten": answers["same"], "sign_for_conjugate": answers["opposite"], **other}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "S(k) is the sum of image values times exp(-2πi·k·x). For a real image, S(-k) is the complex conjugate of "
            "S(k). With a phase in the image this breaks; real data always have one, so methods that measure half of "
            f"k-space must first estimate it. Here: {self.solve(parameters)}."
        )


class NoiseOfFewerSamples(NumericQuestion):
    """Noise in a zero-filled image."""

    slug = "m2.kspace.q_noise"
    title = "Noise in a zero-filled image"
    goal = "carry noise from k-space into the image"
    marks, minutes, difficulty = 2, 4, 3
    relative_tolerance = 0.02
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A part of the lines that is measured."""
        return {
            "pixels": stream.choice((64, 128, 256)),
            "noise": stream.on_grid(0.5, 4.0, 0.1),
            "every": stream.choice((2, 3, 4, 6, 8)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"K-space has {p['pixels']} x {p['pixels']} samples; each measured sample carries complex white noise of "
            f"standard deviation {p['noise']} in the real and in the imaginary part. One line in {p['every']} is "
            "measured, in an irregular pattern; the others are set to zero. The image is computed with the unitary "
            "inverse transform (the sum of squares stays the same), without any weighting. What is the standard "
            "deviation of the noise in the real part of a pixel?"
        )

    def solve(self, parameters: Parameters) -> float:
        """The root of the part that is measured."""
        return float(parameters["noise"] / np.sqrt(parameters["every"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Unchanged; in proportion; more; not unitary."""
        noise, every = parameters["noise"], parameters["every"]
        return {
            "noise_unchanged": noise,
            "noise_in_proportion": noise / every,
            "noise_grows": noise * np.sqrt(every),
            "transform_not_unitary": noise / np.sqrt(every) / parameters["pixels"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            "The unitary transform keeps the sum of squares and spreads it evenly over the pixels; only one sample in "
            f"{p['every']} brings noise. {p['noise']}/√{p['every']} = {self.solve(p):.3g}. The signal loses too: a "
            "zero-filled image is not less noisy in proportion."
        )


class CodeImage(CodeQuestion):
    """From centred k-space to the image."""

    slug = "m2.kspace.q_code_image"
    title = "From k-space to the image"
    goal = "compute an image from k-space with the right conventions"
    marks, minutes = 4, 10
    function = "image_of"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """An even size named as an example."""
        return {"rows": stream.whole(5, 16) * 2, "columns": stream.whole(5, 16) * 2}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        rows, columns = parameters["rows"], parameters["columns"]
        return (
            f"Write image_of(kspace): kspace is a complex array of any even shape, for example {rows} x {columns}, of "
            "samples with the zero frequency in the middle, at index [rows//2, columns//2]; it was computed from an "
            "image with factors exp(-2πi·k·x). Return the complex image of the same shape, with the point x = 0 in the "
            "middle too. The transform is unitary: image and k-space have the same sum of squares. NumPy may be used."
        )

    def stub(self, parameters: Parameters) -> str:
        """The head."""
        return (
            "def image_of(kspace):\n"
            '    """Unitary inverse Fourier transform; zero frequency and zero place stand in the middle."""\n'
        )

    def solve(self, parameters: Parameters) -> Any:
        """Shift, transform, shift."""
        return _image_of

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """A shift left out, another scale, the forward transform, the magnitude."""
        return {
            "shift_forgotten": lambda kspace: np.fft.fftshift(np.fft.ifft2(kspace, norm="ortho")),
            "transform_not_unitary": lambda kspace: np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kspace))),
            "transform_backward": lambda kspace: np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(kspace), norm="ortho")),
            "real_only": lambda kspace: np.abs(_image_of(kspace)),
        }

    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """Energy, linearity, the two simplest images, direction."""
        rows, columns = parameters["rows"], parameters["columns"]
        rng = np.random.default_rng(rows * 100 + columns)
        first, second = rng.normal(size=(2, rows, columns)) + 1j * rng.normal(size=(2, rows, columns))

        def single(row: int, column: int) -> Any:
            kspace = np.zeros((rows, columns), complex)
            kspace[rows // 2 + row, columns // 2 + column] = np.sqrt(rows * columns)
            return kspace

        def keeps(f: Any) -> bool:
            given = np.asarray(f(first))
            other = np.sum(np.abs(f(3j * first + second)) ** 2)
            expected = np.sum(np.abs(3j * first + second) ** 2)
            return given.shape == first.shape and close(other, expected, relative=1e-8)

        def adds(f: Any) -> bool:
            total, parts = np.asarray(f(first + 2j * second)), np.asarray(f(first)) + 2j * np.asarray(f(second))
            return close(total, parts, absolute=1e-9) and keeps(f)

        def wave(f: Any) -> bool:
            x = np.arange(columns) - columns // 2
            return close(f(single(0, 2)), np.tile(np.exp(2j * np.pi * 2 * x / columns), (rows, 1)), absolute=1e-8)

        return (
            Property("it is linear, and the sum of squares stays the same", adds),
            Property(
                "a single sample in the middle is a uniform image",
                lambda f: close(f(single(0, 0)), np.ones((rows, columns)), absolute=1e-8),
            ),
            Property("a single sample beside the middle is a wave with phase zero in the middle", wave),
        )

    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """White noise of another shape."""
        shape = 2 * stream.whole(2, 8), 2 * stream.whole(2, 8)
        rng = np.random.default_rng(stream.below(1 << 32))
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape),)

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            'np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kspace), norm="ortho")): move the zero frequency to the '
            "first "
            "place, transform back, move the zero of space to the middle. Without the first shift the signs alternate "
            "from pixel to pixel, which the magnitude hides."
        )


def _image_of(kspace: Any) -> Any:
    """The reference."""
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kspace), norm="ortho"))


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _complex(real: float, imaginary: float) -> str:
    """A complex number as people write it."""
    return f"{real:g} {'-' if imaginary < 0 else '+'} {abs(imaginary):g}i"


QUESTIONS = (
    WhatIsLeft(),
    FieldOfView(),
    DistanceOfGhosts(),
    TrueAcceleration(),
    HermitianPartner(),
    SizeOfAPixel(),
    ReadTheUndersampling(),
    NoiseOfFewerSamples(),
    CodeImage(),
)
