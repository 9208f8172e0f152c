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
@pytest.mark.parametrize("counts", [[500] * 47, [100] * 2, [14] * 10, [90, 10], [400, 10, 10], [2, 3, 2, 3, 2, 2]])
def test_edge_is_where_guessing_or_a_better_network_explains_the_accuracy(counts: list[int], epochs: int) -> None:
    images, guessing = sum(counts), max(counts) / sum(counts)
    enough = enough_to_have_learned(images, guessing, epochs)
    assert learned_nothing(ended(*[0.0] * (epochs - 1), enough / images), RECIPE, counts) is None
    assert learned_nothing(ended(*[0.0] * (epochs - 1), (enough - 1) / images), RECIPE, counts)
    far_better = min(2 * guessing, (1 + guessing) / 2)
    for read, may_have_learned in ((enough, True), (enough - 1, False)):
        guessing_explains = binom.sf(read - 1, images, guessing) > 0.05 / epochs
        better_explains = binom.cdf(read, images, far_better) >= 0.05
        assert (not guessing_explains or better_explains) == may_have_learned


@pytest.mark.parametrize("counts", [[500] * 47, [7] * 10, [14, 15, 14], [90, 10], [30, 30], [8] * 62])
def test_one_and_the_same_answer_is_never_learning(counts: list[int]) -> None:
    assert learned_nothing(ended(max(counts) / sum(counts)), RECIPE, counts)
    assert learned_nothing(ended(0.0), RECIPE, counts)
    assert learned_nothing(ended(1.0), RECIPE, counts) is None


@pytest.mark.parametrize("counts", [[1, 2, 1, 2, 1, 1, 1, 1, 1, 1], [1, 1], [3, 0], [2, 1, 1]])
def test_few_validation_images_condemn_no_training(counts: list[int]) -> None:
    """What a network reads of twelve images leaves open what it would read of others."""
    assert learned_nothing(ended(1.0), RECIPE, counts) is None
    if 0 not in counts:
        assert learned_nothing(ended(max(counts) / sum(counts)), RECIPE, counts) is None


def test_best_of_many_epochs_must_be_beyond_their_luck() -> None:
    """27 of 1,000 images is what one guessing network in twelve reads, and the best of many epochs more often."""
    counts = [20] * 50
    enough = [enough_to_have_learned(sum(counts), 0.02, epochs) for epochs in (1, 10, 100)]
    assert enough[0] < enough[1] <= enough[2]


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
