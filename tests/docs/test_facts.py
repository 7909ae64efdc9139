"""The documents name what the code has, and figures that the data give."""

import ast
import inspect
import math
import re
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest

from custintel_analytics import cohorts, mmm, sampling, segments, tables
from custintel_analytics import experiments as ex
from custintel_analytics.audiences import Audience
from custintel_analytics.cohorts import truncation
from custintel_analytics.experiments.hierarchical import MOST_SEGMENTS, SegmentLift
from custintel_analytics.experiments.sequential import TUNING_N
from custintel_analytics.mmm import agreement, checks, quick, s_shaped, transforms
from custintel_analytics.mmm import parameters as priors
from custintel_analytics.mmm.adapters import meridian
from custintel_analytics.mmm.checks import Checks
from custintel_analytics.mmm.collecting import MediaTable
from custintel_analytics.mmm.frontier import Frontier
from custintel_analytics.mmm.holdout import HoldOut
from custintel_analytics.mmm.planning import response_table
from custintel_analytics.mmm.scenarios import Difference
from custintel_analytics.mmm.scheduled import Schedule
from custintel_analytics.mmm.simulate import Truth
from custintel_analytics.segments import audit, behaviour, borders, choosing, growing, identify, naming, rfm
from custintel_analytics.segments.drift import MOVED, SHIFTED, Shares
from custintel_analytics.segments.fitting import Learned
from custintel_analytics.segments.groups import suppress
from custintel_analytics.segments.methods import density, gmm, kmeans, ward
from custintel_analytics.segments.preprocessing import MOST_LEVELS
from custintel_widgets import ABCalculator, BudgetOptimizer, CohortHeatmap, SegmentExplorer
from custintel_widgets.ab_calculator import given as given_experiment
from custintel_widgets.segment_explorer import given, mapping

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
METHOD = ROOT / "docs" / "method" / "cohorts.md"
SEGMENTS = ROOT / "docs" / "method" / "segments.md"
EXPERIMENTS = ROOT / "docs" / "method" / "experiments.md"
MIX = ROOT / "docs" / "method" / "mmm.md"


def names_in(page: Path) -> set[str]:
    """The identifiers that a page sets in code."""
    return {name for span in spans_in(page) for name in re.findall(r"[a-z]\w*", span)}


def spans_in(page: Path) -> list[str]:
    """What a page sets in code, within lines and in blocks."""
    return re.findall(r"`([^`]+)`", page.read_text(encoding="utf-8").replace("```", "`"))


def public(members) -> set[str]:
    return {name for name in members if not name.startswith("_")}


def parameters(function) -> set[str]:
    return public(inspect.signature(function).parameters) - {"self", "roles"}


def members(*classes: type) -> set[str]:
    named = [public(vars(each)) | public(getattr(each, "__dataclass_fields__", {})) for each in classes]
    return set().union(*named)


