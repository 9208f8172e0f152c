"""Setting up Keras's backend; this must be done before Keras is first imported."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import ModuleType

from cnnbench.errors import UserError


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
    """Choose Keras's backend and the number of threads it may use.

    Args:
        backend: `tensorflow` or `jax`.
        threads: CPU threads for the arithmetic.

    Raises:
        UserError: the backend is not installed.
    """
    if find_spec(backend) is None:
        command = "make jax" if backend == "jax" else "make setup"
        raise UserError(f"recipe.backend: {backend} is not installed here; `{command}` installs it")
    os.environ["KERAS_BACKEND"] = backend
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if backend == "tensorflow":
        # Off by default on CPUs without AVX-512, although it makes convolutions four times as fast there, too.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
        os.environ["TF_NUM_INTEROP_THREADS"] = "1"
        # Otherwise a job takes all the memory of a GPU, whether it uses it or not.
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    else:
        sys.meta_path.insert(0, _WithoutTensorFlow())
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
