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
    benchmark:
        "results/benchmarks/predict/{dataset}/{architecture}/{recipe}/seed{seed}.tsv"
    conda:
        "../../environment.yml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=60,
        gpu=1,
    params:
        backend=lambda wildcards: plan.runs[run_id(wildcards)].recipe.backend,
        code=fingerprint("cnnbench.commands.predict"),
        dataset=subpath(input.dataset, parent=True),
        folder=subpath(output[0], parent=True),
    message:
        "Predicting the test images with {wildcards.architecture} {wildcards.recipe}, seed {wildcards.seed}"
    shell:
        "python -m cnnbench.commands.predict --backend {params.backend} --dataset {params.dataset}"
        " --folder {params.folder} --threads {threads} --output {output} > {log} 2>&1"


rule measure_latency:
    input:
        model=f"{RUN}/model.keras",
        training=f"{RUN}/training.json",
    output:
        f"{RUN}/latency.json",
    log:
        "results/logs/measure_latency/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    benchmark:
        "results/benchmarks/measure_latency/{dataset}/{architecture}/{recipe}/seed{seed}.tsv"
    conda:
        "../../environment.yml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=30,
        gpu=1,
    params:
        backend=lambda wildcards: plan.runs[run_id(wildcards)].recipe.backend,
        code=fingerprint("cnnbench.commands.measure_latency"),
        folder=subpath(output[0], parent=True),
    message:
        "Measuring how long {wildcards.architecture} {wildcards.recipe} takes to answer"
    shell:
        "python -m cnnbench.commands.measure_latency --backend {params.backend} --folder {params.folder}"
        " --threads {threads} --output {output} > {log} 2>&1"


rule score:
    input:
        dataset="results/data/{dataset}/dataset.json",
        training=f"{RUN}/training.json",
        predictions=f"{RUN}/predictions.npz",
    output:
        f"{RUN}/metrics.json",
    log:
        "results/logs/score/{dataset}/{architecture}/{recipe}/seed{seed}.log",
    benchmark:
        "results/benchmarks/score/{dataset}/{architecture}/{recipe}/seed{seed}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
        gpu=0,
    params:
        code=fingerprint("cnnbench.commands.score"),
        dataset=subpath(input.dataset, parent=True),
    message:
        "Scoring {wildcards.architecture} {wildcards.recipe}, seed {wildcards.seed}"
    shell:
        "python -m cnnbench.commands.score --dataset {params.dataset} --training {input.training}"
        " --predictions {input.predictions} --output {output} > {log} 2>&1"
