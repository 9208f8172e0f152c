"""A network that does no better than guessing is no result, and one that does is not called a failure."""

import math
from dataclasses import replace

import pytest
from cnnbench.study.recipe import Recipe
from cnnbench.training.learning import enough_to_have_learned, learned_nothing
from cnnbench.training.state import Epoch, TrainingState
from scipy.stats import binom

RECIPE = Recipe()


def ended(*accuracies: float, loss: float = 2.0) -> TrainingState:
    """A training with these validation accuracies, the best of which is kept, and this training loss at the end."""
    epoch = Epoch(1, 0.1, loss, 0.1, 2.0, 0.1, 1.0, 1.0)
    history = [
        replace(epoch, epoch=number, validation_accuracy=accuracy) for number, accuracy in enumerate(accuracies, 1)
    ]
    best = max(range(len(accuracies)), key=lambda position: accuracies[position]) + 1
    return TrainingState(0.1, tuple(history), best)


@pytest.mark.parametrize("epochs", [1, 20])
@pytest.mark.parametrize("counts", [[500] * 47, [100] * 2, [14] * 10, [90, 10], [400, 10, 10], [1, 2, 1, 2, 1, 1]])
def test_enough_is_more_than_luck_or_clearly_more_than_guessing(counts: list[int], epochs: int) -> None:
    images, guessing = sum(counts), max(counts) / sum(counts)
    enough = enough_to_have_learned(images, guessing, epochs)
    at_edge, below = enough / images, (enough - 1) / images
    assert learned_nothing(ended(*[0.0] * (epochs - 1), at_edge), RECIPE, counts) is None
    assert learned_nothing(ended(*[0.0] * (epochs - 1), below), RECIPE, counts)
    lucky = binom.sf(enough - 1, images, guessing) <= 0.05 / epochs
    assert lucky or enough >= 1.5 * max(counts) or enough == images
    assert binom.sf(enough - 2, images, guessing) > 0.05 / epochs
    assert enough - 1 < 1.5 * max(counts)


@pytest.mark.parametrize("counts", [[500] * 47, [7] * 10, [1, 2, 1], [90, 10], [1, 1], [3, 0], [1] * 62])
def test_one_and_the_same_answer_is_never_learning(counts: list[int]) -> None:
    if max(counts) < sum(counts):
        assert learned_nothing(ended(max(counts) / sum(counts)), RECIPE, counts)
    assert learned_nothing(ended(0.0), RECIPE, counts)
    assert learned_nothing(ended(1.0), RECIPE, counts) is None


def test_best_of_many_epochs_must_be_beyond_their_luck() -> None:
    """22 of 142 images is luck that one epoch in twenty has, and one training of three epochs in seven."""
    counts = [14] * 8 + [15] * 2
    assert learned_nothing(ended(22 / 142), RECIPE, counts) is None
    assert learned_nothing(ended(0.1, 22 / 142, 0.1), RECIPE, counts)


def test_few_validation_images_condemn_no_training() -> None:
    """Twelve images leave open what a network that reads four of them would read of others."""
    counts = [1, 2, 1, 2, 1, 1, 1, 1, 1, 1]
    assert learned_nothing(ended(3 / 12), RECIPE, counts) is None
    assert learned_nothing(ended(2 / 12), RECIPE, counts)


@pytest.mark.parametrize("classes", [2, 10, 62])
def test_loss_far_above_that_of_guessing_is_no_learning(classes: int) -> None:
    edge = 10 * math.log(classes)
    assert learned_nothing(ended(0.9, loss=edge), RECIPE, [50] * classes) is None
    reason = learned_nothing(ended(0.9, loss=edge * 1.001), RECIPE, [50] * classes)
    assert reason
    assert reason.startswith("did not learn: training loss ")
    assert reason.endswith(f"guessing gives {math.log(classes):.2f}")


def test_reason_names_both_accuracies() -> None:
    assert learned_nothing(ended(0.041), RECIPE, [38] + [962 // 26] * 26) == (
        "did not learn: validation accuracy 4.10%, always answering the same class gives 3.80%"
    )


def test_kept_epoch_is_judged() -> None:
    last = Recipe.model_validate({"early_stopping": {"patience": 5, "restore_best": False}})
    collapsed = ended(0.9, 0.1)
    assert learned_nothing(collapsed, RECIPE, [50] * 10) is None
    assert learned_nothing(collapsed, last, [50] * 10)
