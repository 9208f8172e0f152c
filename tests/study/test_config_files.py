"""Whatever a config file holds: it is read as it was meant, or one message says what is wrong and where."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cnnbench.errors import UserError
from cnnbench.files import read_json
from cnnbench.models.registry import architectures
from cnnbench.study.config_file import read_config, read_configs
from cnnbench.study.dataset import DatasetSettings
from cnnbench.study.expansion import expand, presentation, study_file
from cnnbench.study.experiment import Grid, Ladder, Step
from cnnbench.study.load import load_study, load_survey
from cnnbench.study.recipe import Augmentation, Cosine, Dropout, EarlyStopping, Input, Recipe, ReduceOnPlateau
from cnnbench.study.section import Section
from cnnbench.study.study import ReportSettings, Study
from cnnbench.study.survey_settings import Criterion, Exclusion, Survey
from cnnbench.study.survey_table import read_survey_rows
from fuzz import documents, mutations

ROOT = Path(__file__).parents[2]
FILES = int(os.environ.get("FUZZ_FILES", "300"))
DOCUMENTS = 4 * FILES
KOREAN = "name: mine\ntitle: 손글씨 읽기\n"
FRENCH = "name: mine\ntitle: Leçons de café\n"


def _message(path: Path, content: bytes, read: Callable[[Path], Any] = read_config) -> str:
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}")
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (KOREAN.encode("utf-16"), "not text in UTF-8, but in UTF-16; save it as UTF-8"),
        (KOREAN.encode("utf-16-le"), "but in UTF-16"),
        (KOREAN.encode("utf-16-be"), "but in UTF-16"),
        (KOREAN.encode("utf-32"), "but in UTF-32"),
        (KOREAN.encode("cp949"), "line 2, column 8: not text in UTF-8, perhaps in cp949 (Korean); save it as UTF-8"),
        (FRENCH.encode("latin-1"), "line 2, column 10: not text in UTF-8, perhaps in Latin-1 or Windows-1252"),
        (b"name: mi\0ne\n", "line 1, column 9: a NUL byte"),
        (b"name: \x07", "line 1, column 7: not valid YAML: special characters"),
        (b"", "is empty"),
        (b"# nothing\n", "is empty"),
        (b"---\n", "is empty"),
        (b"mine\n", "must hold keys and values, found str"),
        (b"a: 1\n" * 300_000, "has more than 1 MiB"),
        (b"a: 1\n---\na: 2\n", "line 2, column 1: not valid YAML: expected a single document"),
        (b"a:\n\tb: 1\n", "line 2, column 1: not valid YAML"),
        (b"a: *b\n", "line 1, column 4: not valid YAML: found undefined alias 'b'"),
        (b"%YAML 1.3\n---\na: 1\n", "not valid YAML"),
    ],
)
def test_file_that_is_not_yaml_in_utf_8_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in _message(tmp_path / "mine.yaml", content)


@pytest.mark.parametrize("read", [read_config, read_survey_rows, read_json], ids=["YAML", "CSV", "JSON"])
@pytest.mark.parametrize("content", [KOREAN.encode("utf-16"), KOREAN.encode("cp949"), b"\0" * 9, b"\xff\xfe\xfd", b""])
def test_every_kind_of_text_file_is_named(tmp_path: Path, read: Callable[[Path], Any], content: bytes) -> None:
    _message(tmp_path / "file", content, read)


@pytest.mark.parametrize("read", [read_config, read_survey_rows, read_json], ids=["YAML", "CSV", "JSON"])
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nowhere", "there is no such file|is missing"),
        (".", "is a folder"),
        ("n" * 300, "cannot be read"),
        ("a\0b", "cannot be|is missing"),
    ],
)
def test_what_is_no_file_is_named(tmp_path: Path, read: Callable[[Path], Any], path: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        read(tmp_path / path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is there twice, first in line 1, column 1"),
        ("r:\n  a: 1\n  a: 1\n", "line 3, column 3: the key 'a' is there twice, first in line 2, column 3"),
        ("r: [{a: 1, a: 2}]\n", "line 1, column 12: the key 'a' is there twice, first in line 1, column 6"),
        ("a: 1\n'a': 2\n", "line 2, column 1: the key 'a' is there twice"),
        ("x: &x {b: 1}\ny:\n  <<: *x\n  a: 1\n  a: 2\n", "line 5, column 3: the key 'a' is there twice"),
        ("x: &x {a: 1}\ny: {<<: *x, <<: *x}\n", "line 2, column 13: the key '<<' is there twice"),
        ('{"a": 1, "a": 2}', "line 1, column 10: the key 'a' is there twice"),
        ("1: a\n", "line 1, column 1: a key must be text, found 1"),
        ("~: a\n", "line 1, column 1: a key must be text"),
        ("? [a]\n: 1\n", "line 1, column 3: a key must be text"),
        ("<<: 1\n", "line 1, column 5: only keys and values can be merged"),
        ("a: !!python/object/apply:os.getcwd []\n", "line 1, column 4: the tag !!python/object/apply:os.getcwd"),
        ("a: !mine 1\n", "line 1, column 4: the tag !mine is not allowed"),
        ("a: !!set {b}\n", "the tag !!set is not allowed"),
        ("a: !!binary aGk=\n", "the tag !!binary is not allowed"),
        ("a: !!int b\n", "line 1, column 4: cannot be read as int: b"),
        ("a: " + "9" * 5000, "line 1, column 4: cannot be read as int"),
        ("a: &a [*a]\n", "line 1, column 4: *a is a part of itself"),
        ("a: &a {b: *a}\n", "*a is a part of itself"),
        ("a: &a\n  <<: *a\n", "*a is a part of itself"),
        ("a: " + "[" * 5000, "nested more than 50 levels deep"),
        ("{a: " * 5000, "nested more than 50 levels deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 200)), "more than 50 levels deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 9}]\n" for i in range(1, 20)), "100,000 values"),
        ("a0: &a0 {}\n" + "".join(f"a{i}: &a{i} {{<<: [{f'*a{i - 1},' * 9}]}}\n" for i in range(1, 20)), "100,000"),
        (r'a: "\0"', "line 1, column 4: holds the character '\\x00'"),
        (r'a: "\ud800"', "line 1, column 4: holds the character"),
    ],
)
def test_yaml_that_says_more_than_plain_values_is_refused(tmp_path: Path, content: str, says: str) -> None:
    assert says in _message(tmp_path / "mine.yaml", content.encode())


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("010", 10),
        ("0o10", 8),
        ("1:30", "1:30"),
        ("1e-4", 0.0001),
        ("1E3", 1000.0),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("2020-01-01", "2020-01-01"),
        ("=", "="),
        ("~", None),
        ("", None),
        ("!!str 5", "5"),
        ("'5'", "5"),
        (r'"\ud83d\ude00"', "😀"),
        ("[1, &b 2, *b]", [1, 2, 2]),
        ("{<<: [{b: 1}, {b: 2, c: 3}], c: 4}", {"b": 1, "c": 4}),
        ('{"b":\t[1.5e3, null]}', {"b": [1500.0, None]}),
    ],
)
def test_values_are_those_of_yaml_1_2(tmp_path: Path, content: str, value: object) -> None:
    for text in (f"a: {content}", f"\ufeffa: {content}\r\n"):
        (tmp_path / "mine.yaml").write_text(text, encoding="utf-8", newline="")
        assert read_config(tmp_path / "mine.yaml") == {"a": value}
    assert read_configs([], [f"a={content}"]) == {"a": value}


def test_later_config_files_and_settings_replace_single_keys(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nrecipe: {epochs: 1, batch_size: 8}\nseeds: [0, 1]\n")
    (tmp_path / "b.yaml").write_text("recipe: {epochs: 2}\nseeds: [2]\n")
    settings = ["recipe={batch_size: 16}", "title=Nets: A: B", "survey="]
    assert read_configs([tmp_path / "a.yaml", tmp_path / "b.yaml"], settings) == {
        "name": "a",
        "recipe": {"epochs": 2, "batch_size": 16},
        "seeds": [2],
        "title": "Nets: A: B",
        "survey": None,
    }


def test_setting_that_names_a_key_twice_is_refused() -> None:
    with pytest.raises(UserError, match=r"^--config recipe: line 1, column 13: the key 'epochs' is there twice"):
        read_configs([], ["recipe={epochs: 1, epochs: 2}"])


def test_target_that_was_taken_for_a_config_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("name: mine\n")
    target = Path("results/studies/mine/study.json")
    target.parent.mkdir(parents=True)
    target.write_text("{}")
    with pytest.raises(UserError, match=r"study\.json: is a result.* a target comes before --configfile"):
        read_configs(["mine.yaml", target], [])


SECTIONS: dict[str, type[Section]] = {
    "": Study,
    "dataset": DatasetSettings,
    "recipe": Recipe,
    "recipe.input": Input,
    "recipe.schedule": Cosine,
    "experiments.2.recipe.schedule": ReduceOnPlateau,
    "recipe.dropout": Dropout,
    "recipe.augmentation": Augmentation,
    "recipe.early_stopping": EarlyStopping,
    "experiments.0": Grid,
    "experiments.1": Ladder,
    "experiments.1.steps.0": Step,
    "experiments.1.steps.0.change": Recipe,
    "report": ReportSettings,
}
GRID = {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5"]}


def _study() -> dict[str, Any]:
    """A valid study in which each section has something."""
    ladder = {"kind": "ladder", "name": "steps", "question": "What?", "architecture": "lenet5"}
    return {
        "name": "mine",
        "title": "Mine",
        "dataset": {"name": "sample"},
        "recipe": {
            "schedule": {"name": "cosine"},
            "input": {"mode": "pad"},
            "dropout": {"head": 0.1},
            "augmentation": {"policy": "none"},
            "early_stopping": {"patience": 3},
        },
        "experiments": [
            dict(GRID),
            {**ladder, "steps": [{"name": "Faster", "change": {"learning_rate": 0.01}}]},
            {**GRID, "name": "third", "recipe": {"schedule": {"name": "reduce_on_plateau"}}},
        ],
        "report": {"language": "en"},
    }


def _survey() -> dict[str, Any]:
    return {
        "criteria": [{"column": "year", "better": "more", "weight": 1}],
        "exclude": [{"column": "year", "above": 1, "reason": "Old"}],
    }


def _written(path: str) -> str:
    return re.sub(r"\.(\d+)", r"[\1]", path)


WRONG_VALUES: list[object] = [
    -1,
    -1.5,
    "~",
    True,
    None,
    [[]],
    [{"x": 1}],
    {"x": 1},
    {"name": "x", "x": 1},
    {"name": [1]},
    float("inf"),
    [float("inf")],
    float("nan"),
]


@pytest.mark.parametrize(
    ("section", "key"), [(section, key) for section, model in SECTIONS.items() for key in model.model_fields]
)
def test_each_line_names_a_key_as_it_is_written(section: str, key: str) -> None:
    for wrong in WRONG_VALUES:
        study = _study()
        _place(study, section)[key] = wrong
        try:
            load_study(study, "mine.yaml")
        except UserError as error:
            _assert_plain(str(error), f"{section}.{key}".lstrip("."), study)


@pytest.mark.parametrize(
    ("section", "key"),
    [("", key) for key in Survey.model_fields]
    + [("criteria.0", key) for key in Criterion.model_fields]
    + [("exclude.0", key) for key in Exclusion.model_fields],
)
def test_each_line_names_a_key_of_the_survey(tmp_path: Path, section: str, key: str) -> None:
    path = tmp_path / "survey.yaml"
    for wrong in WRONG_VALUES:
        survey = _survey()
        _place(survey, section)[key] = wrong
        path.write_text(repr(survey).replace("inf", ".inf").replace("nan", ".nan").replace("True", "true"))
        try:
            load_survey(path)
        except UserError as error:
            _assert_plain(str(error), f"{section}.{key}".lstrip("."), survey)


def _place(content: dict[str, Any], section: str) -> dict[str, Any]:
    place = content
    for part in section.split(".") if section else []:
        place = place[int(part)] if part.isdigit() else place[part]
    return place


def _assert_plain(message: str, key: str, content: dict[str, Any]) -> None:
    """Every line of `message` names a place in `content`, at most once, near `key`, in no words of the validator."""
    _, *lines = message.split("\n")
    assert lines
    named = [line.split(": ")[0].strip() for line in lines]
    assert len(named) == len(set(named)), message
    for line in lines:
        assert not re.search(r"constrained|literal|function-|tagged|instance of|<class|list\[|Value error|Input", line)
    for name in named:
        if not re.fullmatch(r"[a-z_0-9.\[\]]+", name):
            assert f"{key.rpartition('.')[2]}" in name  # a problem of the whole file, which names the key itself
            continue
        whole: Any = content
        *parents, last = re.findall(r"\w+", name)
        for part in parents:
            whole = whole[int(part)] if isinstance(whole, list) else whole[part]
        found = isinstance(whole, list) or last in whole
        assert found or "this key is missing" in message, message
        assert _written(key).startswith(name) or name.startswith(_written(key)), message


@pytest.mark.parametrize(
    ("section", "key", "wrong", "line"),
    [
        ("dataset", "subset", 0, "dataset.subset: should be greater than 0 or greater than or equal to 2, found 0"),
        ("dataset", "subset", "half", "dataset.subset: should be a number or a whole number, found 'half'"),
        ("dataset", "archive", 5, "dataset.archive: should be text or a list, found 5"),
        ("dataset", "archive", [5], "dataset.archive[0]: should be text, found 5"),
        ("dataset", "path", 5, "dataset.path: should be a path, found 5"),
        ("dataset", "folds", True, "dataset: folds should be a number, found true"),
        ("recipe", "schedule", "cosin", "recipe.schedule: should be 'constant', 'step', 'exponential', 'cosine', "),
        ("recipe", "schedule", {}, "recipe.schedule.name: this key is missing"),
        ("recipe", "schedule", {"name": "step", "every": 0}, "recipe.schedule.every: should be greater than or equal"),
        ("recipe", "activation", ["relu"], "recipe.activation: should be keys and values, found a list"),
        ("recipe", "augmentation", "flip", "recipe.augmentation: should be 'none', 'shift'"),
        ("recipe", "dropout", 1, "recipe.dropout: should be less than 1, found 1"),
        ("recipe", "early_stopping", 0, "recipe.early_stopping: should be greater than or equal to 1, found 0"),
        ("recipe", "epochs", True, "recipe: epochs should be a number, found true"),
        ("recipe", "gradient_clip", float("inf"), "recipe.gradient_clip: should be a finite number, found inf"),
        ("recipe", "learning_rate", float("nan"), "recipe.learning_rate: should be a finite number, found nan"),
        (
            "report",
            "language",
            "x" * 500,
            "report.language: should be the code of a language, such as en or ko",
        ),
    ],
)
def test_the_line_says_what_is_allowed(section: str, key: str, wrong: object, line: str) -> None:
    study = _study()
    study[section][key] = wrong
    with pytest.raises(UserError) as caught:
        load_study(study, "mine.yaml")
    head, *lines = str(caught.value).split("\n")
    assert head == "mine.yaml is not a valid study:"
    assert len(lines) == 1
    assert lines[0].strip().startswith(line)
    assert len(lines[0]) < 250


SMALL, LARGE = {"image_size": 20}, {"image_size": 64}


@pytest.mark.parametrize(
    ("dataset", "settings", "says"),
    [
        (
            SMALL,
            {"mode": "none"},
            "but input.mode: none leaves them at 20 x 20; set input.mode to pad or resize",
        ),
        (SMALL, {"mode": "pad", "size": 24}, "input.size is 24; set input.size to 32 or more, or leave it out"),
        (SMALL, {"mode": "resize", "size": 24}, "input.size is 24; set input.size to 32 or more, or leave it out"),
        (LARGE, {"mode": "pad", "size": 48}, "64 pixels to input.size: 48; set input.size to 64 or more, or"),
        (
            LARGE,
            {"mode": "pad"},
            "to input.size: 32, the default of LeNet-5; set input.size to 64 or more, or",
        ),
        (SMALL, {"mode": "pad"}, None),
        (SMALL, {"mode": "resize"}, None),
        (LARGE, {"mode": "none"}, None),
        (LARGE, {"mode": "resize"}, None),
        (LARGE, {"mode": "pad", "size": 64}, None),
    ],
)
def test_advice_on_image_sizes_follows_the_config(
    tmp_path: Path, dataset: dict[str, object], settings: dict[str, object], says: str | None
) -> None:
    folder = {"name": "folder", "path": str(tmp_path)}
    study = {"name": "mine", "title": "Mine", "dataset": {**folder, **dataset}, "experiments": [GRID]}
    loaded = load_study({**study, "recipe": {"input": settings}}, "mine.yaml")
    if says is None:
        expand(loaded, architectures(), "mine.yaml")
        return
    with pytest.raises(UserError, match=r"^mine\.yaml: experiments\[0\]: ") as caught:
        expand(loaded, architectures(), "mine.yaml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: text.replace("source", "sou\0rce", 1).encode(), "line 1, column"),
        (lambda text: text.replace("year", "year,year", 1).encode(), "column year appears twice"),
        (lambda text: text.replace(",2015,", ",inf,", 1).encode(), "column year: should be a number"),
        (lambda text: text.replace(",2015,", ",nan,", 1).encode(), "column year: should be a number"),
        (lambda text: text.replace(",2015,", ",1e999,", 1).encode(), "column year: should be a number"),
        (lambda text: (text + 'x,"y').encode(), "not a CSV file"),
        (lambda text: (text + "x" * 200_000).encode(), "not a CSV file"),
        (lambda text: text.replace(",", ";").encode(), "unknown column"),
    ],
)
def test_damage_of_the_survey_table_is_named(tmp_path: Path, content: Callable[[str], bytes], says: str) -> None:
    text = (ROOT / "config/survey.csv").read_text(encoding="utf-8")
    assert says in _message(tmp_path / "survey.csv", content(text), read_survey_rows)


@pytest.mark.parametrize(
    "content", [b"{", b"[NaN]", b'{"a": Infinity}', b"[" * 100_000, b'"\xff"', b"9" * 5000, b"{} {}"]
)
def test_damage_of_a_json_file_is_named(tmp_path: Path, content: bytes) -> None:
    message = _message(tmp_path / "study.json", content, read_json)
    assert "\n" not in message


def _study_of(path: Path) -> Study:
    study = load_study(read_config(path), str(path))
    expand(study, architectures(), str(path))
    return study


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("config/emnist.yaml", _study_of),
        ("config/survey.yaml", load_survey),
        ("config/survey.csv", read_survey_rows),
        ("config/study.schema.json", read_json),
    ],
)
def test_damaged_file_is_read_or_refused(tmp_path: Path, file: str, read: Callable[[Path], object]) -> None:
    path = tmp_path / Path(file).name
    for content in mutations((ROOT / file).read_bytes(), FILES, seed=len(file)):
        path.write_bytes(content)
        try:
            read(path)
        except UserError as error:
            assert str(path) in str(error)


JARGON = (
    r"constrained|literal|function-|tagged|discriminator|instance of|<class|list\[|dict\[|Value error|Input|validator"
    r"|valid (string|integer|boolean|dictionary)|Traceback|pydantic|NoneType|\bstr\b|\bint\b|\bdict\b"
)


def _assert_readable(message: str, source: str) -> None:
    """Whoever made the mistake can read `message`: it says where, in few words, none of them the validator's."""
    assert message.startswith(source)
    head, *lines = message.split("\n")
    assert len(lines) <= 11
    for line in (head, *lines):
        assert len(line) <= 600, line
        assert line.isprintable(), repr(line)
    # Whatever a user wrote stands in quotes.
    own_words = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", message.removeprefix(source))
    assert not re.search(JARGON, own_words), message


def _read_study(content: dict[str, Any]) -> None:
    study = load_study(content, "mine.yaml")
    experiments = expand(study, architectures(), "mine.yaml")
    asdict(study_file(study, experiments))
    presentation(study, {})


def _read_survey(content: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content).replace("NaN", ".nan").replace("Infinity", ".inf"))
    load_survey(path)


def test_any_study_is_read_or_refused_in_words_that_its_author_knows() -> None:
    refused = 0
    for content in documents(_study(), DOCUMENTS, seed=12):
        try:
            _read_study(content)
        except UserError as error:
            refused += 1
            _assert_readable(str(error), "mine.yaml")
    assert refused > DOCUMENTS / 2


def test_any_survey_is_read_or_refused_in_words_that_its_author_knows(tmp_path: Path) -> None:
    path = tmp_path / "survey.yaml"
    for content in documents(_survey(), DOCUMENTS // 4, seed=12):
        try:
            _read_survey(content, path)
        except UserError as error:
            _assert_readable(str(error), str(path))
