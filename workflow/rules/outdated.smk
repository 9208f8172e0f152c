"""What is there but cannot be believed is made again, whatever Snakemake remembers of it."""


def codes_of_files():
    """What makes each table, figure and document, as its rule says."""
    paths = {f"{STUDY}/{planned.pattern}": [f"{STUDY}/{path}" for path in planned.paths] for planned in plan.figures}
    paths["results/data/{dataset}/contact_sheet.png"] = [f"{DATASET}/contact_sheet.png"]
    return {
        path: rule.params.code
        for rule in workflow.rules
        for output in map(str, rule.output)
        if output in paths or Path(output).suffix in (".csv", ".npz", ".html", ".pdf")
        for path in paths.get(output, [output])
        if "{" not in path
    }


# A job's own Snakemake, on a cluster's node, makes what it is told to make.
if workflow.is_main_process:
    OUTDATED += find_outdated(plan, Codes(PREPARE, CODES, PREDICT, SCORE, MEASURE_LATENCY, codes_of_files()), KEPT)
    for line in lines_about(OUTDATED):
        print(line, file=sys.stderr)
