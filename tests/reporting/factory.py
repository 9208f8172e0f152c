"""Made-up results of whole studies, in the files that a real study leaves behind."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cnnbench.analysis.answers import gather_answers, write_answers
from cnnbench.analysis.calibration import calibrate
from cnnbench.analysis.choices import choose_by_validation
from cnnbench.analysis.collect import collect
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.costs import gather_costs
from cnnbench.analysis.errors.analyse import analyse_errors
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.latency import Latencies, latencies_of
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.survey.outcome import survey_correlation, survey_outcome
from cnnbench.analysis.survey.robustness import survey_ranking, survey_weights
from cnnbench.analysis.survey.table import read_survey_table
from cnnbench.analysis.tables.calibration import Calibration, ReliabilityBin
from cnnbench.analysis.tables.comparisons import GridEffect, Result
from cnnbench.analysis.tables.costs import Cost
from cnnbench.analysis.tables.runs import ClassMetrics, ConfusionCell, Epoch, RunRecord, TrainingDiagnosis
from cnnbench.analysis.tables.survey import SurveyCorrelation, SurveyedArchitecture, SurveyOutcome, SurveyWeight
from cnnbench.analysis.tables.table import Table, read_frame, write_frame, write_rows
from cnnbench.analysis.training_diagnosis import diagnose_training
from cnnbench.array_files import array_checksum
from cnnbench.data.contact_sheet import draw_contact_sheet
from cnnbench.data.sources.facts import ReadingFacts
from cnnbench.evaluation.metrics import all_metrics
from cnnbench.files import read_json, write_json, write_sealed_json
from cnnbench.planning import subjects_of
from cnnbench.provenance import record
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.figures.registry import figures
from cnnbench.reporting.results import Results
from cnnbench.reporting.translation import FIGURE, Texts, read_texts
from cnnbench.run_files import facts_of, facts_of_training, training_checksum
from cnnbench.study.expansion import expand, presentation, study_file
from cnnbench.study.load import load_study, load_survey
from cnnbench.study.networks import network_of
from cnnbench.study.study_file import StudyFile, StudyRun, write_presentation, write_study_file
from PIL import Image, ImageDraw

DIGITS = [str(digit) for digit in range(10)]
BALANCED = [*DIGITS, *"ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"]
BYCLASS = [*DIGITS, *"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"]
_ALIKE = ["0O", "1I", "1L", "IL", "5S", "2Z", "9q", "gq", "Ff", "8B", "9g", "4Y", "UV", "VY", "hn", "6G", "Dd", "cC"]
ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "report"
STYLE = TEMPLATES / "figures.mplstyle"
ENGLISH = read_texts(None)
ENGLISH_FIGURES = read_texts(None, FIGURE)


@dataclass(frozen=True)
class Facts:
    """What the expansion and the made-up training know of an architecture."""

    title: str
    parameters: int
    flops: int
    accuracy: float
    """Mean test accuracy to make up."""
    default_size: int = 32
    minimum_size: int = 32
    small_stem: None = None
    stage_ends: tuple[str, ...] = ("stage",)
    batch_normalisation: bool = True


ARCHITECTURES = {
    "lenet5": Facts("LeNet-5", 64_811, 836_148, 0.862),
    "resnet50": Facts("ResNet-50", 23_677_743, 167_391_232, 0.889),
    "mobilenet_v2": Facts("MobileNetV2", 2_317_615, 12_418_560, 0.8875),
}


@dataclass(frozen=True)
class Scenario:
    """A study and how its runs are to end."""

    config: dict[str, Any]
    classes: list[str]
    test_images_per_class: int
    title: str
    official: bool | None
    accuracy: Callable[[str, Mapping[str, Any]], float] = lambda architecture, recipe: (
        ARCHITECTURES[architecture].accuracy
    )
    spread: float = 0.0015
    """Standard deviation over seeds."""
    fails: Callable[[str, Mapping[str, Any], int], str | None] = lambda architecture, recipe, seed: None
    """The status of a run that is to fail, or None."""
    parts: Callable[[str, Mapping[str, Any], int], int] = lambda architecture, recipe, seed: 1
    """In how many parts a batch was computed because memory ran out."""


def write_results(scenario: Scenario, root: Path) -> Path:
    """Write the expanded study, the dataset's summary and all runs below `root`; return the study's folder."""
    study = load_study(scenario.config, "factory")
    expanded = study_file(study, expand(study, ARCHITECTURES, "factory"))
    folder = root / "results/studies" / study.name
    write_study_file(folder, expanded)
    write_presentation(folder, presentation(study, {}))
    prepared = {dataset.key: dataset for dataset in map(study.dataset.for_seed, study.seeds)}
    datasets = {key: _dataset(scenario, dataset.preparation()) for key, dataset in prepared.items()}
    first = root / "results/data" / expanded.dataset
    datasets[expanded.dataset]["checksums"] |= _write_images(scenario, first)
    for key, dataset in datasets.items():
        write_json(root / "results/data" / key / "dataset.json", dataset)
        write_json(root / "results/data" / key / "source.json", source_of(scenario, dataset))
    draw_contact_sheet(first, first / "contact_sheet.png")
    timed: set[str] = set()
    for run in expanded.runs:
        network = network_of(run.architecture, run.recipe)
        _write_run(scenario, run, datasets[run.dataset], run.dataset, root / run.folder)
        if network not in timed:
            timed.add(network)
            _write_latency(scenario, run, root / run.folder)
    return folder


def make_results(folder: Path, root: Path, words: Texts = ENGLISH_FIGURES) -> Results:
    """Make all tables and figures of a study from the files of its runs, as the workflow does."""
    results = Results(folder, root / "results/data" / Results(folder, root).study.dataset)
    make_tables(results, root)
    draw_figures(results, words)
    return results


def make_tables(results: Results, root: Path) -> None:
    """Make all tables of a study from the files of its runs below `root`."""
    study, folder = results.study, results.folder
    collected = collect(study, root)
    for table, frame in (
        (RunRecord, collected.runs),
        (Epoch, collected.histories),
        (ClassMetrics, collected.per_class),
        (ConfusionCell, collected.confusion),
    ):
        write_frame(folder, table, frame)
    runs, histories, answers = read_frame(folder, RunRecord), read_frame(folder, Epoch), gather_answers(study, root)
    write_answers(folder / "answers.npz", answers)
    ranked, latencies = leaderboard(study, runs, answers), read_made_up_latencies(study, root)
    compared, calibrated = compare(study, ranked, runs, answers), calibrate(ranked, runs, histories, answers)
    write_rows(folder, Result, ranked)
    write_rows(folder, TrainingDiagnosis, diagnose_training(study, runs, histories))
    write_rows(folder, GridEffect, grid_effects(study, ranked, runs, answers))
    write_rows(folder, Cost, gather_costs(ranked, runs, latencies))
    write_rows(folder, Calibration, calibrated.calibration)
    write_rows(folder, ReliabilityBin, calibrated.reliability)
    errors = analyse_errors(study, ranked, runs, answers, results.dataset["classes"])
    choices = choose_by_validation(study, ranked, runs, histories)
    for file, rows in {**vars(compared), **vars(errors), **vars(choices)}.items():
        write_rows(folder, table_called(f"{file}.csv"), rows)
    if results.presentation.survey:
        settings = load_survey(ROOT / results.presentation.config["survey"])
        ranking = survey_ranking(read_survey_table(ROOT / settings.table), settings)
        outcome = survey_outcome(ranking, study, ranked, runs, histories, latencies)
        write_frame(folder, SurveyedArchitecture, ranking)
        write_rows(folder, SurveyWeight, survey_weights(ranking, settings))
        write_rows(folder, SurveyOutcome, outcome)
        write_rows(folder, SurveyCorrelation, [survey_correlation(outcome)])


def table_called(file: str) -> type[Table]:
    """Return the table that a file of the study's folder holds."""
    waiting = list(Table.__subclasses__())
    while waiting:
        table = waiting.pop()
        if getattr(table, "file", None) == file:
            return table
        waiting.extend(table.__subclasses__())
    raise AssertionError(f"no table is written to {file}")


