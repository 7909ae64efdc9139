"""Models that several tests read."""

import pytest

from custintel_analytics import mmm


@pytest.fixture(scope="session")
def market():
    """A frame of three years and three channels, and its truth."""
    return mmm.simulate(156, 3, seed=11)


@pytest.fixture(scope="session")
def columns():
    return {
        "date": "date",
        "target": "revenue",
        "channels": ["tv", "search", "social"],
        "controls": ["promotion"],
    }


@pytest.fixture(scope="session")
def quick_model(market, columns):
    """A quick estimate of that market."""
    return mmm.MediaMix(**columns).fit(market[0], quick=True)


@pytest.fixture(scope="session")
def sampled(market, columns):
    """A sampled posterior of that market, short: one fit for all tests that need one."""
    seen = []
    model = mmm.MediaMix(**columns)
    model.fit(
        market[0],
        draws=300,
        tune=400,
        chains=2,
        random_state=3,
        sampler="pymc",
        progress=lambda *said: seen.append(said),
    )
    model.seen = seen
    return model
