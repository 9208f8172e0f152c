"""What all rules share."""

from cnnbench.files import canonical_json
from cnnbench.fingerprint import fingerprint

STUDY = f"results/studies/{plan.study.name}"
# Inputs are compared by their paths, so that these must not change when the project moves.
TEMPLATES = Path(os.path.relpath(workflow.basedir)) / "report"
STYLE = TEMPLATES / "figures.mplstyle"
# The flag that every command which writes words gets; English needs none. Documents have the catalogue as an input;
# figures have a parameter, `words=plan.words_of_figures`, since most of a catalogue is not theirs.
CATALOGUE = f"--catalogue {plan.catalogue}" if plan.catalogue else ""
SURVEY = [f"{STUDY}/survey{part}.csv" for part in ("", "_weights", "_outcome")] if plan.survey else []
SURVEY_FIGURES = [f"{STUDY}/figures/survey/{kind}.svg" for kind in ("profiles", "weights")] if plan.survey else []
RUN = "results/runs/{dataset}/{architecture}/{recipe}/seed{seed}"


wildcard_constraints:
    dataset=r"[a-z0-9_-]+",
    architecture=r"[a-z0-9_]+",
    recipe=r"[0-9a-f]+",
    seed=r"[0-9]+",
    experiment=r"[a-z0-9_]+",


def run_id(wildcards):
    """The id of the run whose files are asked for."""
    return f"{wildcards.architecture}/{wildcards.recipe}/seed{wildcards.seed}"


def run_files(name):
    """The file `name` of every run of the study."""
    return [f"{run.folder}/{name}" for run in plan.runs.values()]
