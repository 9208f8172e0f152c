"""Everything random is a function of seed and epoch."""

import keras
import numpy as np
from cnnbench.training.randomness import epoch_order, seed_generators, seed_initial_weights


def test_an_epoch_visits_every_image_at_most_once_in_whole_batches() -> None:
    order = epoch_order(seed=0, epoch=1, images=107, batch_size=10)
    assert len(order) == 100
    assert len(set(order.tolist())) == 100
    assert order.min() >= 0
    assert order.max() < 107


def test_fewer_images_than_a_batch_are_one_batch() -> None:
    assert sorted(epoch_order(0, 1, images=7, batch_size=10).tolist()) == list(range(7))


def test_order_differs_between_epochs_and_seeds_and_repeats_otherwise() -> None:
    orders = {(seed, epoch): tuple(epoch_order(seed, epoch, 50, 10)) for seed in range(3) for epoch in range(3)}
    assert len(set(orders.values())) == 9
    assert orders[1, 2] == tuple(epoch_order(1, 2, 50, 10))


def test_every_image_is_visited_over_the_epochs() -> None:
    assert set(np.concatenate([epoch_order(0, epoch, 19, 10) for epoch in range(12)]).tolist()) == set(range(19))


def test_generators_of_nested_networks_depend_on_seed_and_epoch_alone() -> None:
    inner_input = keras.Input((4,))
    inner = keras.Model(inner_input, keras.layers.Dropout(0.5)(inner_input))
    outer_input = keras.Input((4,))
    network = keras.Model(outer_input, keras.layers.Dropout(0.5)(inner(outer_input)))

    def drawn(seed: int, epoch: int) -> bytes:
        seed_generators(network, seed, epoch)
        return bytes(np.asarray(network(np.ones((64, 4), np.float32), training=True)))

    assert drawn(0, 1) == drawn(0, 1)
    assert len({drawn(seed, epoch) for seed in range(2) for epoch in range(3)}) == 6
    states = [
        layer.seed_generator.state.numpy().tolist()
        for layer in (*inner.layers, *network.layers)
        if "dropout" in layer.name
    ]
    assert states[0] != states[1], "two layers must not drop the same units"


def test_initial_weights_are_a_function_of_the_seed() -> None:
    def weights(seed: int) -> bytes:
        seed_initial_weights(seed)
        return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5)]).get_weights()[0].tobytes()

    assert weights(1) == weights(1)
    assert weights(1) != weights(2)
