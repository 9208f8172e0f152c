"""From a recipe to a trained network."""


rule train:
    input:
        dataset="results/data/{dataset}/dataset.json",
        # The checksums in dataset.json stand for the arrays: when they stay, nothing is trained again.
        arrays=ancient(
            expand(
                "results/data/{{dataset}}/{part}_{kind}.npy", part=["train", "validation"], kind=["images", "labels"]
            )
        ),
    output:
        model=f"{RUN}/model.keras",
        history=f"{RUN}/history.csv",
        recipe=f"{RUN}/recipe.json",
        training=f"{RUN}/training.json",
    log:
        # Of a failed job, Snakemake shows all logs up to the first that is empty, and a bug has a message.
        messages="results/logs/train/{dataset}/{architecture}/{recipe}/seed{seed}.messages.log",
        progress="results/logs/train/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=8000,
        runtime=720,
        gpu=1,
    params:
        run=lambda wildcards: plan.run_json(run_id(wildcards)),
        code=lambda wildcards: CODES[run_id(wildcards)],
        # If a training that was to be kept cannot be, it is trained by the present code.
        present_code=lambda wildcards, input: TRAIN[wildcards.architecture],
        dataset=subpath(input.dataset, parent=True),
        folder=subpath(output.training, parent=True),
        # How often a training is saved does not change its result.
        minutes=uncompared(plan.study.checkpoint_minutes),
        # Nor does the time that it may take, if it ends in time.
        limit=uncompared(
            ["--time-limit-minutes", str(plan.study.time_limit_minutes)] if plan.study.time_limit_minutes else []
        ),
    message:
        "Training {wildcards.architecture} {wildcards.recipe}, seed {wildcards.seed}"
    shell:
        "python -m cnnbench.commands.train --run {params.run:q} --dataset {params.dataset:q} --folder {params.folder:q}"
        " --threads {threads} --code {params.present_code} --checkpoint-minutes {params.minutes} {params.limit:q} 2> {log.messages:q} | tee {log.progress:q}"


rule draw_augmentation:
    input:
        dataset=f"{DATASET}/dataset.json",
        arrays=ancient(expand(f"{DATASET}/train_{{kind}}.npy", kind=["images", "labels"])),
    output:
        report(
            f"{STUDY}/figures/augmentation.png",
            caption="../../report/captions/augmentation.rst",
            category="Dataset",
        ),
    log:
        f"{LOGS}/draw_augmentation.log",
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **SMALL,
    params:
        settings=uncompared(canonical_json(plan.augmentations)),
        dataset=subpath(input.dataset, parent=True),
        code=identity(fingerprint("cnnbench.commands.draw_augmentation"), canonical_json(plan.augmentations)),
    message:
        "Drawing training images as networks saw them"
    shell:
        "python -m cnnbench.commands.draw_augmentation --settings {params.settings:q} --dataset {params.dataset:q}"
        " --threads {threads} --code {params.code} --output {output:q} > {log:q} 2>&1"
