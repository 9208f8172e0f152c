"""From the runs of a study to its tables."""


rule resolve_study:
    output:
        f"{STUDY}/study.json",
    log:
        f"results/logs/{plan.study.name}/resolve_study.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/resolve_study.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
        gpu=0,
    params:
        study=canonical_json(plan.study.model_dump(mode="json", exclude_unset=True)),
        code=fingerprint(
            "cnnbench.commands.resolve_study",
            *sorted({f"cnnbench.models.{run.architecture}" for run in plan.runs.values()}),
        ),
    message:
        "Writing down all runs of the study"
    shell:
        "python -m cnnbench.commands.resolve_study --study {params.study:q} --output {output} > {log} 2>&1"


rule aggregate:
    input:
        study=rules.resolve_study.output,
        runs=[run_files(name) for name in ("recipe.json", "training.json", "history.csv", "metrics.json")],
    output:
        runs=report(f"{STUDY}/runs.csv", caption="../../report/captions/runs.rst", category="Tables"),
        histories=f"{STUDY}/histories.csv",
        per_class=f"{STUDY}/per_class.csv",
        confusion=f"{STUDY}/confusion.csv",
    log:
        f"results/logs/{plan.study.name}/aggregate.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/aggregate.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.aggregate"),
        folder=subpath(output.runs, parent=True),
    message:
        "Gathering the results of all runs"
    shell:
        "python -m cnnbench.commands.aggregate --study {input.study} --output-folder {params.folder} > {log} 2>&1"


rule gather_outcomes:
    input:
        study=rules.resolve_study.output,
        predictions=run_files("predictions.npz"),
    output:
        f"{STUDY}/outcomes.npz",
    log:
        f"results/logs/{plan.study.name}/gather_outcomes.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/gather_outcomes.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.gather_outcomes"),
    message:
        "Gathering what every network read each test image as"
    shell:
        "python -m cnnbench.commands.gather_outcomes --study {input.study} --output {output} > {log} 2>&1"


rule compare:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        outcomes=rules.gather_outcomes.output,
    output:
        results=report(f"{STUDY}/results.csv", caption="../../report/captions/results.rst", category="Tables"),
        comparisons=report(
            f"{STUDY}/comparisons.csv", caption="../../report/captions/comparisons.rst", category="Tables"
        ),
        smallest_differences=f"{STUDY}/smallest_differences.csv",
        grid_effects=f"{STUDY}/grid_effects.csv",
    log:
        f"results/logs/{plan.study.name}/compare.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/compare.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.compare"),
        folder=subpath(output.results, parent=True),
    message:
        "Comparing the results"
    shell:
        "python -m cnnbench.commands.compare --study {input.study} --runs {input.runs} --outcomes {input.outcomes}"
        " --output-folder {params.folder} > {log} 2>&1"


rule gather_costs:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        latencies=[f"{run.folder}/latency.json" for run in plan.latency_runs],
    output:
        report(f"{STUDY}/costs.csv", caption="../../report/captions/costs_table.rst", category="Tables"),
    log:
        f"results/logs/{plan.study.name}/gather_costs.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/gather_costs.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.gather_costs"),
    message:
        "Gathering what every architecture and recipe costs"
    shell:
        "python -m cnnbench.commands.gather_costs --study {input.study} --runs {input.runs}"
        " --latencies {input.latencies} --output {output} > {log} 2>&1"


rule calibrate:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        outcomes=rules.gather_outcomes.output,
    output:
        calibration=report(
            f"{STUDY}/calibration.csv", caption="../../report/captions/calibration_table.rst", category="Tables"
        ),
        reliability=f"{STUDY}/reliability.csv",
    log:
        f"results/logs/{plan.study.name}/calibrate.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/calibrate.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.calibrate"),
        folder=subpath(output.calibration, parent=True),
    message:
        "Comparing how sure the networks are with how often they are right"
    shell:
        "python -m cnnbench.commands.calibrate --study {input.study} --runs {input.runs} --outcomes {input.outcomes}"
        " --output-folder {params.folder} > {log} 2>&1"


rule analyse_errors:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        outcomes=rules.gather_outcomes.output,
        dataset=f"results/data/{plan.dataset}/dataset.json",
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
        f"results/logs/{plan.study.name}/analyse_errors.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/analyse_errors.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.analyse_errors"),
        folder=subpath(output.counts, parent=True),
    message:
        "Finding out what the networks misread"
    shell:
        "python -m cnnbench.commands.analyse_errors --study {input.study} --runs {input.runs}"
        " --outcomes {input.outcomes} --dataset {input.dataset} --output-folder {params.folder} > {log} 2>&1"


localrules:
    resolve_study,
    aggregate,
    gather_outcomes,
    analyse_errors,
    gather_costs,
    calibrate,
    compare,
