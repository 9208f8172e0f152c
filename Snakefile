"""From one config file to a PDF report: `snakemake --configfile config/emnist.yaml`."""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.0")

# The library is not installed: it is imported from here.
sys.path.insert(0, str(Path(workflow.basedir) / "workflow"))

from cnnbench.environment import end_in_one_line_on_ctrl_c, share_with_jobs
from cnnbench.errors import UserError
from cnnbench.planning import make_plan
from cnnbench.storage import require_working_folders
from cnnbench.study.config_file import read_configs

share_with_jobs(os.environ)
end_in_one_line_on_ctrl_c()

# A study given on the command line stands alone: merging it into the quickstart would leave the quickstart's keys in it.
if not workflow.overwrite_configfiles:

    configfile: "config/quickstart.yaml"


try:
    require_working_folders(os.environ)
    # Snakemake has read these files too, but of a key that is there twice it keeps only the last value.
    config = read_configs(workflow.configfiles, workflow.config_settings.config_args)
    plan = make_plan(config, " with ".join(map(str, workflow.configfiles)), os.environ)
except UserError as error:
    raise WorkflowError(str(error)) from None


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/analysis.smk"


if plan.survey:

    include: "workflow/rules/survey.smk"


include: "workflow/rules/report.smk"
include: "workflow/rules/outdated.smk"


rule all:
    default_target: True
    input:
        [f"{STUDY}/{document.output}" for document in documents().values()],


rule tables:
    input:
        rules.aggregate.output,
        [*rules.rank_survey.output, *rules.compare_survey.output] if plan.survey else [],


rule data:
    input:
        DATASETS,
        f"{DATASET}/contact_sheet.png",


onsuccess:
    if Path(STUDY, "report.pdf").is_file():
        print(
            f"The report: {STUDY}/report.pdf, as a page for a browser: {STUDY}/report.html, slides: {STUDY}/slides.pdf"
        )
