"""Wrong paths that have a name, in one table: exercises recognise them, questions make their distractors of them."""

from __future__ import annotations

__all__ = ["MISCONCEPTIONS"]

#: name -> one or two sentences to the student who took this path: what happened, without giving the answer
MISCONCEPTIONS: dict[str, str] = {
    # widths and rates
    "hwhm_for_fwhm": "This is the half width at half maximum. The full width goes from one side to the other.",
    "missing_pi": "A factor of pi is missing: T2* is a time constant of an exponential, the width is in Hz.",
    "t2_without_inhomogeneity": "The decay that is seen has the rate 1/T2*, which is faster than 1/T2.",
    "width_grows_with_t2": "A decay that lasts longer gives a narrower line, not a wider one.",
    "magnitude_width": "The magnitude line is wider than the absorption line by a factor of the square root of 3.",
    # frequencies
    "angular_for_ordinary": "This is an angular frequency (radians a second). Asked is the ordinary one, in Hz.",
    "ordinary_for_angular": "This is an ordinary frequency (Hz). Asked is the angular one, in radians a second.",
    "unfolded": "The spectrum ends at half the sampling rate. A line beyond it is seen at another place.",
    "folded_to_wrong_side": "In quadrature a line leaves at one end and enters at the other; it is not reflected.",
    "reflected_missing": "With one channel the line is reflected at the end of the band; it does not wrap around.",
    "bandwidth_doubled": "In quadrature the band is as wide as the sampling rate, from minus to plus half of it.",
    "bandwidth_halved": "The band reaches half the sampling rate on each side; its whole width is the sampling rate.",
    "ppm_without_field": "A shift in ppm becomes a frequency through the spectrometer frequency in MHz.",
    "ppm_times_tesla": "The factor between ppm and Hz is the Larmor frequency in MHz, not the field in tesla.",
    "sign_of_shift": "The sign is turned: a larger shift lies at a higher frequency.",
    "carrier_forgotten": "The frequency is measured from the carrier, which does not stand at 0 ppm.",
    "bandwidth_from_width": "The band is centred on the carrier: it must reach the line that lies furthest from it.",
    "bandwidth_from_zero": "The band does not begin at the carrier: half of it lies at negative frequencies.",
    "one_channel_only": "One channel is a projection: it cannot tell a frequency from its negative.",
    "rotation_turned": "The sign of the exponent is turned: what should turn forward turns backward.",
    "sum_frequency_kept": "The mixer gives the difference and the sum of the two frequencies: one of them must go.",
    "t2_in_milliseconds": "This is a time in milliseconds. Asked are seconds.",
    # transform
    "missing_1_over_n": "The sum over N points grows with N; the mean needs the factor 1/N.",
    "one_sided_factor_two": "Half of the signal stands at negative frequencies: one side alone needs a factor of 2.",
    "dwell_forgotten": "An integral is a sum times the step: the dwell time is missing.",
    "dwell_for_acquisition": "The bins are as wide as 1 over the whole acquisition time, not over the dwell time.",
    "zero_filling_resolves": "Zero filling draws more points on the same curve; it adds no information.",
    "fft_cost_quadratic": "The FFT needs about N log N operations; N squared is the matrix product.",
    "first_point_not_halved": "The first point counts half in a one-sided sum, or an offset stays under the spectrum.",
    "power_for_amplitude": "This is the square: a power, not an amplitude.",
    "normalised_sum": "This is the mean of the N terms. The convention here is the sum, without a factor 1/N.",
    "two_pi_forgotten": "The exponent lacks 2 pi: an arrow that makes one turn goes through 2 pi radians.",
    "decibel_of_amplitude": "A ratio of amplitudes in dB is 20 log10, a ratio of powers 10 log10.",
    # noise and bounds
    "noise_of_both_channels": "The noise is that of one channel; both together have the square root of 2 more.",
    "averaging_linear": "The noise falls with the square root of the number of scans, not with the number.",
    "variance_for_deviation": "This is a variance. The standard deviation is its square root.",
    "bound_as_error": "The bound is the least spread of an unbiased estimator, not the error of one measurement.",
    "bias_ignored": "A small spread is not a small error: the mean lies beside the truth.",
    # areas and amounts
    "height_for_area": "The height depends on the width; the area counts the nuclei.",
    "nuclei_not_divided": "The area counts nuclei: divide by how many of them the group has.",
    # networks
    "bias_forgotten": "The bias is missing.",
    "bias_per_weight": "There is one bias for each node, not for each weight.",
    "activation_forgotten": "Without an activation between them, two layers are one linear layer.",
    "derivative_of_output": "The derivative is taken at the input of the activation, times the error that comes back.",
    "gradient_ascent": "The step goes up the slope. Down is minus the gradient.",
    "sum_for_mean": "This is a sum over the samples; the mean squared error divides by their number.",
    "half_in_loss": "There is a factor of one half too much in this loss.",
    "penalty_on_bias": "The penalty is on weights, not on biases.",
    "l1_for_l2": "This is the sum of magnitudes (L1), not of squares (L2).",
    "l2_for_l1": "This is the sum of squares (L2), not of magnitudes (L1).",
    "momentum_without_memory": "With momentum the velocity keeps a part of its old value in every step.",
    "test_seen_in_training": "What the network was trained on, or chosen by, cannot test it.",
    "training_loss_monitored": "The training loss keeps falling while the network learns the noise: watch val_loss.",
    "accuracy_without_baseline": "A score says little without that of the simplest method.",
    "real_only": "The spectrum is complex: real and imaginary part are both needed.",
    "magnitude_target": "The magnitude is not a linear function of the signal: a linear network cannot give it.",
    "more_layers_cure": "Layers do not mend data that leave most directions of the space empty.",
    # what is worth learning
    "learn_the_known": "An exact and fast algorithm exists: a network can only come near it, at a higher cost.",
    "no_truth": "Without labels that are true there is nothing to learn from or to judge by.",
    "label_from_wrong_fit": "A network that learns from a biased fit learns its bias.",
    "outside_training_range": "A network has seen nothing outside the range it was trained on.",
    "units_in_the_network": "In Hz and seconds every spectrometer is a new problem; in bins all are the same one.",
    "problem_unchanged": "The step changes the network, not the problem that it is given.",
    "metric_not_physical": "A loss in squared arbitrary units does not say how wrong the frequency is.",
}
