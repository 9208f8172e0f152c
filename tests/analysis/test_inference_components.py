import numpy as np
import pytest
from cnnbench.analysis.inference.components import components, pair_weights
from cnnbench.analysis.inference.contrasts import is_within
from cnnbench.analysis.inference.counts import count_answers

RANDOM = np.random.default_rng(4)
SEEDS = [[0, 1, 2], [2, 0, 7], [1, 2, 0, 7], [9]]
CORRECT = [RANDOM.random((len(ids), 40)) < 0.8 for ids in SEEDS]


def rows_of(result: int, shared: list[int]) -> np.ndarray:
    return CORRECT[result][[SEEDS[result].index(seed) for seed in shared]].astype(float)


def test_products_give_what_the_differences_give() -> None:
    weights = np.array([[1.0, -1.0, 0.0, 0.0], [0.5, 0.5, -1.0, 0.0], [0.0, 1.0, -1.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    shared = [[0, 2], [0, 2], [0, 2, 7], [0, 1, 2, 7]]
    found = components(count_answers(CORRECT, SEEDS), weights)
    for place, seeds in enumerate(shared):
        d = sum(weights[place, result] * rows_of(result, seeds) for result in np.flatnonzero(weights[place]))
        e = d.var(axis=0, ddof=1).mean()
        assert found.seeds[place] == len(seeds)
        assert found.difference[place] == pytest.approx(d.mean())
        assert found.seed_variance[place] == pytest.approx(d.mean(axis=1).var(ddof=1))
        assert found.answer_variance[place] == pytest.approx(e)
        assert found.image_variance[place] == pytest.approx(max(0, d.mean(axis=0).var(ddof=1) - e / len(seeds)) / 40)


def test_without_two_shared_seeds_nothing_is_known_of_other_seeds() -> None:
    found = components(count_answers(CORRECT, SEEDS), np.array([[1.0, 0.0, 0.0, -1.0], [0.0, 0.0, 0.0, 1.0]]))
    assert found.seeds.tolist() == [0, 1]
    assert found.freedom.tolist() == [0, 0]
    assert np.isnan(found.difference[0])
    assert found.difference[1] == pytest.approx(CORRECT[3].mean())
    assert found.image_variance[1] == pytest.approx(CORRECT[3][0].var(ddof=1) / 40)
    assert np.isnan(found.seed_variance).all()


def test_a_case_by_hand() -> None:
    """Two seeds, four images; D = [[1, 0, 0, 0], [1, 0, -1, 0]]: means 1/4 and 0."""
    first = np.array([[True, True, False, True], [True, True, False, True]])
    second = np.array([[False, True, False, True], [False, True, True, True]])
    found = components(count_answers([first, second], [[0, 1]] * 2), pair_weights(2))
    assert found.difference[0] == pytest.approx(1 / 8)
    assert found.seed_variance[0] == pytest.approx(1 / 32)
    assert found.answer_variance[0] == pytest.approx(1 / 8)  # one image of four varies, by 1/2
    # Means of images 1, 0, -1/2, 0 vary by 19/48; less (1/8)/2.
    assert found.image_variance[0] == pytest.approx((19 / 48 - 1 / 16) / 4)
    assert found.floor[0] == pytest.approx(1 / 32)


def test_the_floor_is_never_zero() -> None:
    same = np.ones((2, 10), dtype=bool)
    found = components(count_answers([same, same], [[0, 1]] * 2), pair_weights(2))
    assert found.seed_variance[0] == found.answer_variance[0] == 0
    assert found.floor[0] == pytest.approx(0.5 / 10**2)


def test_pairs_within_an_architecture_and_effects_of_grids_cancel_what_it_shares() -> None:
    weights = np.array([[1.0, -1.0, 0.0, 0.0], [1.0, 0.0, -1.0, 0.0], [0.5, -0.5, 0.5, -0.5]])
    assert is_within(weights, ["a", "a", "b", "b"]).tolist() == [True, False, True]


def test_results_of_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="same number"):
        count_answers([np.ones((1, 3), dtype=bool), np.ones((1, 4), dtype=bool)], [[0], [0]])
    with pytest.raises(ValueError, match="seed of its own"):
        count_answers([np.ones((2, 3), dtype=bool)], [[0, 0]])
