"""CUPED: what was known of the units before takes away a part of the noise."""

from __future__ import annotations

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.estimate import Arms, check_pair, welch_df
from custintel_analytics.experiments.sample import Sample


def adjusted(control: Sample, treatment: Sample) -> Arms:
    """Means of both arms as they would be had both begun with the same covariate.

    One slope θ for both arms, from the covariance within them, so that the treatment's own effect doesn't
    enter it. Both means are moved to the covariate's mean over all units. That mean is estimated, which ties
    the two adjusted means together: their covariance is kept, for relative effects.

    Parameters
    ----------
    control, treatment
        Samples with a covariate.

    Raises
    ------
    DataError
        Without a covariate, or when it is the same for all units.

    References
    ----------
    Deng, A., Xu, Y., Kohavi, R., Walker, T. (2013). Improving the sensitivity of online controlled experiments
    by utilizing pre-experiment data. WSDM, equation 4; for ratios with the linear part of the delta method.
    """
    check_pair(control, treatment)
    spread = sum(s.freedom * s.covariate_variance for s in (control, treatment))
    if spread == 0:
        raise DataError(
            "The covariate is the same for all units, so it can't explain anything. Choose another, or leave "
            "cuped out.",
            column="covariate",
        )
    slope = sum(s.freedom * s.covariance for s in (control, treatment)) / spread
    n = control.n + treatment.n
    apart = control.covariate_mean - treatment.covariate_mean
    to_control, to_treatment = slope * treatment.n / n, slope * control.n / n
    vx = control.covariate_variance / control.n + treatment.covariate_variance / treatment.n
    parts = [_parts(control, slope), _parts(treatment, slope)]
    (plain_c, cross_c, rest_c), (plain_t, cross_t, rest_t) = parts
    shared = to_treatment * cross_c + to_control * cross_t - to_control * to_treatment * vx
    return Arms(
        control.mean - to_control * apart,
        treatment.mean + to_treatment * apart,
        max(plain_c - 2 * to_control * cross_c + to_control**2 * vx, 0.0),
        max(plain_t - 2 * to_treatment * cross_t + to_treatment**2 * vx, 0.0),
        welch_df([(rest_c, control.n), (rest_t, treatment.n)]),
        control.n,
        treatment.n,
        covariance=shared,
        kind=control.kind,
        variance_reduction=1 - (rest_c + rest_t) / (plain_c + plain_t) if plain_c + plain_t > 0 else 0.0,
    )


def _parts(sample: Sample, slope: float) -> tuple[float, float, float]:
    """Of the arm's mean: its variance, covariance with the covariate's mean, variance of what is left."""
    plain, cross = sample.variance / sample.n, sample.covariance / sample.n
    rest = plain - 2 * slope * cross + slope * slope * sample.covariate_variance / sample.n
    return plain, cross, max(rest, 0.0)
