"""The survey: what is published, how it is ranked, and how much hangs on the weights."""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import answers_of, experiment_of, histories_of, runs_table, study_of
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.pareto import dominated_by, pareto_front
from cnnbench.analysis.survey.outcome import rank_correlation, survey_correlation, survey_outcome
from cnnbench.analysis.survey.ranking import directed, normalise, rank_architectures, scores
from cnnbench.analysis.survey.robustness import survey_ranking, survey_weights
from cnnbench.analysis.survey.table import read_survey_table
from cnnbench.analysis.survey.weightings import draw_weightings, sensitivity, weight_ranges
from cnnbench.analysis.tables.survey import SurveyedArchitecture, SurveyOutcome
from cnnbench.analysis.tables.table import read_frame, write_frame
from cnnbench.analysis.tables.values import Estimate
from cnnbench.errors import UserError
from cnnbench.models.registry import architectures
from cnnbench.planning import make_plan
from cnnbench.study.config_file import read_config
from cnnbench.study.load import load_survey
from cnnbench.study.survey_settings import Survey
from cnnbench.study.survey_table import FIGURES
from scipy import stats

CONFIG = Path(__file__).parents[2] / "config"
TABLE = read_survey_table(CONFIG / "survey.csv")
DEFAULT = load_survey(CONFIG / "survey.yaml").model_copy(update={"table": CONFIG / "survey.csv"})
FOUR = (("year", "more"), ("parameters_millions", "less"), ("top5_percent", "more"), ("gpu_ms", "less"))


def _settings(*weights: float, **others: Any) -> Survey:
    criteria = [
        {"column": column, "better": better, "weight": weight}
        for (column, better), weight in zip(FOUR, weights, strict=False)
    ]
    return Survey.model_validate({"criteria": criteria, **others})


def _made_up(**figures: list[float | None]) -> pd.DataFrame:
    """A table of architectures a, b, c … with some figures."""
    length = len(next(iter(figures.values())))
    names = [chr(ord("a") + index) for index in range(length)]
    columns: dict[str, Any] = {"architecture": names, "key": "", "family": names, "source": "made up"}
    return pd.DataFrame(columns | {name: np.nan for name in FIGURES} | figures)


# The table


def test_the_survey_has_what_is_known() -> None:
    assert len(TABLE) >= 43
    complete = TABLE[[column for column, _ in FOUR]].notna().all(axis=1)
    assert complete.sum() == 26
    trainable = TABLE.loc[TABLE["key"] != "", "key"]
    registered = set(architectures())
    assert set(trainable) <= registered
    twelve = {"lenet5", "alexnet", "vgg16", "googlenet", "resnet50", "senet", "inception_v3", "xception"}
    assert twelve | {"inception_resnet_v2", "mobilenet_v2", "cspnet", "efficientnet_b1"} <= set(trainable)


def test_parameters_are_those_of_the_architectures() -> None:
    """The published figure is that of the network trained here; AlexNet's is that of two groups, which is not ours."""
    for row in TABLE[(TABLE["key"] != "") & (TABLE["key"] != "alexnet")].itertuples():
        ours = architectures()[str(row.key)].published.parameters / 1e6
        assert row.parameters_millions == pytest.approx(ours, abs=0.06), row.key


BAD_CELLS = [
    ("gpu_ms", "fast", r"row 2, column gpu_ms: should be a number .*, found 'fast'"),
    ("gpu_ms", "-1", r"row 2, column gpu_ms: .*found '-1'"),
    ("top5_percent", "nan", r"row 2, column top5_percent: .*found 'nan'"),
    ("architecture", "AlexNet", r"row 3, column architecture: 'AlexNet' is already in row 2"),
    ("key", "alexnet", r"row 3, column key: 'alexnet' is already in row 2"),
    ("source", " ", r"row 2, column source: is empty"),
    ("family", "", r"row 2, column family: is empty"),
]


