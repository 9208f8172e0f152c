"""The made-up studies that the tests of the report share."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from cnnbench.study.status import DONE, Status
from reporting.factory import ARCHITECTURES, BALANCED, DIGITS, Scenario


def _effect_of_steps(architecture: str, recipe: Mapping[str, Any]) -> float:
    """Each step of the ladder in `FULL` has its own effect: up, none, down, up."""
    effect = 0.0
    effect += 0.012 if recipe["schedule"]["name"] == "reduce_on_plateau" else 0.0
    effect -= 0.015 if recipe["batch_size"] == 2048 else 0.0
    effect += 0.008 if recipe["input"]["mode"] == "pad" else 0.0
    return ARCHITECTURES[architecture].accuracy + effect


FULL = Scenario(
    config={
        "name": "full",
        "title": "Convolutional networks on EMNIST balanced",
        "dataset": {"name": "emnist", "split": "balanced"},
        "survey": "config/survey.yaml",
        "seeds": [0, 1, 2],
        "recipe": {"epochs": 12, "batch_size": 256},
        "experiments": [
            {
                "name": "architectures",
                "kind": "grid",
                "question": "Which architecture reads EMNIST's 47 classes best with one and the same recipe?",
                "architectures": ["lenet5", "resnet50", "mobilenet_v2"],
            },
            {
                "name": "batch_and_rate",
                "kind": "grid",
                "title": "Batch size and learning rate",
                "question": "Which batch size goes with which learning rate, and does it matter?",
                "architectures": ["lenet5"],
                "values": {"batch_size": [64, 256], "learning_rate": [0.0005, 0.002, 0.5]},
            },
            {
                "name": "ladder",
                "kind": "ladder",
                "title": "ResNet-50, step by step",
                "question": "What does each change to the training of ResNet-50 contribute?",
                "architecture": "resnet50",
                "recipe": {"input": {"mode": "resize", "size": 32}},
                "baseline": "Batch of 256, resized to 32 pixels",
                "steps": [
                    {"name": "Rate reduced on plateaus", "change": {"schedule": "reduce_on_plateau"}},
                    {"name": "Moved images", "change": {"augmentation": "affine"}},
                    {"name": "Batch of 2048", "change": {"batch_size": 2048}},
                    {"name": "Zero padding in place of the resize", "change": {"input": {"mode": "pad", "size": 32}}},
                ],
            },
        ],
        "report": {"authors": ["Ada Example", "Ben Sample"]},
    },
    classes=BALANCED,
    test_images_per_class=400,
    title="EMNIST balanced",
    official=True,
    accuracy=_effect_of_steps,
    fails=lambda architecture, recipe, seed: (
        "diverged" if recipe["learning_rate"] == 0.5 and (recipe["batch_size"] == 64 or seed == 1) else None
    ),
)

TWO_SEEDS = Scenario(
    config={
        "name": "two_seeds",
        "title": "Reading handwritten digits, a first comparison",
        "seeds": [0, 1],
        "recipe": {"epochs": 6, "batch_size": 32},
        "experiments": [
            {
                "name": "architectures",
                "kind": "grid",
                "title": "A small and a large network",
                "question": "Does a network of 24 million parameters read these digits better than one of 62 thousand?",
                "architectures": ["lenet5", "resnet50"],
            }
        ],
    },
    classes=DIGITS,
    test_images_per_class=36,
    title="Handwritten digits",
    official=None,
    accuracy=lambda architecture, recipe: {"lenet5": 0.967, "resnet50": 0.972}[architecture],
    spread=0.004,
)

ONE_SEED = Scenario(
    config={
        "name": "one_seed",
        "title": "A single seed",
        "dataset": {"name": "emnist", "split": "balanced", "archive": "copy.zip"},
        "seeds": [7],
        "recipe": {"epochs": 4},
        "experiments": [
            {
                "name": "lenet5_ladder",
                "kind": "ladder",
                "question": "What do the input and the batch each contribute to LeNet-5?",
                "architecture": "lenet5",
                "steps": [
                    {"name": "Batch of 2048", "change": {"batch_size": 2048}},
                    {"name": "Batch of 65,536", "change": {"batch_size": 65536}},
                ],
            }
        ],
    },
    classes=BALANCED,
    test_images_per_class=100,
    title="EMNIST balanced",
    official=False,
    accuracy=_effect_of_steps,
    fails=lambda architecture, recipe, seed: "out_of_memory" if recipe["batch_size"] == 65536 else None,
)

FAILURES = [status for status in get_args(Status) if status != DONE]
ALL_FAILED = replace(
    FULL,
    fails=lambda architecture, recipe, seed: FAILURES[
        (seed + recipe["batch_size"] + len(architecture)) % len(FAILURES)
    ],
)
"""Every run of a large study failed, in every way that there is."""
