"""A bad config is answered with one message that names the key, what was found and what is allowed."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from cnnbench.errors import UserError
from cnnbench.planning import make_plan
from cnnbench.study.config_file import read_config
from cnnbench.study.load import load_study

GRID = {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5"]}
LADDER = {
    "kind": "ladder",
    "name": "steps",
    "question": "What?",
    "architecture": "lenet5",
    "steps": [{"name": "Faster", "change": {"learning_rate": 0.01}}],
}
STUDY = {"name": "mine", "title": "Mine", "experiments": [GRID, LADDER]}


def _with(path: str, value: object) -> dict[str, object]:
    """A valid study in which `path` (dots, numbers for list positions) is `value`."""
    study = copy.deepcopy(STUDY)
    *parents, last = path.split(".")
    place = study
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place.setdefault(parent, {})
    if last.isdigit():
        place[int(last)] = value
    else:
        place[last] = value
    return study


def _message(study: dict[str, object]) -> str:
    with pytest.raises(UserError) as caught:
        make_plan(study, "mine.yaml", {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("seed", [1], ["mine.yaml", "unknown key 'seed'", "did you mean 'seeds'?", "allowed: name, title"]),
        ("recipe.learning_rat", 0.1, ["recipe: unknown key 'learning_rat'", "did you mean 'learning_rate'?"]),
        ("experiments.0.recipe.epoch", 3, ["experiments[0].recipe", "did you mean 'epochs'?"]),
        ("experiments.0.architectures", ["lenet"], ["experiments[0].architectures[0]", "'lenet5'", "resnet50"]),
        (
            "experiments.1.architecture",
            "x",
            ["experiments[1].architecture", "unknown architecture 'x'", "mobilenet_v2"],
        ),
        ("recipe.epochs", "many", ["recipe.epochs", "a whole number", "found 'many'"]),
        ("recipe.epochs", 2.5, ["recipe.epochs", "a whole number", "found 2.5"]),
        ("recipe.learning_rate", -1, ["recipe.learning_rate", "greater than 0", "found -1"]),
        ("dataset.validation_fraction", 0.9, ["dataset.validation_fraction", "less than or equal to 0.5", "found 0.9"]),
        ("dataset.split", "balancd", ["dataset.split", "'balanced'", "found 'balancd'"]),
        ("seeds", [1, 1], ["seeds", "1 is listed twice"]),
        ("experiments.1.name", "nets", ["experiments", "'nets' is listed twice"]),
        ("experiments.0.architectures", ["lenet5", "lenet5"], ["architectures", "'lenet5' is listed twice"]),
        ("experiments.0.values.epochs", [3, 3], ["experiments[0].values", "epochs: 3 is listed twice"]),
        ("experiments.0.architectures", [], ["experiments[0].architectures", "at least 1"]),
        ("experiments.0.values.epochs", [], ["experiments[0].values.epochs", "at least 1"]),
        ("experiments", [], ["experiments", "at least 1"]),
        ("experiments.1.steps", [], ["experiments[1].steps", "at least 1"]),
        ("experiments.1.steps.0.change", {}, ["experiments[1].steps[0].change", "at least one key"]),
        (
            "experiments.1.steps.0.change",
            {"learning_rate": 0.001},
            ["experiments[1].steps[0].change", "'Faster' changes nothing", "learning_rate is already 0.001"],
        ),
        ("experiments.0.kind", "grud", ["experiments[0]", "'grid', 'ladder'", "grud"]),
        ("recipe.schedule", {"name": "constant", "factor": 0.5}, ["recipe.schedule", "unknown key 'factor'"]),
        ("recipe.input", {"mode": "none"}, ["experiments[0]", "LeNet-5 needs images of at least 32 pixels"]),
        ("recipe.input", {"mode": "pad", "size": 20}, ["experiments[0]", "at least 32"]),
        (
            "report.language",
            "kr",
            ["report.language: unknown language 'kr', did you mean 'ko'? (allowed: en, ko)"],
        ),
        ("report.language", "english", ["report.language", "should be the code of a language", "found 'english'"]),
        ("recipe.activation", "rleu", ["recipe.activation", "'relu'", "rleu"]),
        (
            "recipe.activation",
            {"name": "leaky_relu", "slope": 2},
            ["recipe.activation.slope", "less than 1", "found 2"],
        ),
        ("recipe.schedule", {"name": "cosine", "warm_up": -1}, ["recipe.schedule.warm_up", "found -1"]),
        ("recipe.augmentation", "flip", ["recipe.augmentation: ", "'affine'", "found 'flip'"]),
        ("recipe.stem", "small", ["experiments[0]", "LeNet-5 has no stem: small", "allowed: original"]),
        ("recipe.micro_batch_size", 100, ["experiments[0]", "micro_batch_size: 100 does not divide batch_size: 256"]),
        (
            "recipe",
            {"micro_batch_size": 64, "moving_average": 0.9},
            ["experiments[0]", "moving_average cannot be combined with micro_batch_size"],
        ),
        (
            "experiments.1.steps.0.change",
            {"schedule": {"name": "constant", "warm_up": 12}},
            ["experiments[1].steps[0].change", "schedule.warm_up: 12 leaves none of the epochs: 12"],
        ),
        ("dataset.subset", 0, ["dataset.subset", "greater than 0", "found 0"]),
        ("dataset", {"name": "folder"}, ["dataset", "needs dataset.path"]),
        ("dataset", {"name": "folder", "path": "no/such/folder"}, ["dataset.path", "no/such/folder"]),
        ("dataset", {"name": "emnist", "archive": "no/such.zip"}, ["dataset.archive", "no/such.zip"]),
        ("name", "My Study", ["name", "found 'My Study'"]),
    ],
)
def test_mistake_is_named(path: str, value: object, says: list[str]) -> None:
    message = _message(_with(path, value))
    for part in says:
        assert part in message
    assert "Traceback" not in message


def test_all_mistakes_are_named_at_once() -> None:
    study = _with("recipe", {"epochs": 0, "batch_size": 0})
    message = _message(study)
    assert "recipe.epochs" in message
    assert "recipe.batch_size" in message


def test_missing_key_is_named() -> None:
    study = {key: value for key, value in STUDY.items() if key != "title"}
    assert "title: this key is missing" in _message(study)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml: there is no such file"):
        read_config(tmp_path / "nowhere.yaml")


def test_broken_yaml_is_named_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("name: mine\nseeds: [0, 1\ntitle: Mine\n")
    with pytest.raises(UserError, match=r"broken\.yaml: line 3, column 6: not valid YAML"):
        read_config(path)


def test_file_without_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("- name\n")
    with pytest.raises(UserError, match="keys and values, found list"):
        read_config(path)


def test_command_shows_the_message_without_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cnnbench.commands.report_path", "--config", str(tmp_path / "nowhere.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_valid_study_is_accepted() -> None:
    assert load_study(STUDY, "mine.yaml").name == "mine"
