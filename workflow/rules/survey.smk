"""From published figures of known architectures to candidates; only for a study with a survey."""


rule rank_survey:
    input:
        nothing,
        table=plan.survey.table,
    output:
        ranking=report(f"{STUDY}/survey.csv", caption="../../report/captions/survey.rst", category="Survey"),
        weights=f"{STUDY}/survey_weights.csv",
    log:
        f"{LOGS}/rank_survey.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        survey=uncompared(canonical_json(plan.survey.model_dump(mode="json", exclude={"table"}))),
        folder=study_folder,
        code=identity(
            fingerprint("cnnbench.commands.rank_survey"),
            canonical_json(plan.survey.model_dump(mode="json", exclude={"table"})),
            checksum(plan.survey.table),
        ),
    message:
        "Ranking the architectures of the survey"
    shell:
        "python -m cnnbench.commands.rank_survey --settings {params.survey:q} --table {input.table:q}"
        " --folder {params.folder:q} --code {params.code} > {log:q} 2>&1"


rule compare_survey:
    input:
        ranking=rules.rank_survey.output.ranking,
        study=rules.expand_study.output[0],
        runs=rules.aggregate.output.runs,
        results=rules.aggregate.output.results,
        histories=rules.aggregate.output.histories,
        latencies=[f"{run.folder}/latency.json" for run in plan.latency_runs],
    output:
        outcome=report(
            f"{STUDY}/survey_outcome.csv", caption="../../report/captions/survey_outcome.rst", category="Survey"
        ),
        correlation=f"{STUDY}/survey_correlation.csv",
    log:
        f"{LOGS}/compare_survey.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.compare_survey"),
    message:
        "Comparing the survey with what was reached"
    shell:
        "python -m cnnbench.commands.compare_survey --folder {params.folder:q} --latencies {input.latencies:q}"
        " --code {params.code} > {log:q} 2>&1"
