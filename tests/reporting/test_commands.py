import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from reporting.conftest import MadeReport
from reporting.factory import STYLE, TEMPLATES

LIBRARY = Path(__file__).parents[2] / "workflow"
COMMANDS = sorted(path.stem for path in (LIBRARY / "cnnbench/commands").glob("*.py"))
TABLES = {
    "aggregate": ["runs", "histories", "per_class", "confusion", "results", "training_diagnosis"],
    "compare": [
        "standings", "grid_standings", "comparisons", "seed_differences", "smallest_differences", "grid_effects",
        "validation_choices", "choice_stability",
    ],
    "gather_costs": ["costs"],
    "calibrate": ["calibration", "reliability"],
    "analyse_errors": [
        "error_counts", "confused_pairs", "class_accuracy", "mistakes", "hardest_images", "agreement", "votes",
    ],
    "compare_survey": ["survey_outcome", "survey_correlation"],
}  # fmt: skip


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


@pytest.mark.parametrize("command", TABLES)
def test_a_command_writes_its_tables_and_no_other(full: MadeReport, tmp_path: Path, command: str) -> None:
    files = [f"{table}.csv" for table in TABLES[command]]
    copy = tmp_path / "study"
    shutil.copytree(full.folder, copy, ignore=shutil.ignore_patterns(*files, "figures", "*.pdf"))
    before = {path.name: path.stat().st_mtime_ns for path in copy.glob("[!.]*")}
    flags: dict[str, list[object]] = {
        "analyse_errors": ["--dataset", full.results.data],
        "gather_costs": ["--latencies", *_latencies(full)],
        "compare_survey": ["--latencies", *_latencies(full)],
    }
    done = run(command, "--folder", copy, *flags.get(command, []), folder=full.root)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in copy.glob("[!.]*")} == {*before, *files}
    assert all((copy / name).stat().st_mtime_ns == time for name, time in before.items())
    for file in files:
        assert (copy / file).read_bytes() == (full.folder / file).read_bytes(), file


def _latencies(report: MadeReport) -> list[Path]:
    return sorted(path.relative_to(report.root) for path in report.root.glob("results/runs/**/latency.json"))


@pytest.mark.parametrize(
    ("figure", "subject", "file"),
    [("ladder", "ladder", "ladder/ladder.svg"), ("costs", "", "costs.svg"), ("mistakes", "", "mistakes.png")],
)
def test_one_command_draws_every_figure(full: MadeReport, tmp_path: Path, figure: str, subject: str, file: str) -> None:
    output = tmp_path / Path(file).name
    flags = ["--folder", full.folder, "--dataset", full.results.data, "--style", STYLE, "--output", output]
    done = run("draw_figure", figure, f"--subject={subject}", *flags, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert output.read_bytes() == (full.folder / "figures" / file).read_bytes()


def test_an_unknown_experiment_is_a_message_and_no_traceback(full: MadeReport, tmp_path: Path) -> None:
    flags = ["--folder", full.folder, "--dataset", full.results.data, "--style", STYLE, "--output", tmp_path / "x.svg"]
    done = run("draw_figure", "accuracy", "--subject=nothing", *flags, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the study has no experiment 'nothing' (allowed: architectures,")


@pytest.mark.parametrize(("command", "kind"), [("draw_figure", "figure"), ("write_document", "document")])
def test_an_unknown_figure_or_document_is_a_message_with_the_nearest_name(
    full: MadeReport, tmp_path: Path, command: str, kind: str
) -> None:
    name, meant = {"figure": ("acuracy", "accuracy"), "document": ("report_pdff", "report_pdf")}[kind]
    flags = ["--folder", full.folder, "--dataset", full.results.data, "--output", tmp_path / "x.svg"]
    place = ["--style", STYLE] if kind == "figure" else ["--templates", TEMPLATES]
    done = run(command, name, *flags, *place, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: unknown {kind} '{name}', did you mean '{meant}'?")


def test_a_machine_without_fonts_writes_the_same_report(two_seeds: MadeReport, tmp_path: Path) -> None:
    no_fonts = tmp_path / "fonts.conf"
    no_fonts.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    inputs = {
        "folder": two_seeds.folder,
        "dataset": two_seeds.results.data,
        "templates": TEMPLATES,
        "output": tmp_path / "report.pdf",
    }
    flags = [part for name, value in inputs.items() for part in (f"--{name}", value)]
    done = run("write_document", "report_pdf", *flags, folder=two_seeds.folder, FONTCONFIG_FILE=str(no_fonts))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.pdf").read_bytes() == two_seeds.pdf.read_bytes()


def test_no_command_loads_a_deep_learning_library() -> None:
    imports = "; ".join(f"import cnnbench.commands.{command}" for command in COMMANDS)
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'snakemake'}"
    code = f"import sys; {imports}; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(LIBRARY)}, check=False)
    assert done.returncode == 0
