"""From an archive, or the user's own images, to prepared arrays.

These rules are local, because a cluster's nodes often have no way to the internet.
"""


rule prepare:
    input:
        nothing,
    output:
        summary="results/data/{dataset}/dataset.json",
        source="results/data/{dataset}/source.json",
        arrays=expand(
            "results/data/{{dataset}}/{part}_{kind}.npy",
            part=["train", "validation", "test"],
            kind=["images", "labels"],
        ),
    log:
        "results/logs/prepare/{dataset}.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        dataset=lambda wildcards: canonical_json(plan.datasets[wildcards.dataset].preparation()),
        # Where the images or the archive lie is no reason to prepare them again, what they hold is.
        path=uncompared(str(plan.study.dataset.path or "")),
        archives=uncompared(canonical_json(plan.archives)),
        sha256=uncompared(plan.study.dataset.sha256 or ""),
        folder=subpath(output.summary, parent=True),
        code=PREPARE,
    message:
        "Preparing the dataset {wildcards.dataset}"
    shell:
        "python -m cnnbench.commands.prepare --dataset {params.dataset:q} --path={params.path:q}"
        " --archives={params.archives:q} --sha256={params.sha256:q} --downloads resources --folder {params.folder:q}"
        " --code {params.code} 2>&1 | tee {log:q}"


rule draw_contact_sheet:
    input:
        dataset="results/data/{dataset}/dataset.json",
        arrays=ancient(expand("results/data/{{dataset}}/train_{kind}.npy", kind=["images", "labels"])),
    output:
        report(
            "results/data/{dataset}/contact_sheet.png",
            caption="../../report/captions/contact_sheet.rst",
            category="Dataset",
        ),
    log:
        "results/logs/draw_contact_sheet/{dataset}.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        dataset=subpath(input.dataset, parent=True),
        code=fingerprint("cnnbench.commands.draw_contact_sheet"),
    message:
        "Drawing samples of the dataset {wildcards.dataset}"
    shell:
        "python -m cnnbench.commands.draw_contact_sheet --dataset {params.dataset:q} --code {params.code} --output {output:q}"
        " > {log:q} 2>&1"
