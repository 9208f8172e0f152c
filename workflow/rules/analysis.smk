"""From the runs of a study to its tables."""


rule expand_study:
    input:
        nothing,
    output:
        f"{STUDY}/study.json",
    log:
        f"{LOGS}/expand_study.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        # The whole config makes the file; only what is in the file is a reason to make it again.
        study=uncompared(canonical_json(plan.study.model_dump(mode="json", exclude_unset=True))),
        datasets=uncompared(canonical_json(plan.dataset_names)),
        content=short_hash(plan.study_json),
        folder=study_folder,
        code=fingerprint("cnnbench.commands.expand_study"),
    message:
        "Writing down all runs of the study"
    shell:
        "python -m cnnbench.commands.expand_study --study {params.study:q} --datasets {params.datasets:q}"
        " --folder {params.folder:q} > {log:q} 2>&1"


rule present_study:
    input:
        nothing,
    output:
        f"{STUDY}/presentation.json",
    log:
        f"{LOGS}/present_study.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        study=uncompared(canonical_json(plan.study.model_dump(mode="json", exclude_unset=True))),
        outdated=uncompared(canonical_json(KEPT)),
        content=short_hash(plan.presentation_json(KEPT)),
        folder=study_folder,
        code=fingerprint("cnnbench.commands.present_study"),
    message:
        "Writing down what the report says of the study"
    shell:
        "python -m cnnbench.commands.present_study --study {params.study:q} --folder {params.folder:q}"
        " --outdated {params.outdated:q} > {log:q} 2>&1"


rule gather_answers:
    input:
        # Named by its path: beside thousands of files, Snakemake's search for the rule takes time that grows with their
        # square.
        study=f"{STUDY}/study.json",
        predictions=run_files("predictions.npz"),
        # They only show that the predictions are sound.
        metrics=ancient(run_files("metrics.json")),
    output:
        f"{STUDY}/answers.npz",
    log:
        f"{LOGS}/gather_answers.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.gather_answers"),
    message:
        "Gathering what every network read each test image as"
    shell:
        "python -m cnnbench.commands.gather_answers --folder {params.folder:q} --code {params.code} > {log:q} 2>&1"


rule aggregate:
    input:
        # Named by their paths, as in `gather_answers`.
        study=f"{STUDY}/study.json",
        answers=f"{STUDY}/answers.npz",
        runs=[run_files(name) for name in ("recipe.json", "training.json", "history.csv", "metrics.json")],
    output:
        runs=report(f"{STUDY}/runs.csv", caption="../../report/captions/runs.rst", category="Tables"),
        results=report(f"{STUDY}/results.csv", caption="../../report/captions/results.rst", category="Tables"),
        histories=f"{STUDY}/histories.csv",
        per_class=f"{STUDY}/per_class.csv",
        confusion=f"{STUDY}/confusion.csv",
        training_diagnosis=f"{STUDY}/training_diagnosis.csv",
    log:
        f"{LOGS}/aggregate.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.aggregate"),
    message:
        "Gathering the results of all runs"
    shell:
        "python -m cnnbench.commands.aggregate --folder {params.folder:q} --code {params.code} > {log:q} 2>&1"


rule compare:
    input:
        study=rules.expand_study.output[0],
        runs=rules.aggregate.output.runs,
        results=rules.aggregate.output.results,
        histories=rules.aggregate.output.histories,
        answers=rules.gather_answers.output,
    output:
        standings=f"{STUDY}/standings.csv",
        grid_standings=f"{STUDY}/grid_standings.csv",
        comparisons=report(
            f"{STUDY}/comparisons.csv", caption="../../report/captions/comparisons.rst", category="Tables"
        ),
        seed_differences=f"{STUDY}/seed_differences.csv",
        smallest_differences=f"{STUDY}/smallest_differences.csv",
        grid_effects=f"{STUDY}/grid_effects.csv",
        validation_choices=f"{STUDY}/validation_choices.csv",
        choice_stability=f"{STUDY}/choice_stability.csv",
    log:
        f"{LOGS}/compare.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.compare"),
    message:
        "Comparing the results"
    shell:
        "python -m cnnbench.commands.compare --folder {params.folder:q} --code {params.code} > {log:q} 2>&1"


rule gather_costs:
    input:
        study=rules.expand_study.output[0],
        runs=rules.aggregate.output.runs,
        results=rules.aggregate.output.results,
        latencies=[f"{run.folder}/latency.json" for run in plan.latency_runs],
    output:
        report(f"{STUDY}/costs.csv", caption="../../report/captions/costs_table.rst", category="Tables"),
    log:
        f"{LOGS}/gather_costs.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.gather_costs"),
    message:
        "Gathering what every architecture and recipe costs"
    shell:
        "python -m cnnbench.commands.gather_costs --folder {params.folder:q} --latencies {input.latencies:q}"
        " --code {params.code} > {log:q} 2>&1"


rule calibrate:
    input:
        runs=rules.aggregate.output.runs,
        results=rules.aggregate.output.results,
        histories=rules.aggregate.output.histories,
        answers=rules.gather_answers.output,
    output:
        calibration=report(
            f"{STUDY}/calibration.csv", caption="../../report/captions/calibration_table.rst", category="Tables"
        ),
        reliability=f"{STUDY}/reliability.csv",
    log:
        f"{LOGS}/calibrate.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        code=fingerprint("cnnbench.commands.calibrate"),
    message:
        "Comparing how sure the networks are with how often they are right"
    shell:
        "python -m cnnbench.commands.calibrate --folder {params.folder:q} --code {params.code} > {log:q} 2>&1"


rule analyse_errors:
    input:
        study=rules.expand_study.output[0],
        runs=rules.aggregate.output.runs,
        results=rules.aggregate.output.results,
        answers=rules.gather_answers.output,
        dataset=f"{DATASET}/dataset.json",
    output:
        counts=f"{STUDY}/error_counts.csv",
        pairs=report(
            f"{STUDY}/confused_pairs.csv", caption="../../report/captions/confused_pairs.rst", category="Errors"
        ),
        classes=f"{STUDY}/class_accuracy.csv",
        mistakes=f"{STUDY}/mistakes.csv",
        hardest=f"{STUDY}/hardest_images.csv",
        agreement=f"{STUDY}/agreement.csv",
        votes=report(f"{STUDY}/votes.csv", caption="../../report/captions/votes.rst", category="Errors"),
    log:
        f"{LOGS}/analyse_errors.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        folder=study_folder,
        dataset=subpath(input.dataset, parent=True),
        code=fingerprint("cnnbench.commands.analyse_errors"),
    message:
        "Finding out what the networks misread"
    shell:
        "python -m cnnbench.commands.analyse_errors --folder {params.folder:q} --dataset {params.dataset:q}"
        " --code {params.code} > {log:q} 2>&1"
