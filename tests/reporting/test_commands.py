import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from cnnbench.analysis.errors.tables import ErrorTables
from reporting.conftest import MadeReport
from reporting.factory import STYLE, TEMPLATES

LIBRARY = Path(__file__).parents[2] / "workflow"
COMMANDS = sorted(path.stem for path in (LIBRARY / "cnnbench/commands").glob("*.py"))


def run(command: str, *flags: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a rule does, with `folder` as the working directory."""
    return subprocess.run(
        [sys.executable, "-m", f"cnnbench.commands.{command}", *map(str, flags)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_aggregate_writes_the_four_tables(two_seeds: MadeReport, tmp_path: Path) -> None:
    done = run("aggregate", "--study", two_seeds.study_json, "--output-folder", tmp_path, folder=two_seeds.root)
    assert done.returncode == 0, done.stderr
    for name in ("runs.csv", "histories.csv", "per_class.csv", "confusion.csv"):
        assert (tmp_path / name).read_bytes() == (two_seeds.study_json.parent / name).read_bytes()


def test_compare_writes_its_tables(two_seeds: MadeReport, tmp_path: Path) -> None:
    folder = two_seeds.study_json.parent
    flags = ["--study", "study.json", "--runs", "runs.csv", "--outcomes", "outcomes.npz", "--output-folder", tmp_path]
    done = run("compare", *flags, folder=folder)
    assert done.returncode == 0, done.stderr
    for name in ("results.csv", "comparisons.csv", "smallest_differences.csv", "grid_effects.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize(
    ("command", "flags", "figure"),
    [
        ("draw_accuracy", ["--experiment", "ladder"], "accuracy/ladder.svg"),
        (
            "draw_learning_curves",
            ["--experiment", "ladder", "--histories", "histories.csv"],
            "learning_curves/ladder.svg",
        ),
        ("draw_ladder", ["--experiment", "ladder", "--comparisons", "comparisons.csv"], "ladder/ladder.svg"),
        ("draw_grid_effects", ["--experiment", "batch_and_rate"], "effects/batch_and_rate.svg"),
        ("draw_confusion_matrix", ["--confusion", "confusion.csv"], "confusion_matrix.svg"),
    ],
)
def test_a_drawing_command_draws_its_figure(
    full: MadeReport, tmp_path: Path, command: str, flags: list[str], figure: str
) -> None:
    shared = ["--study", "study.json", "--runs", "runs.csv", "--style", STYLE, "--output", tmp_path / "figure.svg"]
    done = run(command, *shared, *flags, folder=full.study_json.parent)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figure.svg").read_bytes() == (full.sources.figures / figure).read_bytes()


def test_analyse_errors_writes_its_tables(two_seeds: MadeReport, tmp_path: Path) -> None:
    folder, dataset = two_seeds.study_json.parent, two_seeds.sources.contact_sheet.parent / "dataset.json"
    tables = ["--study", "study.json", "--runs", "runs.csv", "--outcomes", "outcomes.npz", "--dataset", dataset]
    done = run("analyse_errors", *tables, "--output-folder", tmp_path, folder=folder)
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.iterdir()} == {field.name for field in fields(ErrorTables)}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("command", "table", "figure"),
    [
        ("draw_agreement", "agreement", "agreement.svg"),
        ("draw_class_accuracy", "class-accuracy", "class_accuracy.svg"),
        ("draw_mistakes", "mistakes", "mistakes.png"),
        ("draw_hardest_images", "hardest-images", "hardest_images.png"),
    ],
)
def test_a_command_draws_its_figure_of_errors(
    full: MadeReport, tmp_path: Path, command: str, table: str, figure: str
) -> None:
    dataset = ["--dataset", full.sources.contact_sheet.parent] if figure.endswith(".png") else []
    flags = [f"--{table}", f"{table.replace('-', '_')}.csv", "--style", STYLE, "--output", tmp_path / figure]
    done = run(command, *flags, *dataset, folder=full.study_json.parent)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / figure).read_bytes() == (full.sources.figures / figure).read_bytes()


@pytest.mark.parametrize(
    ("command", "tables", "figure"),
    [("draw_costs", ["costs"], "costs.svg"), ("draw_calibration", ["calibration", "reliability"], "calibration.svg")],
)
def test_a_drawing_command_draws_its_tables(
    full: MadeReport, tmp_path: Path, command: str, tables: list[str], figure: str
) -> None:
    inputs = [part for table in tables for part in (f"--{table}", f"{table}.csv")]
    flags = [*inputs, "--style", STYLE, "--output", tmp_path / "figure.svg"]
    done = run(command, *flags, folder=full.study_json.parent)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figure.svg").read_bytes() == (full.sources.figures / figure).read_bytes()


def test_costs_and_calibration_are_gathered_from_the_files_of_the_runs(full: MadeReport, tmp_path: Path) -> None:
    folder = full.study_json.parent
    shared = ["--study", full.study_json, "--runs", folder / "runs.csv"]
    latencies = sorted(path.relative_to(full.root) for path in full.root.glob("results/runs/**/latency.json"))
    costs = ["--latencies", *latencies, "--output", tmp_path / "costs.csv"]
    calibration = ["--outcomes", folder / "outcomes.npz", "--output-folder", tmp_path]
    for command, flags in (("gather_costs", costs), ("calibrate", calibration)):
        done = run(command, *shared, *flags, folder=full.root)
        assert done.returncode == 0, done.stderr
    for name in ("costs.csv", "calibration.csv", "reliability.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_an_unknown_experiment_is_a_message_and_no_traceback(full: MadeReport, tmp_path: Path) -> None:
    flags = ["--study", "study.json", "--runs", "runs.csv", "--style", STYLE, "--output", tmp_path / "x.svg"]
    done = run("draw_accuracy", *flags, "--experiment", "nothing", folder=full.study_json.parent)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the study has no experiment 'nothing' (allowed: architectures,")


def test_a_machine_without_fonts_writes_the_same_report(two_seeds: MadeReport, tmp_path: Path) -> None:
    no_fonts = tmp_path / "fonts.conf"
    no_fonts.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    inputs = {
        "folder": two_seeds.study_json.parent,
        "dataset": two_seeds.sources.contact_sheet.parent,
        "templates": TEMPLATES,
        "output": tmp_path / "report.pdf",
    }
    flags = [part for name, value in inputs.items() for part in (f"--{name}", value)]
    done = run("write_report", *flags, folder=two_seeds.study_json.parent, FONTCONFIG_FILE=str(no_fonts))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.pdf").read_bytes() == two_seeds.pdf.read_bytes()


def test_no_command_loads_a_deep_learning_library() -> None:
    imports = "; ".join(f"import cnnbench.commands.{command}" for command in COMMANDS)
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'snakemake'}"
    code = f"import sys; {imports}; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(LIBRARY)}, check=False)
    assert done.returncode == 0
