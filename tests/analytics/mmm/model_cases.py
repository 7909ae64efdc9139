"""Small models of every kind, built and never sampled, and the numbers of one point of them."""

import numpy as np

from custintel_analytics import mmm
from custintel_analytics.mmm.build import build
from custintel_analytics.mmm.data import media_data
from custintel_analytics.mmm.design import design, scales_of
from custintel_analytics.mmm.equation import Equation
from custintel_analytics.mmm.parameters import parameters

NATIONAL = mmm.simulate(60, 2, seed=5)[0]
GEO = mmm.simulate(40, 2, seed=6, geos=3)[0]
COLUMNS = {"date": "date", "target": "revenue", "channels": ["tv", "search"], "controls": ["promotion"]}


class Case:
    """A model with its data, its PyMC form, and a random point of it."""

    def __init__(self, seed: int = 0, **options) -> None:
        self.model = mmm.MediaMix(**COLUMNS, **options)
        self.settings = self.model.settings
        self.data = media_data(GEO if self.settings.geo else NATIONAL, self.settings)
        self.scales = scales_of(self.data)
        self.seen = design(self.data, self.settings, self.scales)
        self.priors = parameters(self.settings, self.data)
        self.pymc = build(self.data, self.seen, self.settings, self.priors)
        random = np.random.default_rng(seed)
        self.point = {
            name: np.asarray(value) + 0.3 * random.standard_normal(np.shape(value))
            for name, value in self.pymc.initial_point().items()
        }

    def values(self) -> dict[str, np.ndarray]:
        """Every variable of the posterior at the point, with an axis for the draws in front."""
        variables = [*self.pymc.free_RVs, *self.pymc.deterministics]
        outputs = self.pymc.replace_rvs_by_values(variables)
        found = self.pymc.compile_fn(outputs, inputs=self.pymc.value_vars, mode="FAST_COMPILE")(self.point)
        return {
            variable.name: np.asarray(value)[None] for variable, value in zip(variables, found, strict=True)
        }

    def equation(self) -> Equation:
        return Equation(self.settings, self.seen, self.values())

    def logp(self, name: str | None = None) -> float:
        """Log density at the point: of an observed variable, or of everything, as the sampler sees it."""
        variables = None if name is None else [self.pymc[name]]
        compiled = self.pymc.compile_logp(vars=variables, mode="FAST_COMPILE")
        return float(compiled(self.point))
