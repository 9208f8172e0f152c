"""All architectures: every module of this package that has an `ARCHITECTURE` is one, under the module's name."""

from importlib import import_module
from pkgutil import iter_modules

import cnnbench.models
from cnnbench.models.architecture import Architecture


def architectures() -> dict[str, Architecture]:
    """Return the registered architectures by name, in alphabetical order.

    Keras is not imported by this: architectures import it when they are built, so that planning a study stays fast.
    """
    modules = {
        info.name: import_module(f"{cnnbench.models.__name__}.{info.name}")
        for info in iter_modules(cnnbench.models.__path__)
        if not info.ispkg
    }
    return {name: module.ARCHITECTURE for name, module in sorted(modules.items()) if hasattr(module, "ARCHITECTURE")}
