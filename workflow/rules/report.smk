"""From the tables of a study to figures and the PDF."""

from cnnbench.study.augmentation import distinct_augmentations

EXPERIMENTS = [expanded.experiment.name for expanded in plan.experiments]
LADDERS = [expanded.experiment.name for expanded in plan.experiments if expanded.experiment.kind == "ladder"]
VARIED = [
    expanded.experiment.name
    for expanded in plan.experiments
    if expanded.experiment.kind == "grid"
    and any(len(values) > 1 for values in expanded.experiment.values.model_dump(exclude_unset=True).values())
]
AUGMENTATIONS = distinct_augmentations(run.recipe for run in plan.runs.values())


rule draw_accuracy:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/accuracy/{{experiment}}.svg",
            caption="../../report/captions/accuracy.rst",
            category="Accuracy",
            labels={"experiment": "{experiment}"},
        ),
    log:
        f"results/logs/{plan.study.name}/draw_accuracy/{{experiment}}.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_accuracy/{{experiment}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_accuracy"),
    message:
        "Drawing the accuracies of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_accuracy --study {input.study} --runs {input.runs}"
        " --experiment {wildcards.experiment} --style {input.style} --output {output} > {log} 2>&1"


rule draw_learning_curves:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        histories=rules.aggregate.output.histories,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/learning_curves/{{experiment}}.svg",
            caption="../../report/captions/learning_curves.rst",
            category="Learning curves",
            labels={"experiment": "{experiment}"},
        ),
    log:
        f"results/logs/{plan.study.name}/draw_learning_curves/{{experiment}}.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_learning_curves/{{experiment}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_learning_curves"),
    message:
        "Drawing the learning curves of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_learning_curves --study {input.study} --runs {input.runs}"
        " --histories {input.histories} --experiment {wildcards.experiment} --style {input.style}"
        " --output {output} > {log} 2>&1"


rule draw_ladder:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        comparisons=rules.compare.output.comparisons,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/ladder/{{experiment}}.svg",
            caption="../../report/captions/ladder.rst",
            category="Ladders",
            labels={"experiment": "{experiment}"},
        ),
    log:
        f"results/logs/{plan.study.name}/draw_ladder/{{experiment}}.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_ladder/{{experiment}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_ladder"),
    message:
        "Drawing the ladder {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_ladder --study {input.study} --runs {input.runs}"
        " --comparisons {input.comparisons} --experiment {wildcards.experiment} --style {input.style} --output {output} > {log} 2>&1"


rule draw_grid_effects:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/effects/{{experiment}}.svg",
            caption="../../report/captions/grid_effects.rst",
            category="Effects",
            labels={"experiment": "{experiment}"},
        ),
    log:
        f"results/logs/{plan.study.name}/draw_grid_effects/{{experiment}}.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_grid_effects/{{experiment}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_grid_effects"),
    message:
        "Drawing the effects of the keys of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_grid_effects --study {input.study} --runs {input.runs}"
        " --experiment {wildcards.experiment} --style {input.style} --output {output} > {log} 2>&1"


rule draw_confusion_matrix:
    input:
        study=rules.resolve_study.output,
        runs=rules.aggregate.output.runs,
        confusion=rules.aggregate.output.confusion,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/confusion_matrix.svg",
            caption="../../report/captions/confusion_matrix.rst",
            category="Errors",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_confusion_matrix.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_confusion_matrix.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_confusion_matrix"),
    message:
        "Drawing the confusion matrix"
    shell:
        "python -m cnnbench.commands.draw_confusion_matrix --study {input.study} --runs {input.runs}"
        " --confusion {input.confusion} --style {input.style} --output {output} > {log} 2>&1"


rule draw_augmentation:
    input:
        dataset=f"results/data/{plan.dataset}/dataset.json",
        arrays=ancient(expand(f"results/data/{plan.dataset}/train_{{kind}}.npy", kind=["images", "labels"])),
    output:
        report(
            f"{STUDY}/figures/augmentation.png",
            caption="../../report/captions/augmentation.rst",
            category="Dataset",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_augmentation.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_augmentation.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        settings=canonical_json([settings.model_dump(mode="json") for settings in AUGMENTATIONS]),
        dataset=subpath(input.dataset, parent=True),
        code=fingerprint("cnnbench.commands.draw_augmentation"),
    message:
        "Drawing training images as networks saw them"
    shell:
        "python -m cnnbench.commands.draw_augmentation --settings {params.settings:q} --dataset {params.dataset}"
        " --threads {threads} --output {output} > {log} 2>&1"


rule write_report:
    input:
        study=rules.resolve_study.output[0],
        runs=rules.aggregate.output.runs,
        histories=rules.aggregate.output.histories,
        per_class=rules.aggregate.output.per_class,
        confusion=rules.aggregate.output.confusion,
        compared=rules.compare.output,
        dataset=f"results/data/{plan.dataset}/dataset.json",
        contact_sheet=f"results/data/{plan.dataset}/contact_sheet.png",
        augmentation=rules.draw_augmentation.output if AUGMENTATIONS else [],
        survey=SURVEY,
        figures=[
            SURVEY_FIGURES,
            expand(rules.draw_accuracy.output, experiment=EXPERIMENTS),
            expand(rules.draw_learning_curves.output, experiment=EXPERIMENTS),
            expand(rules.draw_ladder.output, experiment=LADDERS),
            expand(rules.draw_grid_effects.output, experiment=VARIED),
            rules.draw_confusion_matrix.output,
        ],
        templates=sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".css"}),
    output:
        report(f"{STUDY}/report.pdf", caption="../../report/captions/report.rst", category="Report"),
    log:
        f"results/logs/{plan.study.name}/write_report.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/write_report.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.write_report"),
        folder=subpath(input.study, parent=True),
        dataset=subpath(input.dataset, parent=True),
        templates=lambda wildcards, input: os.path.commonpath(input.templates),
    message:
        "Writing the report"
    shell:
        "python -m cnnbench.commands.write_report --folder {params.folder} --dataset {params.dataset}"
        " --templates {params.templates} --output {output} > {log} 2>&1"


localrules:
    draw_accuracy,
    draw_learning_curves,
    draw_ladder,
    draw_grid_effects,
    draw_confusion_matrix,
    draw_augmentation,
    write_report,
