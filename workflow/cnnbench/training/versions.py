"""Which packages a run was computed with, told without importing them."""

import platform
from importlib.metadata import PackageNotFoundError, packages_distributions, version

import cnnbench


def versions(backend: str) -> dict[str, str]:
    """Return the versions of the packages that compute, by name.

    Args:
        backend: the library that Keras computes with.
    """
    found = {"python": platform.python_version(), "cnnbench": cnnbench.__version__}
    return found | {package: _version(package) for package in ("keras", backend, "numpy")}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a build under another distribution name, e.g. tensorflow-cpu
        return next((version(name) for name in packages_distributions().get(package, [])), "unknown")