@pytest.mark.parametrize("column, text, message", BAD_CELLS)
def test_a_bad_cell_is_named_by_row_and_column(column: str, text: str, message: str, tmp_path: Path) -> None:
    with (CONFIG / "survey.csv").open() as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = text
    with (tmp_path / "survey.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(UserError, match=message):
        read_survey_table(tmp_path / "survey.csv")


def test_a_bad_header_and_a_short_row_are_named(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    text = (CONFIG / "survey.csv").read_text()
    path.write_text(text.replace("gpu_ms", "gpu", 1))
    with pytest.raises(UserError, match=r"unknown column 'gpu', did you mean 'gpu_ms'(.|\n)*column gpu_ms is missing"):
        read_survey_table(path)
    path.write_text(re.sub(r"^LeNet-5,.*$", "LeNet-5,lenet5", text, flags=re.MULTILINE))
    with pytest.raises(UserError, match="row 2: does not have as many cells as the header"):
        read_survey_table(path)
    path.write_text(text.splitlines()[0])
    with pytest.raises(UserError, match="it has no architectures"):
        read_survey_table(path)
    with pytest.raises(UserError, match="there is no such file"):
        read_survey_table(tmp_path / "none.csv")


def test_a_bad_table_stops_the_study_before_any_job(tmp_path: Path) -> None:
    table, settings = tmp_path / "survey.csv", tmp_path / "survey.yaml"
    table.write_text((CONFIG / "survey.csv").read_text().replace(",1998,", ",long ago,"))
    settings.write_text((CONFIG / "survey.yaml").read_text().replace("config/survey.csv", str(table)))
    study = read_config(CONFIG / "quickstart.yaml") | {"survey": str(settings)}
    with pytest.raises(UserError, match=r"row 2, column year: .*'long ago'"):
        make_plan(study, "quickstart.yaml", {})


# One ranking


def test_a_ranking_by_hand() -> None:
    table = _made_up(year=[2010, 2015, 2020], parameters_millions=[10.0, 20.0, 60.0])
    ranked = rank_architectures(table, _settings(1, 3)).set_index("architecture")
    # Years become 0, 0.5, 1; parameters, of which fewer are better, 1, 0.8, 0.
    assert ranked["score"].to_dict() == pytest.approx({"a": 3 / 4, "b": (0.5 + 3 * 0.8) / 4, "c": 1 / 4})
    assert list(ranked.index) == ["a", "b", "c"]
    assert list(ranked["rank"]) == [1, 2, 3]


def test_normalisations_agree_with_scipy() -> None:
    values = np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_allclose(normalise(values, "z_score"), stats.zscore(values))
    np.testing.assert_allclose(normalise(values, "rank"), (stats.rankdata(values, axis=0) - 1) / 19)
    assert normalise(values, "min_max").min(axis=0) == pytest.approx([0, 0, 0])
    assert normalise(values, "min_max").max(axis=0) == pytest.approx([1, 1, 1])
    assert (normalise(np.ones((3, 1)), "z_score") == 0).all()


def test_a_log_scale_counts_ratios() -> None:
    table = _made_up(parameters_millions=[1.0, 10.0, 100.0])
    criterion = {"column": "parameters_millions", "better": "less", "scale": "log", "weight": 1}
    settings = Survey.model_validate({"criteria": [criterion]})
    values = normalise(directed(table, settings.criteria), "min_max")
    np.testing.assert_allclose(values[:, 0], [1, 0.5, 0])
    with pytest.raises(UserError, match="parameters_millions of b is 0"):
        directed(_made_up(parameters_millions=[1.0, 0.0]), settings.criteria)


def test_a_missing_figure_excludes_or_is_left_out_and_is_said() -> None:
    table = _made_up(year=[2010, 2015, 2020], parameters_millions=[10.0, None, 60.0])
    excluded = rank_architectures(table, _settings(1, 1)).set_index("architecture").loc["b"]
    assert (excluded["exclusion"], excluded["excluded_by"]) == ("not_published", "parameters_millions")
    assert np.isnan(excluded["score"])
    judged = rank_architectures(table, _settings(1, 1, missing="leave_out")).set_index("architecture").loc["b"]
    assert (judged["exclusion"], judged["excluded_by"]) == ("", "")
    assert judged["missing"] == "parameters_millions"
    assert judged["score"] == pytest.approx(0.5), "by its year alone"


def test_rules_exclude_with_their_reasons_and_do_not_stretch_the_scale() -> None:
    table = _made_up(year=[2010, 2015, 2020, 2020], parameters_millions=[10.0, 20.0, 900.0, 20.0])
    rule = {"column": "parameters_millions", "above": 100, "reason": "too large"}
    ranked = rank_architectures(table, _settings(1, 1, exclude=[rule], exclude_dominated=True))
    excluded = {row["architecture"]: (row["exclusion"], row["excluded_by"]) for row in ranked.to_dict("records")}
    assert excluded == {"a": ("", ""), "b": ("dominated", "d"), "c": ("rule", "too large"), "d": ("", "")}
    values = ranked.set_index("architecture")["normalised_parameters_millions"]
    assert values["a"] == 1
    assert values["d"] == 0


def test_nothing_left_is_said() -> None:
    rule = {"column": "year", "above": 0, "reason": "all"}
    with pytest.raises(UserError, match="leaves out every architecture"):
        rank_architectures(TABLE, _settings(1, 1, exclude=[rule]))


def test_candidates_are_the_best_of_their_families() -> None:
    ranked = rank_architectures(TABLE, DEFAULT)
    candidates = ranked[ranked["selected"]]
    assert len(candidates) == DEFAULT.candidates
    assert candidates["family"].is_unique
    for row in candidates.itertuples():
        family = ranked[(ranked["family"] == row.family) & (ranked["exclusion"] == "")]
        assert row.rank == family["rank"].min()
    all_alike = rank_architectures(TABLE, DEFAULT.model_copy(update={"one_per_family": False}))
    assert list(all_alike.loc[all_alike["selected"], "rank"]) == [1, 2, 3, 4]


def test_the_default_weights_choose_what_the_team_chose() -> None:
    assert rank_architectures(TABLE, DEFAULT)["key"].iloc[0] == "efficientnet_b1"


# All weightings


def test_shares_of_first_ranks_are_those_of_an_independent_sample() -> None:
    """400,000 draws by other hands: the two samples may differ by their sampling errors."""
    published = {
        "EfficientNetB3": 0.306,
        "EfficientNetB4": 0.236,
        "EfficientNetB0": 0.172,
        "EfficientNetB1": 0.108,
        "EfficientNetB2": 0.108,
        "EfficientNetB5": 0.054,
        "EfficientNetB7": 0.009,
        "MobileNetV2": 0.0065,
    }
    settings = _settings(1, 1, 1, 1, draws=200_000)
    shares = survey_ranking(TABLE, settings).set_index("architecture")["first_share"]
    assert shares.sum() == pytest.approx(1)
    for name, share in published.items():
        error = np.sqrt(share * (1 - share) * (1 / 200_000 + 1 / 400_000))
        # 0.0005: to how many digits the other sample is known.
        assert abs(shares[name] - share) < 4 * error + 0.0005, name


def test_weightings_are_uniform_over_the_simplex() -> None:
    weightings = draw_weightings(4, 20_000, seed=1)
    np.testing.assert_allclose(weightings.sum(axis=1), 1)
    # One of four uniform shares is distributed as Beta(1, 3).
    assert all(stats.kstest(column, stats.beta(1, 3).cdf).pvalue > 1e-3 for column in weightings.T)
    assert (draw_weightings(4, 5, seed=1) == weightings[:5]).all(), "the same seed draws the same"


def test_ranks_over_weightings_are_those_of_each_weighting() -> None:
    values = np.random.default_rng(0).uniform(size=(7, 3))
    values[2, 1] = np.nan
    weightings = draw_weightings(3, 50, seed=0)
    result = sensitivity(values, weightings)
    ranks = np.array([stats.rankdata(-scores(values, one[None])[0]) for one in weightings])
    np.testing.assert_allclose(result.mean_rank, ranks.mean(axis=0))
    np.testing.assert_allclose(result.first, (ranks == 1).mean(axis=0))


@pytest.mark.parametrize("missing", [False, True])
def test_a_weight_moves_as_far_as_is_said(missing: bool) -> None:
    """Just inside of the range the first stays first; just outside, the one that is named is."""
    values = np.random.default_rng(3).uniform(size=(9, 4))
    if missing:
        values[[1, 4, 6], [0, 2, 3]] = np.nan
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    winner = int(np.argmax(scores(values, weights[None])[0]))
    moved = 0
    for criterion, range_ in enumerate(weight_ranges(values, weights)):
        only = np.eye(4)[criterion]
        rest = (weights - weights * only) / (1 - weights[criterion])

        def first(weight: float, only: np.ndarray = only, rest: np.ndarray = rest) -> int:
            return int(np.argmax(scores(values, (weight * only + (1 - weight) * rest)[None])[0]))

        for weight in np.linspace(range_.low + 1e-6, range_.high - 1e-6, 50):
            assert first(weight) == winner
        for limit, next_one, step in ((range_.low, range_.below, -1e-6), (range_.high, range_.above, 1e-6)):
            if next_one is None:
                assert limit in (0, 1)
            else:
                assert first(limit + step) == next_one
                moved += 1
    assert moved, "some weight can be moved too far, or this test shows nothing"


def test_weight_ranges_of_the_default() -> None:
    ranked = survey_ranking(TABLE, DEFAULT)
    weights = survey_weights(ranked, DEFAULT)
    assert [row.criterion for row in weights] == [criterion.column for criterion in DEFAULT.criteria]
    assert sum(row.weight for row in weights) == pytest.approx(1)
    assert all(row.low < row.weight < row.high for row in weights)
    assert {name for row in weights for name in (row.first_below, row.first_above)} <= {"", *TABLE["architecture"]}


def test_the_ranking_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    rule = {"column": "year", "below": 2000, "reason": "old, and small"}
    ranked = survey_ranking(TABLE, _settings(1, 1, 1, 1, exclude=[rule], exclude_dominated=True, draws=1000))
    write_frame(tmp_path, SurveyedArchitecture, ranked)
    found = read_frame(tmp_path, SurveyedArchitecture)
    pd.testing.assert_frame_equal(found, ranked, check_dtype=False)
    assert set(found["exclusion"]) == {"", "rule", "not_published", "dominated"}


# What no weighting beats


def test_pareto_front_by_hand() -> None:
    values = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 3.0], [2.0, 1.0], [2.0, 2.0], [9.0, np.nan]])
    assert pareto_front(values).tolist() == [True, True, True, False, True, False]
    assert dominated_by(values) == [None, None, None, 0, None, None]