def draw_figures(results: Results, words: Texts = ENGLISH_FIGURES) -> None:
    """Draw all figures of a study, those that training draws as well."""
    subjects = subjects_of(load_study(results.presentation.config, "factory"))
    for name, figure in figures().items():
        for subject in subjects[figure.drawn_for]:
            figure.draw(results, subject, words, Canvas(STYLE, results.folder / figure.path(name, subject)))
    if results.study.augmented:
        # Stands for the picture that training draws with Keras, which these tests need not load.
        path = results.folder / "figures" / "augmentation.png"
        Image.new("RGB", (560, 280), "white").save(path)
        record(path)


def read_made_up_latencies(study: StudyFile, root: Path) -> Latencies:
    """Return what the factory made up, as a command reads it."""
    files = {run.folder: root / run.folder / "latency.json" for run in study.runs}
    return latencies_of(study, {folder: read_json(path) for folder, path in files.items() if path.is_file()})


def _write_latency(scenario: Scenario, run: StudyRun, folder: Path) -> None:
    failed = scenario.fails(run.architecture, run.recipe, run.seed)
    content = {
        "architecture": run.architecture,
        "hardware": {"name": "Made-up processor"},
        "milliseconds": {} if failed else {"1": 4.2, "256": 321.0},
        "training": training_checksum(folder),
    }
    write_sealed_json(folder / "latency.json", content)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _dataset(scenario: Scenario, preparation: dict[str, Any]) -> dict[str, Any]:
    count = len(scenario.classes)
    parts = ("train", "validation", "test")
    arrays = [f"{part}_{kind}.npy" for part in parts for kind in ("images", "labels")]
    return {
        "name": scenario.config.get("dataset", {}).get("name", "sample"),
        "split": scenario.config.get("dataset", {}).get("split"),
        "official": scenario.official,
        "image": {"height": 28, "width": 28, "channels": 1},
        "classes": scenario.classes,
        "counts": {
            "train": [2160] * count,
            "validation": [240] * count,
            "test": [scenario.test_images_per_class] * count,
        },
        "duplicates": [],
        "preparation": preparation,
        "checksums": {name: _sha256(name) for name in arrays},
        "pixels": {"mean": 44.2, "standard_deviation": 84.9},
    }