@pytest.mark.parametrize(
    "page, names",
    [
        ("tables.md", public(inspect.signature(tables.as_table).parameters) - {"unknown"}),
        ("tables.md", public(vars(tables.Table)) | public(tables.Table.__dataclass_fields__)),
        ("cohorts.md", public(inspect.signature(cohorts.retention).parameters) - {"roles"}),
        ("cohorts.md", public(vars(cohorts.Retention)) | public(cohorts.Retention.__dataclass_fields__)),
        ("cohorts.md", public(cohorts.Truncation.__dataclass_fields__)),
        ("audiences.md", public(vars(Audience))),
        ("cohort_heatmap.md", set(CohortHeatmap.input_names()) | {"selection", "compared"}),
        ("segments.md", parameters(segments.features) | members(segments.Features, audit.Audit)),
        ("segments.md", parameters(segments.Segmentation) | members(*segments.Segmentation.__mro__[:-1])),
        ("segments.md", {f"{name}_" for name in Learned.__dataclass_fields__} - {"names_"}),
        ("segments.md", parameters(segments.choose) | members(segments.Choice)),
        ("segments.md", parameters(segments.Rules.fit) | members(segments.Rules)),
        ("segments.md", parameters(segments.migration) | members(segments.Migration)),
        ("segments.md", parameters(segments.drift) | members(Shares, borders.Why)),
        ("segments.md", parameters(segments.Projection) | members(segments.Projection)),
        ("segments.md", parameters(suppress)),
        ("segment_explorer.md", set(SegmentExplorer.input_names()) | {"selection"}),
        ("experiments.md", {name for name in ex.__all__ if name.islower()}),
        (
            "experiments.md",
            set().union(*(parameters(getattr(ex, name)) for name in ex.__all__ if name.islower())),
        ),
        ("experiments.md", parameters(ex.Plan) | parameters(ex.Sample) | parameters(ex.Sample.clustered)),
        ("experiments.md", members(ex.Sample, ex.Comparison, ex.Analysis, ex.SampleRatio, ex.Monitor)),
        ("experiments.md", members(SegmentLift, ex.Duration, ex.Plan, ex.Value, ex.Verdict)),
        ("ab_calculator.md", set(ABCalculator.input_names()) | set(given_experiment.COLUMNS)),
        ("ab_calculator.md", public(vars(ABCalculator)) - {"component"}),
        ("mmm.md", {name for name in mmm.__all__ if name.islower()}),
        (
            "mmm.md",
            set().union(*(parameters(getattr(mmm, name)) for name in mmm.__all__ if name.islower()))
            - {"arguments"},
        ),
        ("mmm.md", parameters(mmm.MediaMix) | members(mmm.MediaMix) | parameters(mmm.MediaMix.fit)),
        ("mmm.md", parameters(response_table) | parameters(mmm.ResponseTable.from_draws)),
        (
            "mmm.md",
            members(mmm.ResponseTable, mmm.Plan, mmm.Scenarios, Checks, HoldOut, MediaTable, Difference),
        ),
        ("mmm.md", members(Schedule, Frontier, Truth)),
        ("budget_optimizer.md", set(BudgetOptimizer.input_names()) | {"source", "model"}),
        ("budget_optimizer.md", public(vars(BudgetOptimizer)) - {"component"}),
        ("segment_explorer.md", set(given.FEATURES) | public(vars(SegmentExplorer)) - {"component"}),
    ],
)
def test_reference_names_all_that_is_public(page, names):
    # The connection's lock is public for the widgets' sake only.
    assert names - names_in(REFERENCE / page) - {"lock", "computed_from"} == set()


@pytest.mark.parametrize("widget", [ABCalculator, BudgetOptimizer, CohortHeatmap, SegmentExplorer])
def test_reference_gives_the_defaults_of_the_inputs(widget):
    page = (REFERENCE / f"{widget.component}.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", page, re.MULTILINE)
    traits = widget.class_traits()
    said = {name: eval(default) for name, default in rows}
    assert len(said) >= 16
    assert said == {name: traits[name].default() for name in said}


def test_method_gives_the_thresholds_of_the_code():
    text = METHOD.read_text(encoding="utf-8")
    assert f"| ≥ {truncation.Z} | at most one false alarm in 160 tests |" in text
    assert 1 / NormalDist().cdf(-truncation.Z) > 160
    assert f"| ≥ {truncation.RATIO} |" in text
    assert f"each of the {truncation.AGES} months after their first" in text
    assert f"fewer than {truncation.FEWEST_CUSTOMERS} customers" in text
    assert f"at least {truncation.SHARE:.0%}".replace("%", " %") in text


def test_method_tells_the_truth_about_online_retail(online_retail_path, data_file):
    text = METHOD.read_text(encoding="utf-8")
    lines = pd.read_parquet(online_retail_path).rename(columns={"UnitPrice": "Price"})
    before = pd.read_parquet(data_file("customers/online_retail_ii_2009_2010.parquet"))
    before = before[before["InvoiceDate"] < "2010-12-01"]

    def bought(frame):
        return frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["Price"] > 0)]

    first = bought(lines).groupby("CustomerID")["InvoiceDate"].min().dt.to_period("M")
    old = first.index.isin(bought(before)["CustomerID"].unique())
    december, january = first == "2010-12", first == "2011-01"
    assert f"of its {december.sum()} “new” customers of December, {old[december].sum()} (91 %)" in text
    assert f"{old[january].sum()} of January's {january.sum()} “new” customers (83 %)" in text
    assert f"{old.sum():,} (63 %) of all {len(first):,}" in text
    assert [round(100 * share) for share in (old[december].mean(), old[january].mean(), old.mean())] == [
        91,
        83,
        63,
    ]


def test_method_tells_what_the_test_finds(online_retail_path):
    table = tables.as_table(str(online_retail_path), amount=lambda t: t.Quantity * t.UnitPrice)
    found = cohorts.retention(table, values=()).truncation
    said = f"flagged, {100 * found.first_rate:.1f} % against {100 * found.later_rate:.1f} %"
    assert found.cohorts == ("2010-12",)
    assert said in METHOD.read_text(encoding="utf-8")


