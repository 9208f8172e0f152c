"""Whether a training whose numbers are finite has learnt anything; the test part has no say in it."""

import math
from collections.abc import Sequence

from cnnbench.study.recipe import Recipe
from cnnbench.training.state import TrainingState, kept_epoch

LUCK = 0.05
"""How often, at most, a network that only guesses is taken for one that learnt, if its accuracy is below `CLEARLY`."""
CLEARLY = 1.5
"""An accuracy this many times that of guessing needs no test: few validation images would leave it open for ever."""
FAR_ABOVE = 10.0
"""A loss this many times that of guessing shows that training went wrong, whatever the accuracy."""


def learned_nothing(state: TrainingState, recipe: Recipe, validation: Sequence[int]) -> str | None:
    """Say why a finished training did not learn, with the numbers; None if it did.

    It did not learn if one of these holds:

    - The training loss of the last epoch is more than 10 times ln(classes), the loss of a network that guesses, which
      is about where training starts.
    - Of the validation images, the kept epoch read no more than luck explains. Guessing is always to answer the class
      with the most validation images. To have learnt, a network must read them all, or at least 1.5 times as many as
      guessing does, or so many that guessing does as well with a probability below 5 %, divided by the number of
      epochs, of which the best was kept (one-sided binomial test).

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
    """Return the smallest number of correctly read validation images that shows that a network has learnt.

    Args:
        images: number of validation images.
        guessing: share of them that guessing reads, above 0.
        epochs: among how many epochs the best was chosen.
    """
    from scipy.stats import binom

    beyond_luck = int(binom.isf(LUCK / epochs, images, guessing)) + 1
    # The share is that of a whole number of images; rounding undoes what the division lost.
    clearly = math.ceil(CLEARLY * round(images * guessing, 6))
    return min(images, beyond_luck, clearly)
