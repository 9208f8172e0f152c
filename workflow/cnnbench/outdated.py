"""What of a study has to be made again, whatever Snakemake remembers.

Snakemake decides by times of files and by its own notes in `.snakemake`, which are lost if it is killed or if results
are copied. So before a job is planned, this module compares what is there with what the plan wants: sizes with those
that were recorded, and code, recipe and data with those that made it. No large file is read: `verification.py` does
that.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cnnbench.errors import UserError
from cnnbench.files import canonical_json, checksum, read_json
from cnnbench.planning import Plan
from cnnbench.provenance import Record, read_record, record_path
from cnnbench.run_files import TRAINED, differences_from
from cnnbench.study.expansion import Run
from cnnbench.study.recipe import Recipe
from cnnbench.study.study_file import Presentation, StudyFile

LINES = 10
"""How many files are named before the rest is only counted."""


@dataclass(frozen=True)
class Outdated:
    """A file that has to be made again."""

    path: str
    reason: str


@dataclass(frozen=True)
class Codes:
    """What the results of a study are to be made by: fingerprints of code, some with settings."""

    prepare: str
    train: Mapping[str, str]
    """By the id of the run."""
    predict: str
    score: str
    measure_latency: str
    files: Mapping[str, str]
    """Of tables, figures and documents, by path."""


@dataclass
class _Results:
    """What is there, each small file read once."""

    checksums: dict[Path, str] = field(default_factory=dict)
    records: dict[Path, Record | None] = field(default_factory=dict)

    def checksum(self, path: Path) -> str:
        """Return the checksum of a small file, or that in the record of a larger one."""
        if path not in self.checksums:
            record = self.record(path)
            self.checksums[path] = record.sha256 if record else checksum(path)
        return self.checksums[path]

    def record(self, path: Path) -> Record | None:
        """Return the record of the file `path`; None if there is none that can be read."""
        if path not in self.records:
            try:
                self.records[path] = read_record(path)
            except UserError:
                self.records[path] = None
        return self.records[path]


def find_outdated(plan: Plan, codes: Codes, kept: Mapping[str, int]) -> list[Outdated]:
    """Return what has to be made again of the results that are there; what was never made is not among it.

    Args:
        plan: what is wanted.
        codes: the present code.
        kept: how many runs keep a training by other code, by the architecture's title.
    """
    results = _Results()
    return [*_data(plan, codes, results), *_runs(plan, codes, results), *_study(plan, codes, kept, results)]


def codes_of_trainings(plan: Plan, present: Mapping[str, str]) -> dict[str, str]:
    """Return the code by which each run is to have been trained, by the run's id.

    That is the present code, by architecture; or what a run was trained by, if the study keeps that and nothing else is
    wrong with the run.
    """
    codes = {run.id: present[run.architecture] for run in plan.runs.values()}
    if plan.study.keep_outdated:
        codes |= {run.id: code for run in plan.runs.values() if (code := _code_of_sound_training(run))}
    return codes


def _code_of_sound_training(run: Run) -> str | None:
    """Return the code of a run's training if there is nothing wrong with it; otherwise None."""
    folder = Path(run.folder)
    if not (folder / "training.json").is_file():
        return None
    try:
        code = str(_read(folder / "training.json").get("code"))
        _check_training(run, folder, code, _checksums_of_data(run.dataset))
    except UserError:
        return None
    return code


def count_outdated(plan: Plan, present: Mapping[str, str], codes: Mapping[str, str]) -> dict[str, int]:
    """Return how many runs keep a training by another code than the `present` one, by the architecture's title.

    Args:
        plan: the plan.
        present: the present code of each architecture.
        codes: the code of each run, by id.
    """
    titles = {row.architecture: row.title for expanded in plan.experiments for row in expanded.rows}
    kept = (titles[run.architecture] for run in plan.runs.values() if codes[run.id] != present[run.architecture])
    return dict(Counter(kept))


