"""With folds, each seed is tested on other images: for a network, only those count that it was tested on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analysis.made_up import experiment_of, histories_of, results_of_runs, runs_table, study_of
from cnnbench.analysis.answers import Answers, gather_answers, read_answers, write_answers
from cnnbench.analysis.calibration import calibrate
from cnnbench.analysis.errors.analyse import ErrorTables, analyse_errors
from cnnbench.errors import UserError
from cnnbench.files import write_sealed_json
from cnnbench.reporting.results import Results
from cnnbench.run_files import facts_of, training_checksum
from cnnbench.study.study_file import StudyFile, StudyRun, write_study_file
from data.prepared import write_prepared

CLASSES = ["a", "b"]
FOLDS = 3
IMAGES = 40
"""In each fold."""


def _run(architecture: str, seed: int) -> StudyRun:
    folder = f"results/runs/data{seed % FOLDS}/{architecture}/aaaa/seed{seed}"
    return StudyRun(
        f"{architecture}/aaaa/seed{seed}", architecture, architecture, "aaaa", seed, {}, f"data{seed % FOLDS}", folder,
        fold=seed % FOLDS,
    )  # fmt: skip


def _study(*runs: StudyRun) -> StudyFile:
    return replace(StudyFile("data0", list(runs), []), folds=FOLDS)


def _predict(root: Path, run: StudyRun, labels: list[int], read: list[int]) -> None:
    probabilities = np.full((len(labels), len(CLASSES)), 0.25, np.float32)
    probabilities[np.arange(len(labels)), read] = 0.75
    (root / run.folder).mkdir(parents=True)
    (root / run.folder / "training.json").write_text(run.id)
    np.savez(
        root / run.folder / "predictions.npz",
        probabilities=probabilities,
        labels=np.array(labels, np.int32),
        training=np.array(training_checksum(root / run.folder)),
    )
    write_sealed_json(
        root / run.folder / "metrics.json", {"predictions": facts_of(root / run.folder / "predictions.npz")}
    )


def _prepare(folder: Path, images: np.ndarray[Any, Any], labels: list[int]) -> None:
    """Write the test part of a dataset."""
    write_prepared(folder, {"test_images.npy": images, "test_labels.npy": np.array(labels, np.int32)})


def test_the_images_of_all_folds_follow_each_other(tmp_path: Path) -> None:
    second, first, again = _run("x", 1), _run("x", 3), _run("y", 1)
    _predict(tmp_path, second, [1, 1], [1, 0])
    _predict(tmp_path, first, [0, 1, 0], [0, 0, 1])
    _predict(tmp_path, again, [1, 1], [0, 0])
    answers = gather_answers(_study(second, first, again), tmp_path)
    assert answers.runs == [second.id, first.id, again.id]
    assert answers.labels.tolist() == [0, 1, 0, 1, 1]
    assert answers.predicted.tolist() == [[-1, -1, -1, 1, 0], [0, 0, 1, -1, -1], [-1, -1, -1, 0, 0]]
    assert answers.confidence.tolist() == [[0, 0, 0, 0.75, 0.75], [0.75, 0.75, 0.75, 0, 0], [0, 0, 0, 0.75, 0.75]]
    assert answers.tested.sum(axis=1).tolist() == [2, 3, 2]
    assert answers.wrong.sum(axis=1).tolist() == [1, 2, 2]
    write_answers(tmp_path / "answers.npz", answers)
    assert read_answers(tmp_path / "answers.npz").tested.tolist() == answers.tested.tolist()


def test_a_fold_that_failed_keeps_its_place(tmp_path: Path) -> None:
    failed, finished = _run("x", 0), _run("x", 1)
    _predict(tmp_path, failed, [], [])
    _predict(tmp_path, finished, [1, 1], [1, 0])
    _prepare(tmp_path / "results/data/data0", np.zeros((3, 1, 1, 1), np.uint8), [0, 1, 0])
    answers = gather_answers(_study(failed, finished), tmp_path)
    assert answers.labels.tolist() == [0, 1, 0, 1, 1]
    assert answers.predicted.tolist() == [[-1, -1, -1, 1, 0]]


def test_networks_of_one_fold_must_have_the_same_images(tmp_path: Path) -> None:
    one, other = _run("x", 1), _run("y", 1)
    _predict(tmp_path, one, [1, 1], [1, 0])
    _predict(tmp_path, other, [1, 0], [1, 0])
    with pytest.raises(UserError, match=r"y/aaaa/seed1.* other test images than those of x/aaaa/seed1"):
        gather_answers(_study(one, other), tmp_path)


def test_an_image_is_shown_from_the_fold_that_it_belongs_to(tmp_path: Path) -> None:
    runs = [_run("x", seed) for seed in (2, 0, 5)]
    for fold in (0, 2):
        images = np.full((2 + fold, 1, 1, 1), fold, np.uint8)
        _prepare(tmp_path / f"data/data{fold}", images, [0] * len(images))
    write_study_file(tmp_path / "study", _study(*runs))
    shown = Results(tmp_path / "study", tmp_path / "data/data2").test_images
    assert shown.ravel().tolist() == [0, 0, 2, 2, 2, 2]


def _answers() -> Answers:
    """Two combinations with three seeds each; a seed knows nothing of the other folds' images."""
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, FOLDS * IMAGES).astype(np.int16)
    runs = [f"{name}/aaaa/seed{seed}" for name in ("x", "y") for seed in range(FOLDS)]
    tested = np.tile(np.repeat(np.eye(FOLDS, dtype=bool), IMAGES, axis=1), (2, 1))
    read = np.where(random.random(tested.shape) < 0.3, 1 - labels, labels)
    confidence = np.where(tested, random.uniform(0.5, 1, tested.shape), 0).astype(np.float32)
    return Answers(runs, labels, np.where(tested, read, -1).astype(np.int16), confidence)


