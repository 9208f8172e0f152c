"""Nothing damaged, mixed up or out of date is believed, whatever Snakemake remembers."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cnnbench.files import read_json, write_json, write_sealed_json
from cnnbench.outdated import Codes, find_outdated, lines_about
from cnnbench.planning import Plan, make_plan
from cnnbench.provenance import read_record, recorded_files
from cnnbench.run_files import facts_of
from cnnbench.verification import checks
from workflow.project import RUNS, STUDY, Project

DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda content: None,
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "a byte more": lambda content: content + b"\n",
}


@pytest.fixture
def finished(finished_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A copy of the finished study, in which the test works."""
    project = Project(tmp_path / "copy")
    shutil.copytree(finished_project.folder, project.folder, symlinks=True)
    monkeypatch.chdir(project.folder)
    yield project


@pytest.fixture
def plan(finished: Project) -> Plan:
    return make_plan(STUDY, "study.yaml", {})


@pytest.fixture
def codes(plan: Plan) -> Codes:
    """What made the results."""
    (data,) = plan.datasets
    run = next(iter(plan.runs.values()))
    metrics = read_json(Path(run.folder, "metrics.json"))
    folder = Path("results/data", data)
    files = [*recorded_files(Path("results/studies/small")), folder / "contact_sheet.png"]
    return Codes(
        prepare=read_record(folder / "dataset.json").code,
        train={run.id: read_json(Path(run.folder, "training.json"))["code"] for run in plan.runs.values()},
        predict=metrics["code"]["predict"],
        score=metrics["code"]["score"],
        measure_latency=read_json(Path(plan.latency_runs[0].folder, "latency.json"))["code"],
        files={path.as_posix(): read_record(path).code for path in files},
    )


def _result_files() -> list[Path]:
    """All results; the second names of a run's files are no results, and logs are not read."""
    files = (path for path in Path("results").rglob("*") if path.is_file() and path.suffix != ".lock")
    return sorted(path for path in files if not {"logs", "finished"} & set(path.parts))


def _damage(path: Path, content: bytes | None) -> None:
    """Let a file have another content and its old time."""
    times = path.stat()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _restore(path: Path, content: bytes, times: os.stat_result) -> None:
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_sound_study_is_believed(plan: Plan, codes: Codes) -> None:
    assert find_outdated(plan, codes, {}) == []
    found = list(checks(plan))
    assert len(found) > 60
    assert not [check.problem for check in found if check.problem]


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_file_of_another_size_is_made_again(damage: str, plan: Plan, codes: Codes) -> None:
    for path in _result_files():
        content, times = path.read_bytes(), path.stat()
        damaged = DAMAGES[damage](content)
        # A file in JSON ends in white space, and its own checksum is of its values.
        if damaged == content or (damage == "a byte more" and path.suffix == ".json"):
            continue
        _damage(path, damaged)
        found = find_outdated(plan, codes, {})
        assert found, path
        # A file is made again by the job that made it, of which another output may be named.
        assert any(path.parent in (Path(item.path).parent, Path(item.path).parent / ".records") for item in found), path
        assert all(len(line) < 300 and "\n" not in line for line in lines_about(found))
        _restore(path, content, times)
    assert find_outdated(plan, codes, {}) == []


@pytest.mark.parametrize("folder", ["results/runs/*", "results/runs/*/lenet5", "results/data/*"])
def test_a_missing_folder_is_made_again(folder: str, plan: Plan, codes: Codes) -> None:
    (path,) = Path().glob(folder)
    shutil.rmtree(path)
    found = {item.path for item in find_outdated(plan, codes, {})}
    if path.parts[1] == "data":
        assert str(path / "dataset.json") in found
    else:
        runs = [Path(run.folder) for run in plan.runs.values() if path in Path(run.folder).parents]
        assert found >= {str(run / name) for run in runs for name in ("training.json", "metrics.json")}