def lines_about(outdated: list[Outdated]) -> list[str]:
    """Return lines that say what is damaged or out of date, and why."""
    lines = [f"To be made again: {item.path}: {item.reason}" for item in outdated[:LINES]]
    return [*lines, *([f"To be made again: {len(outdated) - LINES:,} more"] if len(outdated) > LINES else [])]


def _reason(check: Callable[..., None], *arguments: Any) -> str | None:
    """Return why `check` refuses a result; None if it does not."""
    try:
        check(*arguments)
    except UserError as error:
        return str(error)
    return None


def _read(path: Path) -> dict[str, Any]:
    """Return the content of a small JSON file, or say in short what is wrong with it."""
    if not path.is_file():
        raise UserError(f"{path.name} is missing")
    try:
        content = read_json(path)
    except UserError:
        raise UserError(f"{path.name} is damaged") from None
    if not isinstance(content, dict):
        raise UserError(f"{path.name} is damaged")
    return content


def _refuse_size(path: Path, expected: object) -> None:
    if not path.is_file():
        raise UserError(f"{path.name} is missing")
    if not isinstance(expected, int):
        raise UserError(f"there is no record of the size of {path.name}")
    if (found := path.stat().st_size) != expected:
        raise UserError(f"{path.name} has {found:,} bytes instead of {expected:,}")


def _refuse_code(found: object, expected: str) -> None:
    if found != expected:
        raise UserError("it was made by another version of the code, or with other settings")


# Data


def _data(plan: Plan, codes: Codes, results: _Results) -> Iterator[Outdated]:
    trained_on = {run.dataset for run in plan.runs.values() if Path(run.folder).is_dir()}
    for key in plan.datasets:
        path = Path("results/data", key, "dataset.json")
        begun = path.exists() or key in trained_on or any(path.parent.glob("*.npy"))
        if begun and (reason := _reason(_check_dataset, path, codes.prepare, results)):
            yield Outdated(path.as_posix(), reason)


def _check_dataset(path: Path, code: str, results: _Results) -> None:
    content = _read(path)
    _check_recorded(path, code, results)
    _read(path.parent / "source.json")
    for name in content.get("checksums", {}):
        _refuse_size(path.parent / name, content.get("bytes", {}).get(name))


# Runs


def _runs(plan: Plan, codes: Codes, results: _Results) -> Iterator[Outdated]:
    timed = {run.folder for run in plan.latency_runs}
    data = {key: _checksums_of_data(key) for key in plan.datasets}
    for run in plan.runs.values():
        folder = Path(run.folder)
        training = folder / "training.json"
        tests = [
            _Test(folder / "predictions.npz", _check_predictions, codes.predict),
            _Test(folder / "metrics.json", _check_metrics, codes.score),
            *([_Test(folder / "latency.json", _check_latency, codes.measure_latency)] if run.folder in timed else []),
        ]
        # What was never made, or is being made, is Snakemake's business.
        if not training.exists() and not any(test.path.exists() for test in tests):
            continue
        reason = _reason(_check_training, run, folder, codes.train[run.id], data[run.dataset])
        if reason := reason or _reason(_refuse_more_time, folder, plan.study.time_limit_minutes):
            yield Outdated(training.as_posix(), reason)
            continue
        for test in tests:
            # Predictions are known by the metrics that were computed from them.
            begun = test.path.exists() or (folder / "metrics.json").exists()
            if begun and (reason := _reason(test.check, folder, test.code, results.checksum(training))):
                yield Outdated(test.path.as_posix(), reason)


@dataclass(frozen=True)
class _Test:
    """What is computed from a training."""

    path: Path
    check: Callable[[Path, str, str], None]
    code: str


def _checksums_of_data(key: str) -> Mapping[str, str] | None:
    """Return the checksums of a prepared dataset; None if it has to be prepared first."""
    try:
        return dict(_read(Path("results/data", key, "dataset.json"))["checksums"])
    except (UserError, KeyError):
        return None


