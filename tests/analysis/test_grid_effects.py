import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from analysis.made_up import answers_of, runs_table, study_of
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.comparisons import GridEffect
from cnnbench.study.study_file import StudyExperiment, StudyRow
from statsmodels.stats.multitest import multipletests

VALUES: dict[str, list[Any]] = {"batch_size": [32, 128, 512], "learning_rate": [0.001, 0.01]}
SEEDS = 3
RATE: dict[str, list[Any]] = {"learning_rate": [0.001]}
NAMES = ("small", "large", "larger", "largest", "wide")


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
    study, answers = study_of(experiment), answers_of(runs)
    return grid_effects(study, leaderboard(study, runs, answers), runs, answers)


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


def test_effects_have_their_seeds_their_blocks_and_an_interval_that_agrees_with_the_p_value() -> None:
    effects = by_contrast(found(*made(noisy)))
    rate, small = effects["learning_rate", "0.01", ""], effects["batch_size", "512", ""]
    assert (rate.difference.n, rate.blocks, rate.blocks_planned, rate.verdict) == (3, 6, 6, "worse")
    assert (small.difference.n, small.blocks, small.blocks_planned, small.verdict) == (3, 4, 4, "worse")
    for row in effects.values():
        assert (row.difference.low < 0 < row.difference.high) == (row.p > 0.05)
        assert row.difference.low < row.difference.mean < row.difference.high


def test_an_effect_is_known_better_the_more_blocks_it_is_averaged_over() -> None:
    """Each architecture's differences vary by themselves, so that twice as many of them halve the variance."""
    one = by_contrast(found(*made(noisy, architectures=("small",), values={"batch_size": [32, 128]} | RATE)))
    many = by_contrast(found(*made(noisy, architectures=NAMES, values={"batch_size": [32, 128]} | RATE)))
    key = ("batch_size", "128", "")
    assert many[key].difference.high - many[key].difference.low < one[key].difference.high - one[key].difference.low


def test_the_p_values_of_a_grid_are_corrected_together() -> None:
    effects = found(*made(noisy))
    expected = multipletests([row.p for row in effects], method="holm")[1]
    assert [row.p_holm for row in effects] == pytest.approx(expected)


def test_with_one_seed_nothing_is_said_of_other_seeds() -> None:
    effects = found(*made(lambda name, changes, seed: noisy(name, changes, seed) if seed == 0 else None))
    assert {row.verdict for row in effects} == {"one_seed"}


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
    assert found(*made(lambda *_: None)) == []
    effects = found(
        *made(lambda _, changes, __: 0.9 if changes == {"batch_size": 32, "learning_rate": 0.001} else None)
    )
    assert len(effects) == 5
    assert {row.verdict for row in effects} == {"not_measured"}
    one_value = made(noisy, values={"batch_size": [32], "learning_rate": [0.01]})
    assert found(*one_value) == []
    ladder = StudyExperiment("l", "ladder", one_value[0].rows)
    assert found(ladder, one_value[1]) == []