def test_whoever_is_first_by_some_weighting_is_on_the_pareto_front() -> None:
    ranked = survey_ranking(TABLE, DEFAULT)
    assert ranked.loc[ranked["first_share"] > 0, "pareto"].all()


# What became of it


def test_rank_correlation_is_that_of_scipy_and_its_interval_that_of_the_paper() -> None:
    generator = np.random.default_rng(0)
    first = list(generator.normal(size=30))
    second = [value + generator.normal() for value in first]
    found = rank_correlation(first, second)
    assert found.rho == pytest.approx(stats.spearmanr(first, second).statistic)
    half_width = 1.959964 * np.sqrt((1 + found.rho**2 / 2) / 27)
    assert np.arctanh(found.high) - np.arctanh(found.rho) == pytest.approx(half_width, rel=1e-5)
    assert np.arctanh(found.rho) - np.arctanh(found.low) == pytest.approx(half_width, rel=1e-5)


def test_the_interval_holds_the_true_correlation_about_as_often_as_it_says() -> None:
    """Of two normal variables with Pearson's r, Spearman's rho is 6 / pi · arcsin(r / 2)."""
    generator = np.random.default_rng(0)
    truth = 6 / np.pi * np.arcsin(0.6 / 2)
    samples = generator.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=(1000, 20))
    found = [rank_correlation(list(sample[:, 0]), list(sample[:, 1])) for sample in samples]
    assert 0.93 < np.mean([one.low <= truth <= one.high for one in found]) < 0.98