CALLED = {
    "Segmentation": segments.Segmentation,
    "choose": segments.choose,
    "drift": segments.drift,
    "features": segments.features,
    "migration": segments.migration,
    "Projection": segments.Projection,
    "suppress": suppress,
}


def test_reference_of_segments_gives_the_defaults():
    page = REFERENCE / "segments.md"
    rows = re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    settings = inspect.signature(segments.Segmentation).parameters
    checked = {name for name, default in rows if name in settings and eval(default) == settings[name].default}
    assert checked == parameters(segments.Segmentation)
    for span in spans_in(page):
        call = re.fullmatch(r"(?:[\w.]+\.)?(\w+)\(([^…]*?)(?:, …)?\)(?: → \w+)?", span)
        if call and call[1] in CALLED:
            named = inspect.signature(CALLED[call[1]]).parameters
            for keyword in ast.parse(f"f({call[2]})", mode="eval").body.keywords:
                assert eval(ast.unparse(keyword.value)) == named[keyword.arg].default
                checked.add(f"{call[1]}.{keyword.arg}")
    assert {"choose.k", "features.customers", "drift.bins", "Projection.method"} <= checked


def as_said(share: float) -> str:
    """A number below one as the pages write it: .85."""
    return f"{share:g}".removeprefix("0")


def test_method_of_segments_gives_the_rule_of_the_code():
    text = SEGMENTS.read_text(encoding="utf-8")
    assert (
        f"the smallest *k* from {choosing.LEAST} on with stability of at least {as_said(choosing.STABLE)} in which "
        f"no segment holds less than {100 * choosing.SMALLEST:.0f} % of the customers"
    ) in text
    assert f"when its silhouette is higher by {as_said(choosing.BETTER)} or more" in text
    assert f"the smallest of those within {as_said(choosing.ALIKE)}" in text
    runs = inspect.signature(segments.choose).parameters
    assert f"drawn with replacement {runs['stability_runs'].default} times" in text
    assert f"silhouette (on {runs['sample'].default:,} customers at most)" in text


def test_method_of_segments_gives_the_thresholds_of_the_audit():
    text = SEGMENTS.read_text(encoding="utf-8")
    much, most = (f"{100 * share:.0f}" for share in (audit.MUCH_MISSING, audit.MOST_MISSING))
    assert f"| missing | more than 0 / {much} / {most} % | 1 / 2 / 3 |" in text
    assert f"| skewed | beyond ± {audit.SKEWED:.0f} | 1 |" in text
    assert f"beyond {audit.FENCES:.0f} interquartile ranges" in text
    assert f"any / more than {100 * audit.MANY_OUTLIERS:.0f} % | 1 / 2 |" in text
    flags, numbers = (100 * share for share in (audit.UNBALANCED, audit.MOSTLY_ONE_NUMBER))
    assert f"one value for {flags:.0f} % (a category or flag) / {numbers:.0f} % (a number) | 2 / 1 |" in text
    assert f"{as_said(audit.CORRELATED)} or more, of logarithms where used | 2 |" in text
    assert "penalties 0, .1, .4 and 1" in text
    assert audit.PENALTIES == (0, 0.1, 0.4, 1)


def test_method_of_segments_says_what_is_exact():
    text = SEGMENTS.read_text(encoding="utf-8")
    assert f"one start from {kmeans.MANY:,} customers on" in text
    assert (
        f"up to {ward.EXACT:,} customers with `fastcluster` (extra `segments`), up to {ward.EXACT_WITHOUT:,}"
        in text
    )
    assert f"joins {ward.MICRO} k-means micro-clusters" in text
    assert f"learned from {gmm.MOST:,} customers at most" in text
    assert f"{as_said(gmm.SPREAD)} is added to every variance" in text
    assert f"up to {density.MOST:,}, above that found in {density.SAMPLE:,}" in text
    assert f"at least {100 * density.SMALLEST:.0f} % of the customers" in text
    assert (
        f"the {MOST_LEVELS - 1} most frequent and the others together where there are more than {MOST_LEVELS}"
        in text
    )
    assert f"a category of more than {identify.MOST_LEVELS} |" in text
    assert f"the {behaviour.MOST_SHARES} largest by revenue" in text
    assert f"up to {mapping.MOST_POINTS:,} customers are points" in text
    assert (
        f"up to {growing.FOLDED:,} customers, above that of {100 * growing.HELD_OUT:.0f} % held out" in text
    )
    assert f"cost {as_said(growing.ROUNDING_COST)} of fitted accuracy".replace("cost", "costs") in text
    assert f"< {as_said(borders.WITHIN)}, with the distances" in text
    assert f"Below {as_said(MOVED)} “stable”, up to {as_said(SHIFTED)} “moved”" in text
    assert f"“frequent” from {naming.FREQUENT:.0f} orders" in text


