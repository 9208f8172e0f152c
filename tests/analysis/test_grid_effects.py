import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from analysis.made_up import answers_of, runs_table
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.tables.comparisons import GridEffect
from cnnbench.study.study_file import StudyExperiment, StudyRow
from scipy import stats
from statsmodels.stats.multitest import multipletests

VALUES: dict[str, list[Any]] = {"batch_size": [32, 128, 512], "learning_rate": [0.001, 0.01]}
SEEDS = 3


def made(
    accuracy: Callable[[str, Mapping[str, Any], int], float | None],
    architectures: tuple[str, ...] = ("small", "large"),
    values: Mapping[str, list[Any]] = VALUES,
) -> tuple[StudyExperiment, pd.DataFrame]:
    """Return a grid and the table of its runs."""
    settings = [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]
    cells = [(name, f"r{place}", changes) for name in architectures for place, changes in enumerate(settings)]
    runs = runs_table(
        *((name, recipe, [accuracy(name, changes, seed) for seed in range(SEEDS)]) for name, recipe, changes in cells)
    )
    rows = [
        StudyRow(f"{name} {recipe}", name, changes, recipe, [f"{name}/{recipe}/seed{seed}" for seed in range(SEEDS)])
        for name, recipe, changes in cells
    ]
    return StudyExperiment("grid", "grid", rows), runs


def noisy(name: str, changes: Mapping[str, Any], seed: int) -> float:
    random = np.random.default_rng([len(name), changes["batch_size"], int(1e4 * changes["learning_rate"]), seed])
    small_batch = 0.02 * (changes["batch_size"] == 32)
    return round(0.9 + small_batch - 0.03 * (changes["learning_rate"] == 0.01) + 0.002 * random.normal(), 4)


def found(experiment: StudyExperiment, runs: pd.DataFrame) -> list[GridEffect]:
    return grid_effects([experiment], runs, answers_of(runs))


def by_contrast(effects: list[GridEffect]) -> dict[tuple[str, str, str], GridEffect]:
    """Return effects by key, level and, of an interaction, the other key."""
    return {(row.factor, row.level, row.with_factor): row for row in effects}


def test_the_effects_are_those_of_a_linear_model() -> None:
    experiment, runs = made(noisy)
    of_row = {run: row.changes for row in experiment.rows for run in row.runs}
    table = runs.assign(
        batch=[str(of_row[run]["batch_size"]) for run in runs["run"]],
        rate=[str(of_row[run]["learning_rate"]) for run in runs["run"]],
    )
    # Contrasts of sums: the coefficients are deviations from the mean over all cells, as the effects here are.
    fit = smf.ols(
        "accuracy ~ C(batch, Sum, levels=['32', '128', '512']) * C(rate, Sum, levels=['0.001', '0.01']) + architecture",
        data=table,
    ).fit()

    def mean(**setting: list[str]) -> float:
        cells = itertools.product(
            setting.get("batch", ["32", "128", "512"]), setting.get("rate", ["0.001", "0.01"]), ["small", "large"]
        )
        return float(fit.predict(pd.DataFrame(cells, columns=["batch", "rate", "architecture"])).mean())

    effects = {contrast: row.difference.mean for contrast, row in by_contrast(found(experiment, runs)).items()}
    assert len(effects) == 3 + 2
    assert effects["batch_size", "512", ""] == pytest.approx(mean(batch=["512"]) - mean(batch=["32"]))
    assert effects["batch_size", "128", ""] == pytest.approx(mean(batch=["128"]) - mean(batch=["32"]))
    assert effects["learning_rate", "0.01", ""] == pytest.approx(mean(rate=["0.01"]) - mean(rate=["0.001"]))
    for level in ("128", "512"):
        slow, fast = (mean(batch=[level], rate=[rate]) - mean(batch=["32"], rate=[rate]) for rate in ("0.001", "0.01"))
        assert effects["batch_size", level, "learning_rate"] == pytest.approx(fast - slow)


def test_intervals_and_p_values_are_those_of_the_seeds_paired() -> None:
    experiment, runs = made(noisy)
    row = by_contrast(found(experiment, runs))["learning_rate", "0.01", ""]
    of_row = {run: row.changes["learning_rate"] for row in experiment.rows for run in row.runs}
    by_seed = runs.assign(rate=[of_row[run] for run in runs["run"]]).groupby(["seed", "rate"])["accuracy"].mean()
    fast, slow = by_seed.xs(0.01, level="rate"), by_seed.xs(0.001, level="rate")
    test = stats.ttest_rel(fast, slow)
    assert row.p_seeds == pytest.approx(test.pvalue)
    assert row.difference.low == pytest.approx(test.confidence_interval().low)
    assert (row.difference.n, row.blocks, row.verdict) == (3, 6, "worse")


def test_the_p_values_of_a_grid_are_corrected_together() -> None:
    effects = found(*made(noisy))
    assert [row.p for row in effects] == [max(row.p_images, row.p_seeds) for row in effects]
    expected = multipletests([row.p for row in effects], method="holm")[1]
    assert [row.p_holm for row in effects] == pytest.approx(expected)


def test_blocks_that_never_finish_are_left_out_and_seeds_that_one_block_lacks_too() -> None:
    def failing(name: str, changes: Mapping[str, Any], seed: int) -> float | None:
        if changes["learning_rate"] == 0.01 and (changes["batch_size"] == 32 or (name == "large" and seed == 1)):
            return None
        return noisy(name, changes, seed)

    effects = by_contrast(found(*made(failing)))
    rate = effects["learning_rate", "0.01", ""]
    assert (rate.blocks, rate.blocks_planned, rate.difference.n) == (4, 6, 2)
    batch = effects["batch_size", "512", ""]
    assert (batch.blocks, batch.blocks_planned, batch.difference.n) == (2, 4, 3)
    interaction = effects["batch_size", "512", "learning_rate"]
    assert (interaction.blocks, interaction.difference.n, interaction.verdict) == (0, 0, "not_measured")
    assert math.isnan(interaction.p_holm)


def test_nothing_finished_and_nothing_to_vary() -> None:
    effects = found(*made(lambda *_: None))
    assert {row.verdict for row in effects} == {"not_measured"}
    one_value = made(noisy, values={"batch_size": [32], "learning_rate": [0.01]})
    assert found(*one_value) == []
    ladder = StudyExperiment("l", "ladder", one_value[0].rows)
    assert found(ladder, one_value[1]) == []
