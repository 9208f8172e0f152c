"""From a trained network to predictions and metrics on the test part."""


rule predict:
    input:
        dataset="results/data/{dataset}/dataset.json",
        arrays=ancient(expand("results/data/{{dataset}}/test_{kind}.npy", kind=["images", "labels"])),
        model=f"{RUN}/model.keras",
        training=f"{RUN}/training.json",
    output:
        f"{RUN}/predictions.npz",
    log:
        "results/logs/predict/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=8000,
        runtime=60,
        gpu=1,
    params:
        backend=lambda wildcards: plan.runs[run_id(wildcards)].recipe.backend,
        code=PREDICT,
        dataset=subpath(input.dataset, parent=True),
        folder=subpath(output[0], parent=True),
    message:
        "Predicting the test images with {wildcards.architecture} {wildcards.recipe}, seed {wildcards.seed}"
    shell:
        "python -m cnnbench.commands.predict --backend {params.backend} --dataset {params.dataset:q}"
        " --folder {params.folder:q} --threads {threads} --code {params.code} --output {output:q}"
        " > {log:q} 2>&1"


rule measure_latency:
    input:
        model=f"{RUN}/model.keras",
        training=f"{RUN}/training.json",
    output:
        f"{RUN}/latency.json",
    log:
        "results/logs/measure_latency/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=8000,
        runtime=30,
        gpu=1,
    params:
        backend=lambda wildcards: plan.runs[run_id(wildcards)].recipe.backend,
        code=MEASURE_LATENCY,
        folder=subpath(output[0], parent=True),
    message:
        "Measuring how long {wildcards.architecture} {wildcards.recipe} takes to answer"
    shell:
        "python -m cnnbench.commands.measure_latency --backend {params.backend} --folder {params.folder:q}"
        " --threads {threads} --code {params.code} --output {output:q}"
        " > {log:q} 2>&1"


rule score:
    input:
        dataset="results/data/{dataset}/dataset.json",
        training=f"{RUN}/training.json",
        predictions=f"{RUN}/predictions.npz",
    output:
        f"{RUN}/metrics.json",
    log:
        "results/logs/score/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=SCORE,
        dataset=subpath(input.dataset, parent=True),
    message:
        "Scoring {wildcards.architecture} {wildcards.recipe}, seed {wildcards.seed}"
    shell:
        "python -m cnnbench.commands.score --dataset {params.dataset:q} --training {input.training:q}"
        " --predictions {input.predictions:q} --code {params.code} --output {output:q} > {log:q} 2>&1"