def test_method_of_segments_gives_the_table_of_scores():
    text = SEGMENTS.read_text(encoding="utf-8")

    def span(low: int, high: int) -> str:
        return "any" if (low, high) == (1, 5) else str(low) if low == high else f"{low}–{high}"

    for rule in rfm.RFM_RULES:
        columns = [[span(*box[axis]) for box in rule.boxes] for axis in range(3)]
        cells = [column[0] if set(column) == {"any"} else " · ".join(column) for column in columns]
        assert f"| {rule.name} | {' | '.join(cells)} |" in text


def test_method_of_segments_tells_the_truth_about_online_retail(online_retail_path):
    text = SEGMENTS.read_text(encoding="utf-8")
    lines = pd.read_parquet(online_retail_path)
    lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
    table = tables.as_table(lines, amount=lambda t: t.Quantity * t.UnitPrice)
    features = segments.features(table, columns=given.RFM, as_of="2011-12-10")
    raw = segments.Segmentation(n_segments=4, log=False, scaling="none").fit(features)
    *first, last = raw.sizes_.tolist()
    assert f"segments of {', '.join(map(str, first))} and {last:,}" in text
    models = [segments.Segmentation(n_segments=k).fit(features) for k in range(2, 6)]
    assert ", ".join(f"{model.inertia_:.2f}" for model in models) in text
    found = segments.choose(features, k=range(2, 6), stability_runs=2).frame.set_index("k")
    assert ", ".join(as_said(round(value, 4)) for value in found["silhouette"]) in text
    # Every index prefers two.
    assert found["silhouette"].idxmax() == found["calinski_harabasz"].idxmax() == 2
    assert found["davies_bouldin"].idxmin() == 2


def test_reference_of_experiments_gives_the_defaults():
    page = REFERENCE / "experiments.md"
    text = page.read_text(encoding="utf-8")
    block = text[text.index("## `compare(") : text.index("## `analyse(")]
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", block, re.MULTILINE))
    settings = inspect.signature(ex.compare).parameters
    assert {name: eval(said, {"math": math}) for name, said in rows.items()} == {
        name: each.default for name, each in settings.items() if name not in ("control", "treatment")
    }
    checked = set()
    for span in spans_in(page):
        call = re.fullmatch(r"(\w+)\(([^…]*?)(?:, …[^)]*)?\)(?: → \w+)?", span)
        if call and call[1] in ex.__all__ and "**" not in call[2]:
            named = inspect.signature(getattr(ex, call[1])).parameters
            for keyword in ast.parse(f"f({call[2]})", mode="eval").body.keywords:
                assert eval(ast.unparse(keyword.value)) == named[keyword.arg].default, span
                checked.add(f"{call[1]}.{keyword.arg}")
    assert {
        "sample_ratio.threshold",
        "peeking.looks",
        "sample_size.power",
        "value.margin",
        "verdict.power",
    } <= checked


def test_method_of_experiments_gives_the_thresholds_of_the_code():
    text = EXPERIMENTS.read_text(encoding="utf-8")
    threshold = inspect.signature(ex.sample_ratio).parameters["threshold"].default
    assert f"fires below p = {as_said(threshold)}" in text
    assert ex.sample_ratio([5, 5]).verdict == "ok"
    assert ex.sample_ratio([5, 4]).verdict == "too few"
    assert "with fewer than 5 units expected" in text
    assert f"`tuning_n` ({TUNING_N:,}, or the planned units)" in text
    assert f"at most {MOST_SEGMENTS} segments" in text
    assert f"R-hat is at most {sampling.MOST_RHAT}" in text
    assert f"at least {sampling.LEAST_ESS} per chain" in text
    assert sampling.MOST_DIVERGENCES == 1 / 1000


def test_method_of_experiments_gives_what_the_code_computes():
    text = EXPERIMENTS.read_text(encoding="utf-8")
    for looks in (1, 5, 10, 20):
        assert f"| {looks} | {ex.false_positive_rate(looks):.4f} |".replace("| 0.", "| .") in text
    bounds = ", ".join(f"{z:.4f}" for z in ex.spending_bounds(5).z)
    assert f"Five equal looks at .05: {bounds}." in text
    for formula in ("miller", "pooled", "unpooled", "cohen"):
        size = ex.sample_size(baseline=0.10, effect=0.02, formula=formula)
        (row,) = re.findall(rf'^\| `"{formula}"` \|.*\| ([\d,.]+) \|$', text, re.MULTILINE)
        assert row == f"{size:,.1f}"
    control = ex.Sample(n=3407, total=1396.87, total_sq=52377.9767)
    treatment = ex.Sample(n=3461, total=2422.7, total_sq=134698.29)
    plain = ex.compare(control, treatment).p_value
    delta = ex.compare(control, treatment, relative=True, interval="delta").p_value
    assert (
        f"the difference has p = {as_said(round(plain, 4))} and the relative effect p = {as_said(round(delta, 4))}"
        in text
    )


