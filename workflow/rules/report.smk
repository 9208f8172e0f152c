"""From the tables of a study to figures and documents: the report, the same as a page, and slides."""

from cnnbench.reporting.template_files import template_files
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
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the accuracies of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_accuracy --study {input.study} --runs {input.runs}"
        " --experiment {wildcards.experiment} --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


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
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the learning curves of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_learning_curves --study {input.study} --runs {input.runs}"
        " --histories {input.histories} --experiment {wildcards.experiment} --style {input.style} {params.catalogue}"
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
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the ladder {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_ladder --study {input.study} --runs {input.runs}"
        " --comparisons {input.comparisons} --experiment {wildcards.experiment} --style {input.style}"
        " {params.catalogue} --output {output} > {log} 2>&1"


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
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the effects of the keys of {wildcards.experiment}"
    shell:
        "python -m cnnbench.commands.draw_grid_effects --study {input.study} --runs {input.runs}"
        " --experiment {wildcards.experiment} --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


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
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing the confusion matrix"
    shell:
        "python -m cnnbench.commands.draw_confusion_matrix --study {input.study} --runs {input.runs}"
        " --confusion {input.confusion} --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


rule draw_costs:
    input:
        costs=rules.gather_costs.output,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/costs.svg",
            caption="../../report/captions/costs.rst",
            category="Accuracy and cost",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_costs.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_costs.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_costs"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing accuracy against cost"
    shell:
        "python -m cnnbench.commands.draw_costs --costs {input.costs} --style {input.style} {params.catalogue} --output {output}"
        " > {log} 2>&1"


rule draw_calibration:
    input:
        calibration=rules.calibrate.output.calibration,
        reliability=rules.calibrate.output.reliability,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/calibration.svg",
            caption="../../report/captions/calibration.rst",
            category="Calibration",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_calibration.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_calibration.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_calibration"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing how sure the networks are, and how often right"
    shell:
        "python -m cnnbench.commands.draw_calibration --calibration {input.calibration}"
        " --reliability {input.reliability} --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


rule draw_class_accuracy:
    input:
        accuracies=rules.analyse_errors.output.classes,
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/class_accuracy.svg",
            caption="../../report/captions/class_accuracy.rst",
            category="Errors",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_class_accuracy.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_class_accuracy.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_class_accuracy"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing how well each class is read"
    shell:
        "python -m cnnbench.commands.draw_class_accuracy --class-accuracy {input.accuracies}"
        " --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


rule draw_mistakes:
    input:
        mistakes=rules.analyse_errors.output.mistakes,
        dataset=f"results/data/{plan.dataset}/dataset.json",
        images=ancient(expand(f"results/data/{plan.dataset}/test_{{kind}}.npy", kind=["images", "labels"])),
        style=STYLE,
    output:
        report(f"{STUDY}/figures/mistakes.png", caption="../../report/captions/mistakes.rst", category="Errors"),
    log:
        f"results/logs/{plan.study.name}/draw_mistakes.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_mistakes.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_mistakes"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
        dataset=subpath(input.dataset, parent=True),
    message:
        "Drawing the mistakes that the leading networks are surest of"
    shell:
        "python -m cnnbench.commands.draw_mistakes --mistakes {input.mistakes} --dataset {params.dataset}"
        " --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


rule draw_hardest_images:
    input:
        hardest=rules.analyse_errors.output.hardest,
        dataset=f"results/data/{plan.dataset}/dataset.json",
        images=ancient(expand(f"results/data/{plan.dataset}/test_{{kind}}.npy", kind=["images", "labels"])),
        style=STYLE,
    output:
        report(
            f"{STUDY}/figures/hardest_images.png",
            caption="../../report/captions/hardest_images.rst",
            category="Errors",
        ),
    log:
        f"results/logs/{plan.study.name}/draw_hardest_images.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_hardest_images.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_hardest_images"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
        dataset=subpath(input.dataset, parent=True),
    message:
        "Drawing the images that every network misreads"
    shell:
        "python -m cnnbench.commands.draw_hardest_images --hardest-images {input.hardest} --dataset {params.dataset}"
        " --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


rule draw_agreement:
    input:
        agreement=rules.analyse_errors.output.agreement,
        style=STYLE,
    output:
        report(f"{STUDY}/figures/agreement.svg", caption="../../report/captions/agreement.rst", category="Errors"),
    log:
        f"results/logs/{plan.study.name}/draw_agreement.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/draw_agreement.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.draw_agreement"),
        catalogue=CATALOGUE,
        words=plan.words_of_figures,
    message:
        "Drawing how far the networks agree"
    shell:
        "python -m cnnbench.commands.draw_agreement --agreement {input.agreement}"
        " --style {input.style} {params.catalogue} --output {output} > {log} 2>&1"


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


