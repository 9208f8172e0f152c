"""The environment variables that the numerical libraries read.

A run's result must not depend on them. So each one is set by the job, kept because it cannot change a result, or
removed. Whatever is not named here is removed: that includes what a later version of a library will read.
"""

import os
from collections.abc import Mapping

_FAMILIES = (
    # Keras and its backends.
    *("KERAS_", "TF_", "TF2_", "TSL_", "AUTOGRAPH_", "JAX_", "JAXLIB_"),
    # The compilers below them.
    *("XLA_", "PJRT_", "MLIR_", "LLVM_", "TRITON_"),
    # Kernels and threads of CPUs.
    *("OMP_", "GOMP_", "KMP_", "LIBOMP_", "MKL_", "DNNL_", "_DNNL_", "ONEDNN_", "_ONEDNN_"),
    *("OPENBLAS_", "GOTO_", "BLIS_", "VECLIB_", "NPY_", "NUMPY_"),
    # Kernels of GPUs.
    *("CUDNN_", "CUBLAS_", "CUBLASLT_"),
)
"""How the names of variables begin that can change a result."""
_SINGLE = frozenset({"ENABLE_PJRT_COMPATIBILITY", "NPROC", "NVIDIA_TF32_OVERRIDE"})
"""Such variables whose names stand alone."""
_KEPT = frozenset(
    {
        # The choice of a device, and where to find its libraries.
        *("JAX_PLATFORMS", "JAX_PLATFORM_NAME", "JAX_CUDA_VISIBLE_DEVICES", "JAX_ROCM_VISIBLE_DEVICES"),
        *("JAX_SKIP_CUDA_CONSTRAINTS_CHECK", "PJRT_NAMES_AND_LIBRARY_PATHS", "TF_PLUGGABLE_DEVICE_LIBRARY_PATH"),
        # Memory.
        *("TF_FORCE_GPU_ALLOW_GROWTH", "TF_GPU_ALLOCATOR", "TF_PER_DEVICE_MEMORY_LIMIT_MB", "TF_FORCE_UNIFIED_MEMORY"),
        *("XLA_PYTHON_CLIENT_PREALLOCATE", "XLA_PYTHON_CLIENT_ALLOCATOR", "XLA_PYTHON_CLIENT_MEM_FRACTION"),
        *("XLA_CLIENT_MEM_FRACTION", "XLA_PJRT_GPU_HOST_MEMORY_LIMIT_GB"),
        # Messages.
        *("TF_CPP_MIN_LOG_LEVEL", "TF_CPP_MAX_VLOG_LEVEL", "TF_CPP_MIN_VLOG_LEVEL", "TF_CPP_VMODULE"),
        *("JAX_LOGGING_LEVEL", "JAX_DEBUG_LOG_MODULES", "JAX_LOG_COMPILES", "JAX_TRACEBACK_FILTERING"),
        # Caches of compiled code.
        *("JAX_COMPILATION_CACHE_DIR", "JAX_COMPILATION_CACHE_MAX_SIZE", "JAX_ENABLE_COMPILATION_CACHE"),
        *("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"),
    }
)
_KEPT_XLA_FLAGS = ("--xla_gpu_cuda_data_dir=",)
"""Where CUDA is installed; without it, XLA does not find the libraries of some machines."""
_OF_THE_MACHINE = (
    *("CUDA_", "HIP_", "HSA_", "ROCR_", "MIOPEN_", "ROCBLAS_", "TPU_", "LIBTPU_"),
    *("LD_", "DYLD_", "GLIBC_"),
)
"""Drivers and loaders need these to find devices and libraries, so they stay, although some could change a result."""


def own_variables(found: Mapping[str, str], backend: str, threads: int) -> dict[str, str]:
    """Return the numerical libraries' variables as a job needs them.

    Args:
        found: the variables that a user has.
        backend: `tensorflow` or `jax`.
        threads: CPU threads for the arithmetic.
    """
    kept = {name: value for name, value in found.items() if name in _KEPT}
    flags = [flag for flag in found.get("XLA_FLAGS", "").split() if flag.startswith(_KEPT_XLA_FLAGS)]
    if flags:
        kept["XLA_FLAGS"] = " ".join(flags)
    unless_set = {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # Otherwise a job takes all the memory of a GPU, whether it uses it or not.
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    return {**unless_set, **kept, **_set_by_the_job(backend, threads)}


def numerical_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return those of the variables in `environment` that the numerical libraries may read."""
    return {name: environment[name] for name in sorted(environment) if _is_numerical(name)}


def variables_on_record(environment: Mapping[str, str]) -> dict[str, str]:
    """Return all variables in `environment` that a result could depend on: the libraries' and the machine's."""
    return {
        name: environment[name]
        for name in sorted(environment)
        if _is_numerical(name) or name.startswith(_OF_THE_MACHINE)
    }


def _is_numerical(name: str) -> bool:
    return name in _SINGLE or name.startswith(_FAMILIES)


def _set_by_the_job(backend: str, threads: int) -> dict[str, str]:
    # The last two are XLA's, which has no other setting for its threads on a CPU.
    pools = (
        *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "BLIS_NUM_THREADS"),
        *("VECLIB_MAXIMUM_THREADS", "TF_NUM_INTRAOP_THREADS", "NPROC", "PJRT_NPROC"),
    )
    return {
        **dict.fromkeys(pools, str(threads)),
        "TF_NUM_INTEROP_THREADS": "1",
        "KERAS_BACKEND": backend,
        # Not a folder: Keras finds no `keras.json` in it and cannot write one.
        "KERAS_HOME": os.devnull,
        # Off by default on CPUs without AVX-512, although it makes convolutions four times as fast there, too.
        "TF_ENABLE_ONEDNN_OPTS": "1",
        # A CPU gives the same bits without them, and a GPU would become slower.
        "TF_DETERMINISTIC_OPS": "0",
        "TF_CUDNN_DETERMINISTIC": "0",
    }