def test_reference_of_the_mix_gives_the_defaults():
    text = (REFERENCE / "mmm.md").read_text(encoding="utf-8")
    blocks = {
        "## `media_table(": mmm.media_table,
        "## `MediaMix(": mmm.MediaMix,
        "## `optimize(": mmm.optimize,
        "## `schedule(": mmm.schedule,
    }
    for heading, function in blocks.items():
        begin = text.index(heading)
        block = text[begin : text.index("\n## ", begin + 1)]
        settings = inspect.signature(function).parameters
        rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| `([^`]*)` \|", block, re.MULTILINE)
        said = {name: eval(default) for names, default in rows for name in re.findall(r"\w+", names)}
        optional = {name for name, each in settings.items() if each.default is not inspect.Parameter.empty}
        assert set(said) == optional
        assert said == {name: settings[name].default for name in said}
    called = {"fit": mmm.MediaMix.fit, "from_draws": mmm.ResponseTable.from_draws, "simulate": mmm.simulate}
    called |= {
        name: getattr(mmm.MediaMix, name) for name in ("contributions", "roas", "response_curves", "holdout")
    }
    called |= {"response_table": mmm.MediaMix.response_table, "Scenarios": mmm.Scenarios}
    checked = set()
    for span in spans_in(REFERENCE / "mmm.md"):
        call = re.fullmatch(r"(?:[\w.]+\.)?(\w+)\((.*)\)", span, re.DOTALL)
        if call and call[1] in called:
            named = inspect.signature(called[call[1]]).parameters
            for name, default in re.findall(r"(\w+)=([^,]+|\(\))(?:, |$)", call[2]):
                assert eval(default) == named[name].default, span
                checked.add(f"{call[1]}.{name}")
    assert {"fit.target_accept", "from_draws.tolerance", "simulate.noise", "holdout.slices"} <= checked


def test_method_of_the_mix_gives_the_priors_of_the_code():
    text = MIX.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\([^`]*\))`", text, re.MULTILINE))
    said = {name: eval(prior) for name, prior in rows.items()}
    assert said == {name: priors._DEFAULTS[name] for name in said}
    assert {"intercept", "alpha", "lam", "beta", "sigma", "slope"} <= set(said)
    assert f"log-normal {priors._ROI[1:]}" in text
    assert f"bring {100 * priors._MEDIA_SHARE:.0f} % of the outcome" in text
    for forms in (transforms.ADSTOCKS, transforms.SATURATIONS):
        assert all(f'| `"{name}"` |' in text for name in forms)


def test_method_of_the_mix_gives_the_thresholds_of_the_code():
    text = MIX.read_text(encoding="utf-8")
    assert (
        f"R-hat above {sampling.MOST_RHAT}, fewer than {sampling.LEAST_ESS} effective draws per chain, or more than "
        "one draw in a thousand that diverged"
    ) in text
    assert f"is off by more than {as_said(checks._SLACK)}" in text
    assert f"neighbouring residuals correlate by {as_said(checks._FOLLOWING)} or more" in text
    assert checks._BELOW == 0.1
    assert checks._LEARNT == 0.1
    assert checks._SURPRISING == 0.005
    assert f"varies by less than {100 * checks._STEADY:.0f} % of its mean" in text
    assert f"spent in fewer than {checks._RARE} periods" in text
    assert f"two channels correlate by {as_said(checks.ALIKE)} or more" in text
    assert f"{100 * checks._EXPLAINED:.0f} % of a channel's carry-over is explained" in text
    assert f"more than {agreement._APART:g} standard errors apart" in text
    assert f"more than {agreement._BEYOND:g} times the highest spend" in text
    assert f"from {quick.STARTS} starts" in text
    assert quick._TRIES == 2
    assert f"over {s_shaped.UNITS} steps of the total" in text


def test_the_snippet_for_meridian_is_the_one_in_the_code():
    text = (ROOT / "docs" / "how-to" / "budget_optimizer.md").read_text(encoding="utf-8")
    assert meridian.SNIPPET.strip() in text
