"""Reading every file of a study, to be sure that each is what was written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cnnbench.data.arrays import load_part, read_source
from cnnbench.errors import UserError
from cnnbench.files import read_json
from cnnbench.planning import Plan
from cnnbench.provenance import recorded_files, verified
from cnnbench.run_files import TRAINED, refuse_of_another_training, tested_file, trained_file
from cnnbench.study.study_file import Presentation, StudyFile


@dataclass(frozen=True)
class Check:
    """A file to read."""

    path: Path
    read: Callable[[], object]
    """Raises `UserError` if the file is not what was written."""

    @property
    def problem(self) -> str | None:
        """What is wrong with the file; None if it is sound."""
        try:
            self.read()
        except UserError as error:
            return str(error)
        return None


def checks(plan: Plan) -> Iterator[Check]:
    """Yield each result of a study that is there: datasets, runs, tables, figures and documents."""
    for key in plan.datasets:
        yield from _of_dataset(Path("results/data", key))
    for run in plan.runs.values():
        yield from _of_run(Path(run.folder))
    yield from _of_study(Path("results/studies", plan.study.name))


def _of_dataset(folder: Path) -> Iterator[Check]:
    if folder.is_dir():
        for part in ("train", "validation", "test"):
            yield Check(folder / f"{part}_images.npy", partial(load_part, folder, part))
        yield Check(folder / "source.json", partial(read_source, folder))
        yield from (Check(path, partial(verified, path)) for path in recorded_files(folder))


def _of_run(folder: Path) -> Iterator[Check]:
    if (folder / "training.json").exists():
        yield from (Check(folder / name, partial(trained_file, folder, name)) for name in TRAINED)
    if (folder / "metrics.json").exists():
        yield Check(folder / "predictions.npz", partial(tested_file, folder))
    for path in (folder / "metrics.json", folder / "latency.json"):
        if path.exists():
            yield Check(path, partial(_refuse_of_another_training, path))


def _refuse_of_another_training(path: Path) -> None:
    refuse_of_another_training(path, read_json(path).get("training"), path.parent)


def _of_study(folder: Path) -> Iterator[Check]:
    for path in (folder / StudyFile.file, folder / Presentation.file):
        if path.exists():
            yield Check(path, partial(read_json, path))
    yield from (Check(path, partial(verified, path)) for path in recorded_files(folder))
