"""What all rules share."""

from cnnbench.files import canonical_json, checksum, short_hash
from cnnbench.fingerprint import fingerprint, identity
from cnnbench.outdated import Codes, codes_of_trainings, count_outdated, find_outdated, lines_about

STUDY = f"results/studies/{plan.study.name}"
DATASET = f"results/data/{plan.dataset}"
# What is prepared for all seeds; the first is DATASET's.
DATASETS = [f"results/data/{name}/dataset.json" for name in plan.datasets]
RUN = "results/runs/{dataset}/{architecture}/{recipe}/seed{seed}"
LOGS = f"results/logs/{plan.study.name}"
ENVIRONMENT = "../../environment.yml"
# What jobs need that read and write tables, figures and documents. A cluster profile takes the place of
# `profiles/default`, so that needs stand with the rules.
SMALL = {"mem_mb": 2000, "runtime": 30}
# Inputs are compared by their paths, so that these must not change when the project moves.
TEMPLATES = Path(os.path.relpath(workflow.basedir)) / "report"
STYLE = TEMPLATES / "figures.mplstyle"
# The flag of every command that writes words; English needs none. Documents have the catalogue as an input; figures
# have a parameter with their own words, since most of a catalogue is not theirs.
CATALOGUE = ["--catalogue", str(plan.catalogue)] if plan.catalogue else []
# What makes datasets and runs. Where a dataset's source lies is no reason to prepare it again, what it holds is.
PREPARE = identity(fingerprint("cnnbench.commands.prepare"), plan.data_identity)
TRAIN = {
    run.architecture: fingerprint("cnnbench.commands.train", f"cnnbench.models.{run.architecture}")
    for run in plan.runs.values()
}
# Of each run; the code that trained it, if the study keeps that.
CODES = codes_of_trainings(plan, TRAIN)
KEPT = count_outdated(plan, TRAIN, CODES)
PREDICT = fingerprint("cnnbench.commands.predict")
SCORE = fingerprint("cnnbench.commands.score")
MEASURE_LATENCY = fingerprint("cnnbench.commands.measure_latency")
# What is there but cannot be believed; `outdated.smk` fills it when all rules are known.
OUTDATED = []


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


def study_folder(wildcards, output):
    """The study's folder, in which a rule's output lies."""
    before, folder, _ = str(output[0]).partition(STUDY)
    return before + folder


def uncompared(value):
    """`value` as a parameter that runs nothing again when it changes, and in which braces are text.

    Snakemake does not compare parameters that are functions of the input.
    """
    return lambda wildcards, input: value


def nothing(wildcards):
    """The input of a rule that needs none.

    Every plan of jobs leads back to such a rule. So this is where Snakemake is told what has to be made again: by then it
    has a plan, and has not yet decided what to run.
    """
    workflow.dag.forcefiles.update(item.path for item in OUTDATED)
    return []
