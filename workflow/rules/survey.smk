"""From published figures of known architectures to candidates; only for a study with a survey."""


rule rank_survey:
    input:
        plan.survey.table,
    output:
        ranking=report(SURVEY[0], caption="../../report/captions/survey.rst", category="Survey"),
        weights=SURVEY[1],
    log:
        f"results/logs/{plan.study.name}/rank_survey.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/rank_survey.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=5,
        gpu=0,
    params:
        settings=canonical_json(plan.survey.model_dump(mode="json", exclude={"table"})),
        code=fingerprint("cnnbench.commands.rank_survey"),
    message:
        "Ranking the architectures of the survey"
    shell:
        "python -m cnnbench.commands.rank_survey --settings {params.settings:q} --table {input}"
        " --ranking {output.ranking} --weights {output.weights} > {log} 2>&1"


rule compare_survey:
    input:
        ranking=rules.rank_survey.output.ranking,
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        latencies=[f"{run.folder}/latency.json" for run in plan.latency_runs],
    output:
        report(SURVEY[2], caption="../../report/captions/survey_outcome.rst", category="Survey"),
    log:
        f"results/logs/{plan.study.name}/compare_survey.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/compare_survey.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=5,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.compare_survey"),
    message:
        "Comparing the survey with what was reached"
    shell:
        "python -m cnnbench.commands.compare_survey --ranking {input.ranking} --study {input.study} --runs {input.runs}"
        " --latencies {input.latencies} --output {output} > {log} 2>&1"


rule draw_survey:
    input:
        ranking=rules.rank_survey.output.ranking,
        weights=rules.rank_survey.output.weights,
        style=STYLE,
    output:
        profiles=report(SURVEY_FIGURES[0], caption="../../report/captions/survey.rst", category="Survey"),
        weights=report(SURVEY_FIGURES[1], caption="../../report/captions/survey_weights.rst", category="Survey"),
    log:
        f"results/logs/{plan.study.name}/draw_survey.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_survey.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=5,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_survey"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the survey"
    shell:
        "python -m cnnbench.commands.draw_survey --ranking {input.ranking} --weights {input.weights}"
        " --style {input.style} {params.catalogue} --profiles-output {output.profiles}"
        " --weights-output {output.weights} > {log} 2>&1"


localrules:
    rank_survey,
    compare_survey,
    draw_survey,
