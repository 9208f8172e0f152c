#!/usr/bin/env bash
# Pins all packages that pyproject.toml's direct ones need, with hashes, for all systems and Pythons at once, and writes
# the same versions into environment.yml. Needs the network; run by `make lock`.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv==0.13.9

compile() {
  "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-emit-index-url --no-annotate --no-header --output-file "$@" pyproject.toml
}

compile workflow/envs/requirements-test.txt --extra jax --extra test
compile workflow/envs/requirements-jax.txt --extra jax --constraints workflow/envs/requirements-test.txt
compile workflow/envs/requirements.txt --constraints workflow/envs/requirements-test.txt

{
  echo "# The conda way to the versions of workflow/envs/requirements.txt; written by \`make lock\`."
  printf '%s\n' "name: cnnbench" "channels:" "  - conda-forge" "  - nodefaults" "dependencies:" "  - python=3.12" \
    "  - pango" "  - pip" "  - pip:"
  sed -nE 's/^([a-zA-Z0-9][^\\]*[^ \\]) *\\$/      - "\1"/p' workflow/envs/requirements.txt
} >environment.yml
