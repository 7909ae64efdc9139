"""A new total is shared in proportion, as far as bounds and locks allow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics.mmm.absorb import spread

UPPER = [40.0, 35.0, 60.0, 25.0]


def test_all_share_in_proportion():
    found = spread([10.0, 20.0, 30.0, 0.0], 66.0, lower=[0.0] * 4, upper=UPPER, locked=[False] * 4)
    assert found.tolist() == pytest.approx([11, 22, 33, 0])
    held = spread(
        [10.0, 20.0, 30.0, 0.0], 66.0, lower=[0.0] * 4, upper=UPPER, locked=[True, False, False, False]
    )
    assert held.tolist() == pytest.approx([10, 22.4, 33.6, 0])


@settings(deadline=None)
@given(
    share=st.lists(st.floats(0, 1), min_size=4, max_size=4),
    total=st.floats(0, 250),
    locked=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_nearest_total_that_bounds_and_locks_allow(share, total, locked):
    spend, still = np.array(share) * UPPER, np.array(locked)
    found = spread(spend, total, lower=[0.0] * 4, upper=UPPER, locked=locked)
    np.testing.assert_array_equal(found[still], spend[still])
    most = spend[still].sum() + np.array(UPPER)[~still].sum()
    nearest = min(max(total, spend[still].sum()), most)
    # What is at nothing grows only where nothing else can.
    reachable = (
        found.sum() == pytest.approx(nearest, abs=1e-6)
        or (found[~still & (spend > 0)] == np.array(UPPER)[~still & (spend > 0)]).all()
    )
    assert reachable