def test_few_or_equal_values_have_no_rank_correlation() -> None:
    for values in ([1, 2, 3], [1, 1, 1, 1]):
        found = rank_correlation(values, list(range(len(values))))
        assert np.isnan(found.rho)
        assert (found.n, found.verdict) == (len(values), "too_few")
    perfect = rank_correlation([1, 2, 3, 4], [1, 2, 3, 4])
    assert perfect.rho == pytest.approx(1)
    assert perfect.low < 1, "four architectures in order prove little"


def test_the_verdict_on_the_order_is_that_of_the_interval() -> None:
    order = list(range(20))
    assert rank_correlation(order, order).verdict == "same"
    assert rank_correlation(order, order[::-1]).verdict == "reverse"
    assert rank_correlation(order, order[::2] + order[1::2][::-1]).verdict == "open"


def test_architectures_without_a_score_do_not_count() -> None:
    estimates = [Estimate(3, 0.9 + place / 100, 0.89, 0.97) for place in range(6)]
    rows = [
        SurveyOutcome("A", "a", np.nan, score, 1.0, 1.0, 1.0, "aaaa", accuracy, 10, 10, 1.0, 1.0, 1.0, "")
        for score, accuracy in zip([np.nan, 0.1, 0.2, 0.3, 0.4, 0.5], estimates, strict=True)
    ]
    found = survey_correlation(rows)
    assert (found.n, found.rho) == (5, pytest.approx(1))


