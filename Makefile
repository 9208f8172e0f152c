# `make` lists what there is.
CONFIG ?= config/quickstart.yaml
ARGS ?=

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/workflow
PYTHON_FILES := workflow tests
# Without a GPU, single-threaded runs side by side are faster than one run on all cores. Nothing runs beside a measurement
# of latency, which takes all there is of the resource.
CORES := $(shell getconf _NPROCESSORS_ONLN)
SIDE_BY_SIDE := $(shell command -v nvidia-smi > /dev/null || \
	echo --set-threads train=1 predict=1 --resources gpu=$(CORES) --set-resources measure_latency:gpu=$(CORES))
# Two tests at a time: much of a test is work for a single core, such as starting Python or building a network.
PYTEST := pytest --numprocesses 2 --dist loadfile

.PHONY: help setup tools jax report plan estimate verify check lint test fuzz format docs calibrate-statistics catalogues pictures lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  CONFIG=config/emnist.yaml chooses another study than the quickstart; ARGS=... is passed to snakemake or pytest"

setup:  ## Create .venv (once)
	@workflow/envs/setup.sh requirements.txt

tools:  ## Add what the checks and tests need to .venv
	@workflow/envs/setup.sh requirements-test.txt

report: setup  ## Run the study CONFIG and write its report
	@report=$$(python -m cnnbench.commands.report_path --config $(CONFIG)) && \
	snakemake --configfile $(CONFIG) $(SIDE_BY_SIDE) $(ARGS) && \
	echo "$$report"

plan: setup  ## Show what `make report` would run
	@python -m cnnbench.commands.report_path --config $(CONFIG) > /dev/null && \
	snakemake --dry-run --quiet rules --configfile $(CONFIG) $(ARGS)

estimate: setup  ## Say what CONFIG costs: runs and hours; ARGS=--measure measures this machine first
	@python -m cnnbench.commands.estimate --config $(CONFIG) $(ARGS) 2> >(grep -v '^[IWE]0000\|^WARNING: All log' >&2)

verify: setup  ## Read all results of CONFIG, and name each file that is damaged
	@python -m cnnbench.commands.verify --config $(CONFIG)

check: lint  ## Lint, and run the tests that need no TensorFlow: for every commit
	$(PYTEST) --without-tensorflow $(ARGS)

lint: tools  ## Check style, types and rules
	ruff check $(PYTHON_FILES)
	ruff format --check $(PYTHON_FILES)
	snakefmt --check Snakefile workflow/rules
	mypy
	snakemake --lint --configfile config/emnist.yaml

test: lint  ## Run every check and test
	$(PYTEST) $(ARGS)

fuzz: tools  ## Give the readers of files and configs many more damaged ones than the tests do: some minutes
	FUZZ_FILES=10000 EXAMPLES=5000 $(PYTEST) -o timeout=3600 \
		tests/data/test_damaged_files.py tests/data/test_any_input.py tests/study/test_config_files.py $(ARGS)

format: tools  ## Format the code
	ruff check --fix $(PYTHON_FILES)
	ruff format $(PYTHON_FILES)
	snakefmt Snakefile workflow/rules

jax: setup  ## Add the JAX backend to .venv
	@workflow/envs/setup.sh requirements-jax.txt

docs: setup  ## Write the documentation of config keys and tables from the code
	@python -m cnnbench.commands.write_docs

calibrate-statistics: setup  ## Simulate how often the report's statements hold, for docs/statistics.md: about 10 minutes on two cores
	@python -m cnnbench.commands.calibrate_statistics $(ARGS)

catalogues: setup  ## Update the translations of the report, and say what is left to translate
	@python -m cnnbench.commands.update_catalogues

# Four pages are enough to see what one gets: the title, findings, the leaderboard, an experiment.
PAGES ?= 1 2 4 6
pictures: tools  ## Draw the README's pictures from the quickstart's report; PAGES=... names the pages
	@python -m cnnbench.commands.draw_pictures --report results/studies/quickstart/report.pdf --pages $(PAGES) --folder docs

lock:  ## Pin all packages again after a change in pyproject.toml
	@workflow/envs/lock.sh

clean:  ## Remove the environment and caches; results stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