def _runs_and_tables(answers: Answers) -> tuple[ErrorTables, list[float]]:
    accuracies = [float(right[seen].mean()) for right, seen in zip(answers.correct, answers.tested, strict=True)]
    runs = runs_table(("x", "aaaa", accuracies[:FOLDS]), ("y", "aaaa", accuracies[FOLDS:]))
    results = results_of_runs(runs)
    return analyse_errors(study_of(experiment_of(runs)), results, runs, answers, CLASSES), accuracies


def test_errors_are_shares_of_the_images_that_a_network_was_tested_on() -> None:
    answers = _answers()
    tables, accuracies = _runs_and_tables(answers)
    leading = slice(0, FOLDS) if sum(accuracies[:FOLDS]) > sum(accuracies[FOLDS:]) else slice(FOLDS, None)
    (counts,) = tables.error_counts
    assert (counts.images, counts.networks, counts.networks_per_image, counts.seeds) == (120, 6, 2, 3)
    # Each image has one seed of the leading combination: whatever that one misreads, all do that were tested on it.
    missed = FOLDS * IMAGES - int(answers.correct[leading].sum())
    assert counts.missed_by_any_seed == counts.missed_by_every_seed == missed
    assert counts.missed_by_all == int((~answers.correct.any(axis=0)).sum())
    for number, row in enumerate(tables.class_accuracy):
        of_class = answers.labels == number
        assert row.support == row.readings == of_class.sum()
        assert row.accuracy == pytest.approx(answers.correct[leading][:, of_class].sum() / of_class.sum())
    both = sum(
        pair.first_as_second + pair.second_as_first for pair in tables.confused_pairs if pair.networks_of == "all"
    )
    assert both == answers.wrong.sum()


def test_images_are_listed_with_the_networks_that_were_tested_on_them() -> None:
    answers = _answers()
    tables, _ = _runs_and_tables(answers)
    assert {(row.seeds, row.networks) for row in tables.mistakes} == {(1, 2)}
    assert all(answers.wrong[:, row.image].any() for row in tables.mistakes)
    assert {(row.agreeing, row.networks) for row in tables.hardest_images} == {(2, 2)}
    assert {row.image for row in tables.hardest_images} <= set(np.flatnonzero(~answers.correct.any(axis=0)))


def test_only_networks_of_the_same_images_are_compared_and_vote_together() -> None:
    answers = _answers()
    tables, accuracies = _runs_and_tables(answers)
    (agreement,) = tables.agreement
    first, last = answers.predicted[0, :IMAGES], answers.predicted[FOLDS, :IMAGES]
    assert agreement.network_pairs == 1
    assert agreement.same == pytest.approx((first == last).mean())
    (vote,) = tables.votes
    assert (vote.vote, vote.networks, vote.best_seed) == ("experiment", 2, 0)
    assert vote.best_accuracy == pytest.approx(max(accuracies[0], accuracies[FOLDS]))


def test_a_combination_that_lacks_a_fold_is_compared_on_another() -> None:
    answers = _answers()
    kept = [1, 2, 3, 4, 5]  # the first seed of x failed
    fewer = Answers([answers.runs[n] for n in kept], answers.labels, answers.predicted[kept], answers.confidence[kept])
    runs = runs_table(("x", "aaaa", [None, 0.7, 0.7]), ("y", "aaaa", [0.6, 0.6, 0.6]))
    tables = analyse_errors(study_of(experiment_of(runs)), results_of_runs(runs), runs, fewer, CLASSES)
    (agreement,) = tables.agreement
    second = slice(IMAGES, 2 * IMAGES)
    assert agreement.same == pytest.approx((answers.predicted[1, second] == answers.predicted[4, second]).mean())
    for number, row in enumerate(tables.class_accuracy):
        of_class = (answers.labels == number) & (np.arange(FOLDS * IMAGES) >= IMAGES)
        assert row.readings == of_class.sum() < row.support
        assert row.accuracy == pytest.approx(answers.correct[1:3][:, of_class].sum() / of_class.sum())


def test_confidence_is_that_of_the_images_that_a_network_was_tested_on() -> None:
    answers = _answers()
    _, accuracies = _runs_and_tables(answers)
    runs = runs_table(("x", "aaaa", accuracies[:FOLDS])).assign(expected_calibration_error=0.1, log_loss=0.5)
    tables = calibrate(results_of_runs(runs), runs, histories_of(runs), answers)
    (row,) = tables.calibration
    means = [answers.confidence[seed, seed * IMAGES : (seed + 1) * IMAGES].mean() for seed in range(FOLDS)]
    assert row.confidence.mean == pytest.approx(np.mean(means))
    assert row.gap.mean == pytest.approx(np.mean(means) - np.mean(accuracies[:FOLDS]))
    assert sum(bin_.images for bin_ in tables.reliability) == FOLDS * IMAGES
