"""Whether a training whose numbers are finite has learnt anything; the test part has no say in it."""

import math
from collections.abc import Sequence

from cnnbench.study.recipe import Recipe
from cnnbench.training.state import TrainingState, kept_epoch

DOUBT = 0.05
"""How often, at most, a network that guesses passes for one that learnt, or a far better one for one that guesses."""
FAR_ABOVE = 10.0
"""A loss this many times that of guessing shows that training went wrong, whatever the accuracy."""


def learned_nothing(state: TrainingState, recipe: Recipe, validation: Sequence[int]) -> str | None:
    """Say why a finished training did not learn, with the numbers; None if it did.

    It did not learn if one of these holds:

    - The training loss of the last epoch is more than 10 times ln(classes), the loss of a network that guesses, which
      is about where training starts.
    - The number of validation images that the kept epoch read is one that guessing explains, and one that a network
      twice as good does not explain. Guessing is always to answer the class with the most validation images. It
      explains what it reaches with a probability of at least 5 %, divided by the number of epochs, of which the best
      was kept.
      The network twice as good, or halfway from guessing to perfection if that is less, explains what it stays at or
      below with a probability of at least 5 % (one-sided binomial tests). So few validation images condemn no training.

    Args:
        state: after the last epoch, with finite numbers.
        recipe: says which epoch is kept.
        validation: number of validation images of each class.
    """
    last, kept = state.history[-1], kept_epoch(state, recipe)
    start = math.log(len(validation))
    if last.loss > FAR_ABOVE * start:
        return f"did not learn: training loss {last.loss:,.2f} in the last epoch, guessing gives {start:.2f}"
    accuracy = state.history[(kept or state.epoch) - 1].validation_accuracy
    images, guessing = sum(validation), max(validation) / sum(validation)
    if round(accuracy * images) >= enough_to_have_learned(images, guessing, state.epoch):
        return None
    return f"did not learn: validation accuracy {accuracy:.2%}, always answering the same class gives {guessing:.2%}"


def enough_to_have_learned(images: int, guessing: float, epochs: int) -> int:
    """Return the smallest number of correctly read validation images with which a network may have learnt.

    Args:
        images: number of validation images.
        guessing: share of them that guessing reads, above 0.
        epochs: among how many epochs the best was chosen.
    """
    from scipy.stats import binom

    beyond_guessing = binom.isf(DOUBT / epochs, images, guessing) + 1
    far_better = min(2 * guessing, (1 + guessing) / 2)
    return int(min(beyond_guessing, binom.ppf(DOUBT, images, far_better)))
