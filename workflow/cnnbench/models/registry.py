"""All architectures: every module of this package that has an `ARCHITECTURE` is one, under the module's name."""

import cnnbench.models
from cnnbench.models.architecture import Architecture
from cnnbench.registry import registered


def architectures() -> dict[str, Architecture]:
    """Return the registered architectures by name, in alphabetical order.

    This does not import Keras: architectures import it when they are built, so that planning a study stays fast.
    """
    return registered(cnnbench.models, "ARCHITECTURE")
