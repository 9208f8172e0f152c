"""Between which ranks each result lies."""

import numpy as np
import numpy.typing as npt


def possible_ranks(better: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the best and the worst rank that each result may have.

    If none of the claims is false, all true ranks lie between them (M. Mogstad, J. P. Romano, A. M. Shaikh and
    D. Wilhelm, "Inference for ranks with applications to mobility across neighbourhoods and academic achievement across
    countries", Review of Economic Studies 91, 2024). Theirs are claims at a single level; Holm's correction, which is
    used here, makes no fewer.

    Args:
        better: whether the row beats the column (results, results).

    Returns:
        Best and worst rank, 1 being the highest (results,), (results,).
    """
    return 1 + better.sum(axis=0), len(better) - better.sum(axis=1)
