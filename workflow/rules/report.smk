"""From the tables of a study to figures and documents: one rule for each that is registered."""

from cnnbench.reporting.documents.registry import documents
from cnnbench.reporting.report_sections import section_templates
from cnnbench.reporting.template_files import template_files

# The caption of a figure or document is a parameter of its rule.
CAPTION = "../../report/captions/described.rst"


def first_line(description):
    """What a figure or document is, in short."""
    return description.partition("\n")[0].rstrip(".")


for planned in plan.figures:

    rule:
        name:
            f"draw_{planned.name}"
        input:
            tables=[f"{STUDY}/{table.file}" for table in planned.figure.reads],
            datasets=DATASETS if planned.figure.reads_test_images else [],
            source=f"{DATASET}/source.json" if planned.figure.reads_test_images else [],
            images=(
                ancient(expand("results/data/{name}/test_{kind}.npy", name=plan.datasets, kind=["images", "labels"]))
                if planned.figure.reads_test_images
                else []
            ),
            style=STYLE,
        output:
            report(
                f"{STUDY}/{planned.pattern}",
                caption=CAPTION,
                category=planned.figure.category,
                labels={"experiment": "{experiment}"} if planned.figure.drawn_for.is_experiment else None,
            ),
        log:
            f"{LOGS}/{planned.pattern}.log",
        localrule: True
        conda:
            ENVIRONMENT
        resources:
            **SMALL,
        params:
            name=planned.name,
            folder=study_folder,
            dataset=uncompared(DATASET),
            subject=lambda wildcards: getattr(wildcards, "experiment", ""),
            catalogue=CATALOGUE,
            code=identity(fingerprint("cnnbench.commands.draw_figure", planned.module), planned.words, checksum(STYLE)),
            caption=uncompared(planned.figure.description),
        message:
            f"Drawing {planned.name}: {first_line(planned.figure.description)}"
        shell:
            "python -m cnnbench.commands.draw_figure {params.name} --folder {params.folder:q}"
            " --dataset {params.dataset:q} --subject={params.subject:q} --style {input.style:q}"
            " {params.catalogue:q} --code {params.code} --output {output:q} > {log:q} 2>&1"


for name, document in documents().items():

    rule:
        name:
            f"write_{name}"
        input:
            study=rules.expand_study.output[0],
            presentation=rules.present_study.output[0],
            results=rules.aggregate.output,
            compared=rules.compare.output,
            errors=rules.analyse_errors.output,
            costs=rules.gather_costs.output,
            calibration=rules.calibrate.output,
            survey=[*rules.rank_survey.output, *rules.compare_survey.output] if plan.survey else [],
            dataset=f"{DATASET}/dataset.json",
            source=f"{DATASET}/source.json",
            datasets=DATASETS,
            contact_sheet=f"{DATASET}/contact_sheet.png",
            augmentation=f"{STUDY}/figures/augmentation.png" if plan.augmentations else [],
            figures=[f"{STUDY}/{path}" for planned in plan.figures for path in planned.paths],
            templates=template_files(TEMPLATES, f"{name}.html", section_templates()),
            catalogue=plan.catalogue or [],
        output:
            report(f"{STUDY}/{document.output}", caption=CAPTION, category="Report"),
        log:
            f"{LOGS}/write_{name}.log",
        localrule: True
        conda:
            ENVIRONMENT
        resources:
            **SMALL,
        params:
            name=name,
            folder=study_folder,
            dataset=subpath(input.dataset, parent=True),
            templates=lambda wildcards, input: os.path.commonpath(input.templates),
            catalogue=CATALOGUE,
            code=identity(
                fingerprint("cnnbench.commands.write_document", f"cnnbench.reporting.documents.{name}"),
                *map(
                    checksum,
                    map(Path, [*template_files(TEMPLATES, f"{name}.html", section_templates()), *CATALOGUE[1:]]),
                ),
            ),
            caption=uncompared(document.description),
        message:
            f"Writing {document.output}: {first_line(document.description)}"
        shell:
            "python -m cnnbench.commands.write_document {params.name} --folder {params.folder:q}"
            " --dataset {params.dataset:q} --templates {params.templates:q} {params.catalogue:q} --code {params.code}"
            " --output {output:q} 2>&1 | tee {log:q}"