def source_of(scenario: Scenario, dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what `source.json` says of images that were in their archive as networks read them."""
    members = [f"gzip/emnist-{part}-{kind}-ubyte.gz" for part in ("train", "test") for kind in ("images", "labels")]
    return {
        "title": scenario.title,
        "files": {name: {"bytes": 1000, "sha256": _sha256(name)} for name in members},
        "own_validation": False,
        "ink": "light",
        "blank": 0,
        **asdict(ReadingFacts("gzip", sizes={"28 × 28": sum(map(sum, dataset["counts"].values()))})),
    }


def _write_run(scenario: Scenario, run: StudyRun, dataset: dict[str, Any], key: str, folder: Path) -> None:
    random = np.random.default_rng(int(_sha256(run.id)[:8], 16))
    recipe, facts = run.recipe, ARCHITECTURES[run.architecture]
    status = scenario.fails(run.architecture, recipe, run.seed)
    target = scenario.accuracy(run.architecture, recipe) + scenario.spread * random.standard_normal()
    history = _history(random, recipe, target, status)
    best = int(history["validation_accuracy"].idxmax()) + 1 if status is None else None
    reasons = {
        "diverged": f"diverged in epoch {len(history)}: training loss nan, validation loss nan",
        "did_not_learn": "did not learn: validation accuracy 2.10%, always answering the same class gives 2.13%",
        "out_of_memory": f"out of memory with {recipe['batch_size']} images at once: RESOURCE_EXHAUSTED",
        "timed_out": f"timed out: 30 minutes were over after {len(history)} of {recipe['epochs']} epochs",
    }
    reason = reasons[status] if status else None
    write_json(folder / "recipe.json", recipe)
    history.to_csv(folder / "history.csv", index=False)
    training = {
        "status": status or "done",
        "reason": reason,
        "dataset": {"dataset": key, "official": dataset["official"], "checksums": dataset["checksums"]},
        "architecture": run.architecture,
        "seed": run.seed,
        "backend": "tensorflow",
        "parameters": facts.parameters,
        "flops": facts.flops,
        "epochs": len(history),
        "planned_batch_size": recipe["batch_size"],
        "computed_batch_size": recipe["batch_size"] // scenario.parts(run.architecture, recipe, run.seed),
        "best_epoch": best,
        "kept_epoch": best,
        "seconds": float(history["seconds"].sum()),
        "images_per_second": float(history["images_per_second"].median()) if len(history) else None,
        "energy_joules": {"cpu": 65.0 * float(history["seconds"].sum())},
        "peak_memory_bytes": 2_400_000_000,
        "peak_device_memory_bytes": None,
        "hardware": {
            "device": "CPU",
            "name": "Example CPU @ 2.60GHz",
            "cores": 8,
            "threads": 4,
            "memory_bytes": 16_800_000_000,
        },
        "versions": {
            "python": "3.11.7",
            "cnnbench": "0.1.0",
            "keras": "3.10",
            "tensorflow": "2.21.0",
            "numpy": "2.4.6",
        },
        "code": _sha256(run.architecture)[:10],
    }
    (folder / "model.keras").touch()
    write_sealed_json(folder / "training.json", {**training, "files": facts_of_training(folder)})
    probabilities, labels = np.zeros((0, len(scenario.classes)), np.float32), np.zeros(0, np.int32)
    if status is None:
        probabilities, labels = _predictions(random, _confusions(random, scenario, target))
    of_training = np.array(training_checksum(folder))
    np.savez(folder / "predictions.npz", probabilities=probabilities, labels=labels, training=of_training)
    metrics = {
        "status": status or "done",
        "reason": reason,
        "training": training_checksum(folder),
        "predictions": facts_of(folder / "predictions.npz"),
    }
    if status is None:
        metrics |= all_metrics(probabilities, labels, scenario.classes)
    write_sealed_json(folder / "metrics.json", metrics)


def _history(random: np.random.Generator, recipe: Mapping[str, Any], target: float, status: str | None) -> pd.DataFrame:
    shorter = {"diverged": min(3, recipe["epochs"]), "out_of_memory": 0, "timed_out": recipe["epochs"] // 2}
    epochs = shorter.get(status or "", recipe["epochs"])
    epoch = np.arange(1, epochs + 1)
    speed = 40_000 / (1 + 0.02 * random.random(epochs))
    growth = 1 - 0.55 * np.exp(-0.6 * epoch)
    accuracy = np.clip((target + 0.03) * growth + 0.004 * random.standard_normal(epochs), 0, 0.999)
    validation = np.clip(target * (growth - 0.0009 * epoch) + 0.004 * random.standard_normal(epochs), 0, 0.999)
    loss, validation_loss = 3.2 * (1 - accuracy) + 0.02, 3.2 * (1 - validation) + 0.02 + 0.006 * epoch
    if status == "did_not_learn":
        accuracy, validation = np.full(epochs, 0.021), np.full(epochs, 0.021)
        loss = validation_loss = np.full(epochs, 3.85)
    if status == "diverged":
        loss = np.array([0.9, 42.0, np.nan])[-epochs:]
        validation_loss = np.array([1.4, 180.0, np.nan])[-epochs:]
        accuracy, validation = np.array([0.7, 0.2, 0.02])[-epochs:], np.array([0.66, 0.15, 0.02])[-epochs:]
    return pd.DataFrame(
        {
            "epoch": epoch,
            "learning_rate": recipe["learning_rate"],
            "loss": loss,
            "accuracy": accuracy,
            "validation_loss": validation_loss,
            "validation_accuracy": validation,
            "seconds": 100_000 / speed,
            "images_per_second": speed,
        }
    )


def _confusions(random: np.random.Generator, scenario: Scenario, accuracy: float) -> np.ndarray[Any, Any]:
    """Return counts whose mistakes fall mostly on characters that look alike."""
    names, per_class = scenario.classes, scenario.test_images_per_class
    weights = np.full((len(names), len(names)), 0.02)
    for first, second in _ALIKE:
        if first in names and second in names:
            weights[names.index(first), names.index(second)] = 4.0
            weights[names.index(second), names.index(first)] = 3.0
    np.fill_diagonal(weights, 0)
    weights /= weights.sum()
    errors = round((1 - accuracy) * per_class * len(names))
    matrix = random.multinomial(errors, weights.ravel()).reshape(weights.shape)
    while (over := matrix.sum(axis=1) > per_class).any():
        matrix[over] = matrix[over] * 0.9
    return matrix + np.diag(per_class - matrix.sum(axis=1))


def _predictions(random: np.random.Generator, matrix: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Return probabilities and labels that have the counts of `matrix`; some images are hard for every network."""
    classes, per_class = len(matrix), int(matrix[0].sum())
    labels = np.repeat(np.arange(classes, dtype=np.int32), per_class)
    hard = np.random.default_rng(0).normal(size=(classes, per_class))
    predicted = np.empty((classes, per_class), np.int32)
    for true, row in enumerate(matrix):
        mistakes = np.repeat(np.arange(classes), np.where(np.arange(classes) == true, 0, row))
        answers = np.full(per_class, true)
        answers[: len(mistakes)] = random.permutation(mistakes)
        hardest_first = np.argsort(-(hard[true] + 0.5 * random.normal(size=per_class)))
        predicted[true, hardest_first] = answers
    predicted = predicted.ravel()
    confidence = np.where(predicted == labels, random.beta(9, 1, len(labels)), random.beta(3, 2, len(labels)))
    confidence = np.clip(confidence, 1.5 / classes, 0.9999)
    probabilities = np.repeat(((1 - confidence) / (classes - 1))[:, None], classes, axis=1)
    probabilities[np.arange(len(labels)), predicted] = confidence
    return probabilities.astype(np.float32), labels


def _write_images(scenario: Scenario, folder: Path) -> dict[str, str]:
    """Write training and test images into the dataset's folder, and return their checksums."""
    folder.mkdir(parents=True)
    checksums = {}
    for part, count in (("train", 10), ("test", scenario.test_images_per_class)):
        images, labels = _images(scenario.classes, count)
        for kind, array in (("images", images), ("labels", labels)):
            np.save(folder / f"{part}_{kind}.npy", array)
            checksums[f"{part}_{kind}.npy"] = array_checksum(array)
    return checksums


def _images(classes: list[str], count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return `count` images of each class, the character a little further to the right in each."""
    images, labels = [], np.repeat(np.arange(len(classes), dtype=np.int32), count)
    for place, label in enumerate(labels):
        image = Image.new("L", (28, 28))
        ImageDraw.Draw(image).text((2 + place % 8, 0), classes[label][:1], fill=255, font_size=24)
        images.append(np.asarray(image)[..., None])
    return np.stack(images), labels
