"""Registries of modules: whatever a package holds is registered by existing."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from cnnbench.errors import UserError
from cnnbench.study.section import unknown


def registered(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Return `attribute` of every module of `package` that has one, by the module's name, in alphabetical order."""
    modules = {
        info.name: import_module(f"{package.__name__}.{info.name}")
        for info in iter_modules(package.__path__)
        if not info.ispkg
    }
    return {name: getattr(module, attribute) for name, module in sorted(modules.items()) if hasattr(module, attribute)}


def registered_one(package: ModuleType, name: str, attribute: str) -> Any:
    """Return `attribute` of the module called `name`, without loading any other module of the package.

    Raises:
        UserError: there is no such module.
    """
    names = [info.name for info in iter_modules(package.__path__)]
    if name in names and hasattr(module := import_module(f"{package.__name__}.{name}"), attribute):
        return getattr(module, attribute)
    raise UserError(unknown(name, sorted(registered(package, attribute)), attribute.lower()))