def test_the_outcome_is_that_of_the_recipe_that_validated_best_in_the_widest_experiment() -> None:
    runs = runs_table(
        ("lenet5", "aaaa", [0.80, 0.82]), ("lenet5", "bbbb", [0.70, 0.72]), ("alexnet", "aaaa", [0.90, None])
    ).assign(images_per_second=[10.0, 30.0, 50.0, 70.0, 5.0, 99.0])
    runs.loc[runs["recipe_hash"] == "bbbb", "validation_accuracy"] = 0.99
    ladder = experiment_of(runs[runs["recipe_hash"] == "aaaa"].iloc[:2], "ladder", "ladder")
    study = study_of(ladder, experiment_of(runs))
    ranking = survey_ranking(TABLE, DEFAULT)
    ranked = leaderboard(study, runs, answers_of(runs))
    outcome = survey_outcome(ranking, study, ranked, runs, histories_of(runs), {})
    found = {row.key: row for row in outcome}
    assert set(found) == {"lenet5", "alexnet"}
    assert [row.rank for row in outcome] == sorted((row.rank for row in outcome), key=lambda rank: (rank != rank, rank))
    assert (found["lenet5"].recipe_hash, found["lenet5"].accuracy.mean) == ("bbbb", pytest.approx(0.71))
    assert found["lenet5"].images_per_second == 60.0
    assert (found["alexnet"].accuracy.n, found["alexnet"].images_per_second) == (1, 5.0)
    assert np.isnan(found["lenet5"].latency_1_ms)


@pytest.mark.parametrize("lower", ["aaaa", "bbbb"])
def test_of_recipes_that_validated_equally_well_the_outcome_is_that_of_the_lower_validation_loss(lower: str) -> None:
    runs = runs_table(("lenet5", "aaaa", [0.8, 0.8]), ("lenet5", "bbbb", [0.7, 0.7])).assign(images_per_second=1.0)
    runs["validation_accuracy"] = 0.9
    losses = dict.fromkeys(runs.loc[runs["recipe_hash"] == lower, "run"], 0.4)
    study = study_of(experiment_of(runs))
    ranked = leaderboard(study, runs, answers_of(runs))
    (row,) = survey_outcome(survey_ranking(TABLE, DEFAULT), study, ranked, runs, histories_of(runs, losses), {})
    assert row.recipe_hash == lower


# The settings


@pytest.mark.parametrize(
    "change, message",
    [
        ({"criteria": [{"column": "year", "better": "more", "weight": 0}]}, "the weights sum to zero"),
        ({"criteria": [{"column": "year", "better": "more", "weight": -1}]}, r"criteria\[0\]\.weight: .*found -1"),
        ({"criteria": [{"column": "yaer", "better": "more", "weight": 1}]}, r"criteria\[0\]\.column: .*'year'"),
        ({"criteria": 2 * [{"column": "year", "better": "more", "weight": 1}]}, "twice"),
        ({"exclude": [{"column": "year", "reason": "old"}]}, r"exclude\[0\]: give either above or below"),
        ({"normalize": "rank"}, "unknown key 'normalize', did you mean 'normalisation'"),
    ],
)
def test_a_mistake_in_the_settings_is_named(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    import yaml

    path = tmp_path / "survey.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load((CONFIG / "survey.yaml").read_text()) | change))
    with pytest.raises(UserError, match=message) as caught:
        load_survey(path)
    assert str(path) in str(caught.value)
