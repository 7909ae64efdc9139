"""k-means for k = 2 to 12 with its indices on a million customers, beside the plain scikit-learn loop."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Case, run, table

DATA = Path("build/bench")
CUSTOMERS = 1_000_000
COLUMNS = (
    *("recency", "frequency", "monetary", "tenure"),
    *("cadence", "average_order", "products", "basket_lines"),
)

_LOOP_SETUP = """
import numpy as np, pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.preprocessing import StandardScaler
"""
# As notebooks have it, but for the silhouette: on all customers it would take days.
_LOOP = """
frame = pd.read_parquet(PATH).set_index("customer")
matrix = StandardScaler().fit_transform(np.log1p(frame))
rows = []
for k in range(2, 13):
    model = KMeans(k, n_init=STARTS, random_state=0).fit(matrix)
    rows.append((k, model.inertia_, silhouette_score(matrix, model.labels_, sample_size=10_000, random_state=0),
                 davies_bouldin_score(matrix, model.labels_), calinski_harabasz_score(matrix, model.labels_)))
best = max(rows, key=lambda row: row[2])[0]
"""
_OURS_SETUP = """
import pandas as pd, sklearn.cluster, sklearn.compose, sklearn.metrics
from custintel_analytics import segments
"""
_READ = """
features = segments.Features.from_frame(pd.read_parquet(PATH))
"""


def _ours(name: str, runs: int) -> Case:
    code = f"{_READ}choice = segments.choose(features, k=range(2, 13), stability_runs={runs})"
    return Case(name, _OURS_SETUP, code, "choice.recommended")


_WAYS = (
    Case("scikit-learn, a loop, one start", f"{_LOOP_SETUP}\nSTARTS = 1", _LOOP, "best"),
    Case("scikit-learn, a loop, ten starts", f"{_LOOP_SETUP}\nSTARTS = 10", _LOOP, "best"),
    _ours("custintel, choose, stability from 2 draws", 2),
    _ours("custintel, choose, stability from 20 draws", 20),
)
_FITTED = f"{_OURS_SETUP}{_READ}model = segments.Segmentation('kmeans', 5).fit(features)"
_AFTER = (
    Case("k-means, 5 segments", _OURS_SETUP + _READ, "segments.Segmentation('kmeans', 5).fit(features)", "0"),
    Case("profile and names", _FITTED, "model.profile()", "0"),
    Case("rule tree with held-out accuracy", _FITTED, "model.rules()", "0"),
    Case("predict", _FITTED, "model.predict(features)", "0"),
    Case(
        "Ward through micro-clusters",
        _OURS_SETUP + _READ,
        "segments.Segmentation('ward', 5).fit(features)",
        "0",
    ),
)


def data() -> Path:
    """Return the Parquet file with the features of a million customers of five segments, made once."""
    import numpy as np
    import pandas as pd

    path = DATA / "customers_1m.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(1)
        segment = random.integers(0, 5, CUSTOMERS)
        middle = random.uniform(1, 6, (5, len(COLUMNS)))[segment]
        values = np.exp(middle + 0.7 * random.standard_normal(middle.shape))
        frame = pd.DataFrame(np.round(values, 2), columns=list(COLUMNS))
        frame.insert(0, "customer", np.arange(1, CUSTOMERS + 1))
        draft = path.with_suffix(".part")
        frame.to_parquet(draft)
        draft.replace(path)
    return path


def _at(case: Case, path: Path) -> Case:
    return Case(case.name, f"PATH = {str(path)!r}\n{case.setup}", case.code, case.check)


def report() -> str:
    """Run all cases and return the Markdown."""
    path = data()
    return "\n".join(
        [
            "## Segments of a million customers",
            "",
            table(
                "k-means for k = 2 to 12 with silhouette, Davies–Bouldin and Calinski–Harabasz, 8 features",
                [run(_at(case, path), runs=1) for case in _WAYS],
                "Silhouette on a sample of 10,000 in all ways. One run each. The loop gives no stability.",
            ),
            table(
                "Each on its own, k = 5, 8 features",
                [run(_at(case, path)) for case in _AFTER],
                "Peak memory is that of the whole process.",
            ),
        ]
    )
