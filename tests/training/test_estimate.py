"""What a study is said to cost: counted operations, measured speeds, and a sum that one can do by hand."""

import subprocess
import sys
from pathlib import Path

import pytest
from cnnbench.data.size import DatasetSize, dataset_size
from cnnbench.data.sources.emnist_archive import SIZES
from cnnbench.errors import UserError
from cnnbench.planning import make_plan
from cnnbench.study.config_file import read_config
from cnnbench.study.dataset import DatasetSettings
from cnnbench.study.expansion import Run
from cnnbench.study.recipe import Recipe
from cnnbench.training import estimate
from cnnbench.training.estimate import Speed, estimate_lines, measure_speeds, read_speeds, study_costs, write_speeds

ROOT = Path(__file__).parents[2]
SIZE = DatasetSize(classes=10, shape=(28, 28, 1), training=900, validation=100, test=50)

# Twice the weights of figure 2 of the paper times the positions that each is used at.
LENET5 = 2 * (28 * 28 * 6 * 25 + 10 * 10 * 16 * 6 * 25 + 120 * 16 * 25 + 120 * 84 + 84 * 10)

# A machine that computes 3 · 10^6 operations in three passes over an image, at 1000 images a second.
SPEED = Speed("lenet5", "a machine", flops=1_000_000, images_per_second=1000.0, start_seconds=20.0)


def _run(architecture: str = "lenet5", epochs: int = 2) -> Run:
    return Run("sample", architecture, Recipe(epochs=epochs), 0)


def test_a_run_costs_its_passes_over_the_images() -> None:
    """Each epoch reads the training images forward and twice backward, the validation images once; the test ends it."""
    (cost,) = study_costs({"a": _run(epochs=2)}, SIZE, {"lenet5": SPEED}).values()
    passes = 2 * (3 * 900 + 100) + 50
    assert cost.flops == passes * LENET5
    assert cost.seconds == pytest.approx(20 + passes * LENET5 / 3e9)


def test_an_unmeasured_architecture_is_as_fast_as_the_others() -> None:
    faster = Speed("vgg16", "a machine", flops=1_000_000, images_per_second=3000.0, start_seconds=40.0)
    (cost,) = study_costs({"a": _run()}, SIZE, {"alexnet": SPEED, "vgg16": faster}).values()
    assert cost.seconds == pytest.approx(30 + cost.flops / 6e9)


def test_a_run_of_two_experiments_is_paid_once() -> None:
    config = {
        "name": "twice",
        "title": "Twice",
        "seeds": [0, 1],
        "experiments": [
            {"kind": "grid", "name": name, "question": "Which?", "architectures": architectures}
            for name, architectures in (("one", ["lenet5"]), ("both", ["lenet5", "lenet5_partial"]))
        ],
    }
    plan = make_plan(config, "twice.yaml", {})
    costs = study_costs(plan.runs, SIZE, {"lenet5": SPEED})
    lines = list(estimate_lines(plan.experiments, costs, "a machine", gpu_flops=1e12))
    assert [line.split()[:-3][-1] for line in lines[1:4]] == ["2", "4", "4"]
    hours = sum(cost.seconds for cost in costs.values()) / 3600
    assert lines[3].split()[-2] == f"{hours:.1f}"
    assert "a machine" in lines[4]


def test_a_measured_speed_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A short measurement is a poor one, which does not matter here.
    monkeypatch.setattr(estimate, "MEASURED_SECONDS", 0.05)
    said: list[str] = []
    speeds = measure_speeds([_run()], SIZE, 1, said.append)
    write_speeds(speeds, tmp_path / "speed.csv")
    assert read_speeds(tmp_path / "speed.csv") == {"lenet5": speeds[0]}
    assert speeds[0].flops == LENET5
    assert speeds[0].images_per_second > 0
    assert said[0].startswith("lenet5: ")


@pytest.mark.parametrize("subset, used", [(1.0, 112_800), (0.5, 56_400), (4_700, 4_700), (10**6, 112_800)])
def test_size_of_emnist_is_known_before_it_is_there(subset: float, used: int, tmp_path: Path) -> None:
    size = dataset_size(DatasetSettings(name="emnist", subset=subset), tmp_path)
    assert (size.classes, size.test) == (47, 18_800)
    assert size.training + size.validation == used
    assert size.validation == round(0.1 * used)


def test_size_of_own_images_is_that_of_what_was_prepared(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not prepared yet"):
        dataset_size(DatasetSettings(name="folder", path=tmp_path), tmp_path)


def test_sizes_are_those_that_the_paper_publishes() -> None:
    """G. Cohen et al., table II; of `letters` the archive has more than the paper."""
    assert {split: training + test for split, (_, training, test) in SIZES.items()} == {
        "balanced": 131_600,
        "byclass": 814_255,
        "bymerge": 814_255,
        "digits": 280_000,
        "letters": 145_600,
        "mnist": 70_000,
    }


def test_the_comparison_costs_what_its_file_says(tmp_path: Path) -> None:
    # In another folder there are no measurements of this machine, so that the project's own are taken.
    (tmp_path / "config").symlink_to(ROOT / "config")
    command = [sys.executable, "-m", "cnnbench.commands.estimate", "--config", "config/emnist.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (total,) = (line for line in done.stdout.splitlines() if line.startswith("all, shared runs once"))
    runs, _, hours, gpu_hours = total.split()[4:]
    config = read_config(ROOT / "config/emnist.yaml")
    header = (ROOT / "config/emnist.yaml").read_text().partition("name:")[0]
    assert f"{runs} runs" in header
    assert f"{float(hours):,.0f} hours" in header
    assert f"{float(gpu_hours):.0f} hours on a GPU" in header
    speeds = read_speeds(ROOT / "config/speed.csv")
    plan = make_plan(config | {"survey": None}, "emnist.yaml", {})
    assert {run.architecture for run in plan.runs.values()} <= set(speeds), "nothing of it is guessed from others"
