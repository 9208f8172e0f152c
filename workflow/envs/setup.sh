#!/usr/bin/env bash
# Installs into .venv what a requirements file pins: setup.sh requirements.txt
# It does nothing if that is already done, and is safe to interrupt. PYTHON names the Python to use.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly pins="workflow/envs/$1" environment=".venv" stamps=".venv/installed"
# Each set holds all of the ones before it.
readonly sets=(requirements.txt requirements-jax.txt requirements-test.txt)

fail() {
  printf '\nset-up: %s\n' "$1" >&2
  exit 1
}

is_debian() { command -v apt-get >/dev/null; }

sudo_if_needed() { [ "$(id -u)" = 0 ] || echo "sudo "; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11, 3.12 or 3.13 is needed, but found: ${PYTHON:-none}. To name one: PYTHON=/path/to/python make ..."
}

# Programs in an environment call the Python of the folder that it was made for, so a copied or moved one does not work.
is_made_here() {
  [ -x "$environment/bin/python" ] && grep -qF -- " $(pwd -P)/$environment" "$environment/pyvenv.cfg" 2>/dev/null
}

# A stamp is a copy of the pins as they were installed; a larger set serves too.
is_installed() {
  is_made_here || return 1
  local set serves=no
  for set in "${sets[@]}"; do
    [ "workflow/envs/$set" != "$pins" ] || serves=yes
    if [ "$serves" = yes ] && cmp -s "workflow/envs/$set" "$stamps/$set"; then return; fi
  done
  return 1
}

make_environment() {
  if is_made_here && "$environment/bin/python" -m pip --version >/dev/null 2>&1; then return; fi
  # To clear it would empty the folder that the link leads to.
  [ ! -L "$environment" ] ||
    fail "$environment is a link to an environment of another folder ($(readlink "$environment")). Remove the link and run make again"
  local python version
  python=$(find_python)
  version=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python has no venv module. On Debian or Ubuntu: $(sudo_if_needed)apt-get install python$version-venv"
  "$python" -m venv --clear "$environment"
}

install_packages() {
  local python="$environment/bin/python" log="$environment/install.log"
  echo "set-up: installing the packages of $pins into $environment (once; 700 MB, 2.6 GB unpacked; takes a few minutes)"
  rm -rf "$stamps" # until the installation succeeds, nothing is known about what is there
  "$python" -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r "$pins" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "the packages could not be installed. The complete output of pip is in $log"
  }
  # Without bytecode, every process compiles TensorFlow again, and some machines forbid writing bytecode at run time.
  # A file that does not compile is no reason to stop.
  "$python" -m compileall -q -j 0 "$environment/lib" >>"$log" 2>&1 || true
  mkdir -p "$stamps"
  cp "$pins" "$stamps/"
}

# Errors are shown; the caller checks whether the installation was sufficient.
install_from_debian() {
  local log="$1" packages="$2"
  # shellcheck disable=SC2086 # the names are separate words
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } \
    >"$log" 2>&1 || tail -n 20 "$log" >&2
}

libraries_load() {
  "$environment/bin/python" -W ignore -c 'from weasyprint.text import ffi; assert ffi.harfbuzz_subset' >/dev/null 2>&1
}

# WeasyPrint, which writes the PDF, needs libraries that pip cannot install.
install_libraries() {
  local packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
  libraries_load && return
  if is_debian && [ "$(id -u)" = 0 ]; then
    echo "set-up: installing $packages for the PDF"
    install_from_debian "$environment/libraries.log" "$packages"
    libraries_load && return
  fi
  local command
  if is_debian; then
    command="$(sudo_if_needed)apt-get install $packages"
  elif command -v dnf >/dev/null; then
    command="$(sudo_if_needed)dnf install pango"
  elif command -v pacman >/dev/null; then
    command="$(sudo_if_needed)pacman -S pango"
  elif command -v zypper >/dev/null; then
    command="$(sudo_if_needed)zypper install libpango-1_0-0"
  elif command -v brew >/dev/null; then
    command="brew install pango"
  else
    command="conda env create -f environment.yml"
  fi
  fail "Pango and HarfBuzz, the libraries that lay out the PDF, do not load. Install them and run make again: $command"
}

has_browser() {
  command -v chromedriver >/dev/null || return 1
  local browser
  for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null; then return; fi
  done
  return 1
}

# The tests open the report's page in a browser. The driver comes from the system as well: Selenium would download one.
install_browser() {
  local packages="chromium chromium-driver"
  has_browser && return
  if is_debian && [ "$(id -u)" = 0 ]; then
    echo "set-up: installing $packages for the tests of the report's page"
    install_from_debian "$environment/browser.log" "$packages"
    has_browser && return
  fi
  local command
  if is_debian; then
    command="$(sudo_if_needed)apt-get install $packages"
  elif command -v dnf >/dev/null; then
    command="$(sudo_if_needed)dnf install chromium chromedriver"
  elif command -v pacman >/dev/null; then
    command="$(sudo_if_needed)pacman -S chromium"
  elif command -v zypper >/dev/null; then
    command="$(sudo_if_needed)zypper install chromium chromedriver"
  else
    command="brew install --cask chromium chromedriver"
  fi
  fail "the tests need the Chromium browser and its driver. Install them and run make again: $command"
}

if ! is_installed; then
  make_environment
  install_packages
fi
if [ ! -e "$stamps/libraries" ]; then
  install_libraries
  touch "$stamps/libraries"
fi
if [ "$1" = requirements-test.txt ]; then
  install_browser
fi