def test_every_changed_byte_is_found_by_reading(plan: Plan, codes: Codes) -> None:
    for path in _result_files():
        content, times = path.read_bytes(), path.stat()
        if not content:
            continue
        place = len(content) // 2
        _damage(path, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        problems = [check.problem for check in checks(plan) if check.problem]
        assert problems or find_outdated(plan, codes, {}), path
        assert all(len(problem) < 400 and "\n" not in problem for problem in problems)
        _restore(path, content, times)


@pytest.mark.parametrize("name", ["model.keras", "history.csv", "training.json", "predictions.npz", "metrics.json"])
def test_files_of_two_runs_that_were_swapped_are_found(name: str, plan: Plan, codes: Codes) -> None:
    one, other = (Path(run.folder, name) for run in list(plan.runs.values())[:2])
    one.rename("aside")
    other.rename(one)
    Path("aside").rename(other)
    assert find_outdated(plan, codes, {}) or [check for check in checks(plan) if check.problem]


def test_a_table_that_was_made_from_other_results_is_found(plan: Plan, codes: Codes) -> None:
    metrics = Path(next(iter(plan.runs.values())).folder, "metrics.json")
    metrics.write_text(metrics.read_text().replace("{", "{ ", 1))  # computed again: another file of the same values
    found = {Path(item.path).name: item.reason for item in find_outdated(plan, codes, {})}
    assert found["results.csv"] == f"it was made from another {metrics}"


@pytest.mark.parametrize("key", ["prepare", "predict", "score", "measure_latency"])
def test_results_of_other_code_are_made_again(key: str, plan: Plan, codes: Codes) -> None:
    found = find_outdated(plan, replace(codes, **{key: "other"}), {})
    names = {
        "prepare": "dataset.json",
        "predict": "predictions.npz",
        "score": "metrics.json",
        "measure_latency": "latency.json",
    }
    assert {Path(item.path).name for item in found} == {names[key]}
    assert len(found) == {"prepare": 1, "measure_latency": len(plan.latency_runs)}.get(key, RUNS)


@pytest.mark.parametrize(("limit", "goes_on"), [(1.0, False), (0.5, False), (2.0, True), (None, True)])
def test_a_run_that_ran_out_of_time_goes_on_with_more(
    limit: float | None, goes_on: bool, plan: Plan, codes: Codes
) -> None:
    path = Path(next(iter(plan.runs.values())).folder, "training.json")
    write_sealed_json(path, {**read_json(path), "status": "timed_out", "time_limit_minutes": 1.0})
    more = make_plan({**STUDY, "time_limit_minutes": limit}, "study.yaml", {})
    reasons = [item.reason for item in find_outdated(more, codes, {}) if Path(item.path) == path]
    assert reasons == (["it ran out of time, and goes on with the time that it has now"] if goes_on else [])


@pytest.mark.parametrize("key", ["seed", "architecture", "code", "dataset"])
def test_a_training_of_something_else_is_made_again(key: str, plan: Plan, codes: Codes) -> None:
    path = Path(next(iter(plan.runs.values())).folder, "training.json")
    other = {"seed": 7, "architecture": "vgg16", "code": "other", "dataset": {"checksums": {}}}
    write_sealed_json(path, {**read_json(path), key: other[key]})
    (reason,) = [item.reason for item in find_outdated(plan, codes, {}) if Path(item.path) == path]
    assert reason == f"trained with another {'version of the code' if key == 'code' else key}"


def test_a_recipe_without_a_key_that_came_later_is_the_same(plan: Plan, codes: Codes) -> None:
    run = next(iter(plan.runs.values()))
    path = Path(run.folder, "recipe.json")
    recipe = read_json(path)
    assert recipe.pop("gradient_clip") is None
    write_json(path, recipe)
    training = read_json(path.with_name("training.json"))
    training["files"]["recipe.json"] = facts_of(path)
    write_sealed_json(path.with_name("training.json"), training)
    assert not [item for item in find_outdated(plan, codes, {}) if Path(item.path).name == "training.json"]


def test_each_file_of_other_code_is_made_again(plan: Plan, codes: Codes) -> None:
    for path in codes.files:
        (found,) = find_outdated(plan, replace(codes, files={**codes.files, path: "other"}), {})
        assert found.path == path


def test_results_copied_without_snakemakes_notes_are_judged_by_what_they_are(finished: Project) -> None:
    shutil.rmtree(finished.folder / ".snakemake")
    assert finished.planned() == {}
    library = finished.folder / "workflow/cnnbench"
    for file, old, new in (
        ("evaluation/latency.py", "REPETITIONS = 10", "REPETITIONS = 11"),
        ("evaluation/metrics.py", "BINS = 15", "BINS = 10"),
    ):
        path = library / file
        path.write_text(path.read_text().replace(old, new, 1))
    planned = finished.planned()
    assert planned["measure_latency"] == 2
    assert planned["score"] == RUNS
    assert "train" not in planned
    assert "predict" not in planned


def test_what_is_missing_or_damaged_is_made_again_and_no_network_is_trained_twice(finished: Project) -> None:
    (data,) = (finished.folder / "results/data").iterdir()
    (images,) = data.glob("test_images.npy")
    _damage(images, images.read_bytes()[:1000])
    for path in finished.folder.glob("results/runs/*/resnet50/*/seed0/model.keras"):
        before = path.read_bytes()
        path.unlink()
    report = (finished.folder / "results/studies/small/runs.csv").read_bytes()
    planned = finished.planned("tables")
    assert planned["prepare"] == 1
    assert planned["train"] == RUNS
    done = finished.snakemake("tables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("this run was trained already") == RUNS
    assert path.read_bytes() == before
    assert (finished.folder / "results/studies/small/runs.csv").read_bytes() == report
    assert finished.planned("tables") == {}


def test_trainings_by_other_code_are_kept_on_purpose_and_the_report_says_so(finished: Project) -> None:
    path = finished.folder / "workflow/cnnbench/training/state.py"
    path.write_text(path.read_text().replace("plateau_epochs: int = 0", "plateau_epochs: int = 0 + 0"))
    assert finished.planned()["train"] == RUNS
    finished.write_study({**STUDY, "keep_outdated": True})
    planned = finished.planned()
    assert "train" not in planned
    assert planned["present_study"] == 1
    done = finished.snakemake("results/studies/small/report.html")
    assert done.returncode == 0, done.stdout + done.stderr
    page = (finished.folder / "results/studies/small/report.html").read_text(encoding="utf-8")
    assert (
        "Another version of the code trained some runs, which were kept on purpose: LeNet-5 (3) and ResNet-50 (1)"
        in page
    )
