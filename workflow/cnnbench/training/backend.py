"""Setting up Keras's backend; this must be done before Keras is first imported."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import ModuleType

from cnnbench.errors import UserError
from cnnbench.training.environment_variables import numerical_variables, own_variables


class _WithoutTensorFlow(MetaPathFinder):
    """Makes Python say that TensorFlow is not installed.

    When a network is saved, Keras imports TensorFlow under any backend if it can. That costs seconds and claims a GPU's
    memory.
    """

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Refuse TensorFlow, and leave everything else to other finders."""
        if fullname == "tensorflow":
            raise ModuleNotFoundError("TensorFlow is left out under another backend", name=fullname)


def set_up_backend(backend: str, threads: int) -> None:
    """Choose Keras's backend and the threads it may use, and let no setting of the user's reach it.

    Names on standard error the environment variables that are left out.

    Args:
        backend: `tensorflow` or `jax`.
        threads: CPU threads for the arithmetic.

    Raises:
        UserError: the backend is not installed.
    """
    if find_spec(backend) is None:
        command = "make jax" if backend == "jax" else "make setup"
        raise UserError(f"recipe.backend: {backend} is not installed here; `{command}` installs it")
    found = numerical_variables(os.environ)
    own = own_variables(found, backend, threads)
    for name in found:
        del os.environ[name]
    os.environ |= own
    if unused := [name for name in found if own.get(name) != found[name]]:
        print(f"Not used, because results must not depend on them: {', '.join(unused)}", file=sys.stderr)
    if backend != "tensorflow":
        sys.meta_path.insert(0, _WithoutTensorFlow())