def _check_training(run: Run, folder: Path, code: str, data: Mapping[str, str] | None) -> None:
    training, recipe = _read(folder / "training.json"), _recipe(folder / "recipe.json")
    differences = differences_from(run.architecture, run.seed, run.recipe.canonical(), training, recipe)
    if data is not None and training.get("dataset", {}).get("checksums") != data:
        differences.append("dataset")
    if training.get("code") != code:
        differences.append("version of the code")
    if differences:
        raise UserError(f"trained with another {' and another '.join(differences)}")
    for name in TRAINED:
        _refuse_size(folder / name, training.get("files", {}).get(name, {}).get("bytes"))


def _recipe(path: Path) -> dict[str, Any]:
    """Return the canonical recipe in a file that may lack keys which did not exist when it was written."""
    content = _read(path)
    try:
        return Recipe.from_canonical(content).canonical()
    except ValidationError:
        raise UserError(f"{path.name} is damaged") from None


def _refuse_more_time(folder: Path, limit: float | None) -> None:
    """Refuse a training that ran out of time, if it has more time now."""
    training = _read(folder / "training.json")
    if training.get("status") == "timed_out" and (limit is None or limit > training["time_limit_minutes"]):
        raise UserError("it ran out of time, and goes on with the time that it has now")


def _check_predictions(folder: Path, code: str, training: str) -> None:
    metrics = _read(folder / "metrics.json")
    _refuse_training(metrics, training)
    _refuse_size(folder / "predictions.npz", metrics.get("predictions", {}).get("bytes"))
    _refuse_code(metrics.get("code", {}).get("predict"), code)


def _check_metrics(folder: Path, code: str, training: str) -> None:
    metrics = _read(folder / "metrics.json")
    _refuse_training(metrics, training)
    _refuse_code(metrics.get("code", {}).get("score"), code)


def _check_latency(folder: Path, code: str, training: str) -> None:
    latency = _read(folder / "latency.json")
    _refuse_training(latency, training)
    _refuse_code(latency.get("code"), code)


def _refuse_training(content: Mapping[str, Any], training: str) -> None:
    if content.get("training") != training:
        raise UserError("it was computed from another training")


# Tables, figures, documents


def _study(plan: Plan, codes: Codes, kept: Mapping[str, int], results: _Results) -> Iterator[Outdated]:
    folder = Path("results/studies", plan.study.name)
    if not folder.is_dir():
        return
    for name, wanted in ((StudyFile.file, plan.study_json), (Presentation.file, plan.presentation_json(kept))):
        if reason := _reason(_check_content, folder / name, wanted):
            yield Outdated((folder / name).as_posix(), reason)
    paths = [Path(path) for path in codes.files]
    needed = {name for path in paths if (record := results.record(path)) for name in record.made_from}
    made_elsewhere = {run.folder for run in plan.runs.values()} | {f"results/data/{key}" for key in plan.datasets}
    for name in sorted(needed):
        # Of a run or dataset without any file, nothing else shows that it was there.
        if Path(name).parent.as_posix() in made_elsewhere and not Path(name).exists():
            yield Outdated(name, f"{Path(name).name} is missing")
    for path in paths:
        begun = path.exists() or record_path(path).exists() or path.as_posix() in needed
        if begun and (reason := _reason(_check_file, path, codes.files[path.as_posix()], results)):
            yield Outdated(path.as_posix(), reason)


def _check_content(path: Path, wanted: str) -> None:
    if canonical_json(_read(path)) != wanted:
        raise UserError("the config says something else")


def _check_file(path: Path, code: str, results: _Results) -> None:
    for name, made_from in _check_recorded(path, code, results).made_from.items():
        if Path(name).is_file() and results.checksum(Path(name)) != made_from:
            raise UserError(f"it was made from another {name}")


def _check_recorded(path: Path, code: str, results: _Results) -> Record:
    """Return the record of the file `path`, which has the recorded size and was made by `code`."""
    if not path.is_file():
        raise UserError(f"{path.name} is missing")
    record = results.record(path)
    if record is None:
        raise UserError("there is no record of how it was made")
    _refuse_size(path, record.bytes)
    _refuse_code(record.code, code)
    return record
