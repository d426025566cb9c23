"""The figure of a decomposition shows what it says: sum, lines, residual in units of the noise."""

import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from learnmr.physics import simulate_fid
from learnmr.plots import plot, plot_processing, plot_spectra, to_html
from learnmr.signals import FID, ArrayAxis, Resonance, ResonanceTable, apodise, spectrum

LINES = [Resonance(120, 2, 1.0, 0.4), Resonance(-200, 3, 2.0, 0.4), Resonance(260, 2, 0.5, 0.4)]
FIELD = {"spectrometer_mhz": 60.0, "carrier_ppm": 4.7}


def simulated(lines=LINES, **keywords):
    return simulate_fid(lines, n_points=2048, dwell_s=1e-3, noise_sd=0.05, seed=1, **keywords)


def line_data(axes, label):
    return next(line.get_ydata() for line in axes.get_lines() if line.get_label() == label)


def overlapping_texts(figure):
    """Pairs of titles, labels and tick labels that are drawn over one another."""
    figure.draw_without_rendering()
    boxes = []
    for axes in figure.axes:
        texts = [axes.title, axes._left_title, axes._right_title, axes.xaxis.label, axes.yaxis.label]
        for number, limits in enumerate((axes.get_xlim(), axes.get_ylim())):
            labels = (axes.xaxis, axes.yaxis)[number].get_ticklabels()
            texts += [label for label in labels if min(limits) <= label.get_position()[number] <= max(limits)]
        boxes += [(t.get_text(), t.get_window_extent()) for t in texts if t.get_text() and t.get_visible()]
    whole = figure.bbox.padded(1)
    for name, box in boxes:
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1, name
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1, name
    pairs = itertools.combinations(boxes, 2)
    return [(a, b) for (a, one), (b, other) in pairs if one.padded(-1).overlaps(other.padded(-1))]


def test_residual_of_the_true_lines_is_noise():
    figure = plot(ResonanceTable.of(LINES), simulated(), limits=(-500, 500))
    residual = figure.axes[2].get_lines()[0].get_ydata()
    assert isinstance(figure, Figure)
    assert residual.std() == pytest.approx(1.0, abs=0.07)


def test_fitted_offset_is_no_residual():
    fid = simulated(offset=1 - 1j)
    with_offset, without = (
        plot(ResonanceTable.of(LINES, offset=offset), fid, limits=(-500, 500)).axes[2].get_lines()[0].get_ydata()
        for offset in ([1 - 1j], None)
    )
    assert np.abs(with_offset).max() < 6
    assert np.abs(without).max() > 100


def test_sum_is_the_sum_of_the_components():
    top, middle, _ = plot(ResonanceTable.of(LINES), simulated()).axes
    components = [line.get_ydata() for line in middle.get_lines()]
    assert len(components) == 3
    np.testing.assert_allclose(np.sum(components, axis=0), line_data(top, "sum of 3 lines"), atol=1e-12)
    # phase 0.4 is taken away: positive absorption of the height A / (pi fwhm)
    assert max(components[1]) == pytest.approx(2 / (3 * np.pi), rel=0.01)
    assert min(components[1]) > -1e-3


def test_shift_grows_to_the_left_and_hertz_to_the_right():
    table = ResonanceTable.of(LINES, **FIELD)
    in_ppm, in_hz = plot(table, simulated(**FIELD, nucleus="1H")).axes[2], plot(table, simulated()).axes[2]
    assert in_ppm.get_xlim()[0] > in_ppm.get_xlim()[1]
    assert in_ppm.get_xlabel() == "¹H chemical shift / ppm"
    assert in_hz.get_xlim()[0] < in_hz.get_xlim()[1]
    assert in_hz.get_xlabel() == "offset from the carrier / Hz"


def test_empty_table_is_drawn_too():
    figure = plot(ResonanceTable.of([]), simulated([]))
    assert figure.axes[1].get_lines()[:] == []
    assert "without any resonance" in figure.description
    assert figure.axes[2].get_xlim() == pytest.approx((-500, 500), abs=0.3)


def test_description_names_number_and_place_of_the_lines():
    description = plot(ResonanceTable.of(LINES, **FIELD), simulated(**FIELD)).description
    assert "3 fitted lines from 1.367 to 9.033 ppm, the strongest at 1.367 ppm" in description


def test_array_is_drawn_fid_by_fid():
    groups = [LINES[:1], LINES[1:]]
    fids = simulated(groups)
    table = ResonanceTable.of(LINES, fid_index=[0, 1, 1])
    assert len(plot(table, fids, index=1).axes[1].get_lines()) == 2
    assert "FID 1" in plot(table, fids, index=1).axes[0].get_title()
    with pytest.raises(ValueError, match="index must be from 0 to 1, got 2"):
        plot(table, fids, index=2)


@pytest.mark.parametrize("keywords", [{}, {**FIELD, "nucleus": "13C"}])
def test_no_text_covers_another_or_is_cut_off(keywords):
    table = ResonanceTable.of(LINES, residual_over_noise=[1.0])
    assert overlapping_texts(plot(table, simulated(**keywords))) == []
    fid = simulated(**keywords)
    assert overlapping_texts(plot_processing(spectrum(fid), spectrum(apodise(fid, exponential_hz=3)), "apodised")) == []


def test_single_line_and_noiseless_fid_are_drawn():
    fid = simulate_fid(LINES[:1], n_points=256, dwell_s=1e-3)
    figure = plot(ResonanceTable.of(LINES[:1]), fid)
    assert line_data(figure.axes[0], "the line").size > 0
    assert to_html(figure).startswith("<img")


@pytest.mark.parametrize("kind", ["fid", "spectrum", "both"])
def test_processing_shows_before_and_after(kind):
    fid = simulated()
    after = apodise(fid, exponential_hz=3.0)
    pair = {"fid": (fid, after), "spectrum": (spectrum(fid), spectrum(after)), "both": (fid, spectrum(fid))}[kind]
    figure = plot_processing(*pair, "apodisation")
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["before", "after"]
    for axes, signal in ((first, pair[0]), (second, pair[1])):
        values = signal.samples if isinstance(signal, FID) else signal.values
        np.testing.assert_array_equal(line_data(axes, "real part"), values.real)
    with pytest.raises(ValueError, match="index must be from 0 to 0, got 3"):
        plot_processing(*pair, index=3)


def test_stack_has_a_trace_per_fid_and_the_axis_beside_it():
    fids = simulated([LINES] * 12)
    fids = FID(fids.samples, fids.dwell_s, axis=ArrayAxis("time", np.arange(12) * 5.0, "min"))
    axes = plot_spectra(spectrum(fids), limits=(-300, 300)).axes[0]
    assert len(axes.get_lines()) == 12
    assert axes.get_ylabel() == "time / min"
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == ["0", "10"]
    with pytest.raises(ValueError, match="spectra must be an array"):
        plot_spectra(spectrum(fids[0]))


def test_measured_fid_is_drawn_with_its_shift_axis(shared_data):
    from learnmr.files import read

    fid = read(shared_data / "nmr" / "gaba-13c-126")
    figure = plot(ResonanceTable.of([], spectrometer_mhz=fid.spectrometer_mhz, carrier_ppm=fid.carrier_ppm), fid)
    assert figure.axes[2].get_xlabel() == "¹³C chemical shift / ppm"
    assert overlapping_texts(figure) == []