# What every document is made from; beside it, each has the files of its own template.
DOCUMENT_INPUTS = {
    "study": rules.resolve_study.output[0],
    "runs": rules.aggregate.output.runs,
    "histories": rules.aggregate.output.histories,
    "compared": rules.compare.output,
    "errors": rules.analyse_errors.output,
    "costs": rules.gather_costs.output,
    "calibration": rules.calibrate.output,
    "dataset": f"results/data/{plan.dataset}/dataset.json",
    "contact_sheet": f"results/data/{plan.dataset}/contact_sheet.png",
    "augmentation": rules.draw_augmentation.output if AUGMENTATIONS else [],
    "survey": SURVEY,
    "figures": [
        SURVEY_FIGURES,
        expand(rules.draw_accuracy.output, experiment=EXPERIMENTS),
        expand(rules.draw_learning_curves.output, experiment=EXPERIMENTS),
        expand(rules.draw_ladder.output, experiment=LADDERS),
        expand(rules.draw_grid_effects.output, experiment=VARIED),
        rules.draw_confusion_matrix.output,
        rules.draw_class_accuracy.output,
        rules.draw_mistakes.output,
        rules.draw_hardest_images.output,
        rules.draw_agreement.output,
        rules.draw_costs.output,
        rules.draw_calibration.output,
    ],
    "catalogue": plan.catalogue or [],
}


rule write_report:
    input:
        **DOCUMENT_INPUTS,
        templates=template_files(TEMPLATES, "paper.html"),
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
        catalogue=CATALOGUE,
        folder=subpath(input.study, parent=True),
        dataset=subpath(input.dataset, parent=True),
        templates=lambda wildcards, input: os.path.commonpath(input.templates),
    message:
        "Writing the report"
    shell:
        "python -m cnnbench.commands.write_report --folder {params.folder} --dataset {params.dataset}"
        " --templates {params.templates} {params.catalogue} --output {output} 2>&1 | tee {log}"


rule write_page:
    input:
        **DOCUMENT_INPUTS,
        templates=template_files(TEMPLATES, "page.html"),
    output:
        report(f"{STUDY}/report.html", caption="../../report/captions/page.rst", category="Report"),
    log:
        f"results/logs/{plan.study.name}/write_page.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/write_page.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.write_page"),
        catalogue=CATALOGUE,
        folder=subpath(input.study, parent=True),
        dataset=subpath(input.dataset, parent=True),
        templates=lambda wildcards, input: os.path.commonpath(input.templates),
    message:
        "Writing the report as one HTML page"
    shell:
        "python -m cnnbench.commands.write_page --folder {params.folder} --dataset {params.dataset}"
        " --templates {params.templates} {params.catalogue} --output {output} 2>&1 | tee {log}"


rule write_slides:
    input:
        **DOCUMENT_INPUTS,
        templates=template_files(TEMPLATES, "slides.html"),
    output:
        report(f"{STUDY}/slides.pdf", caption="../../report/captions/slides.rst", category="Report"),
    log:
        f"results/logs/{plan.study.name}/write_slides.log",
    benchmark:
        f"results/benchmarks/{plan.study.name}/write_slides.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.write_slides"),
        catalogue=CATALOGUE,
        folder=subpath(input.study, parent=True),
        dataset=subpath(input.dataset, parent=True),
        templates=lambda wildcards, input: os.path.commonpath(input.templates),
    message:
        "Writing the slides"
    shell:
        "python -m cnnbench.commands.write_slides --folder {params.folder} --dataset {params.dataset}"
        " --templates {params.templates} {params.catalogue} --output {output} 2>&1 | tee {log}"


localrules:
    draw_accuracy,
    draw_learning_curves,
    draw_ladder,
    draw_confusion_matrix,
    draw_class_accuracy,
    draw_mistakes,
    draw_hardest_images,
    draw_agreement,
    draw_augmentation,
    write_report,
    draw_costs,
    draw_calibration,
    write_page,
    write_slides,
    draw_grid_effects,
