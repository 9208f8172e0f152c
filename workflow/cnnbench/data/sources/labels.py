"""Labels of any kind become the numbers of classes, and each class gets its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.names import (
    PartName,
    listed,
    natural_order,
    normalised,
    of_part,
    refuse_repeated,
)
from cnnbench.data.sources.picture_folder import refuse_different_classes
from cnnbench.errors import UserError

Labels = npt.NDArray[np.generic]

MOST_CLASSES = 10_000
"""More distinct labels than this are taken for something other than classes."""


@dataclass(frozen=True)
class NamedLabels:
    """The class of each image, by part, and the names of the classes."""

    indices: Mapping[PartName, npt.NDArray[np.int32]]
    classes: list[str]
    came_as: list[str]
    """The labels as they came, in the order of the classes; empty where they are the numbers of the classes."""
    one_hot: bool
    """Whether they came as one column for each class."""


def name_labels(parts: Mapping[PartName, Labels], names: Sequence[str] | None, where: str) -> NamedLabels:
    """Return the classes of a dataset's images: its distinct labels in their order.

    Args:
        parts: for each part one label per image, whole numbers or texts (n,) or (n, 1), or one column per class (n, k).
        names: names of the classes, if the source gives them: of the labels 0, 1, 2 …, or of the distinct labels in
            their order.
        where: the source, for messages.

    Raises:
        UserError: labels are no classes, do not fit the names, or the parts have different classes.
    """
    one_hot = {part: _is_one_hot(labels) for part, labels in parts.items()}
    if len(set(one_hot.values())) > 1:
        raise UserError(f"{where}: the labels of some parts are in one column, those of others in one for each class")
    plain = {part: _plain(labels, f"{where}: labels{of_part(part, parts)}") for part, labels in parts.items()}
    if len({labels.dtype.kind for labels in plain.values()}) > 1:
        raise UserError(f"{where}: the labels of some parts are numbers, those of others texts")
    distinct = {part: np.unique(labels) for part, labels in plain.items()}
    refuse_different_classes({part: {str(label) for label in labels} for part, labels in distinct.items()}, where)
    found = next(iter(distinct.values()))
    if found.dtype.kind == "U":
        found = np.array(names if names and set(names) == set(found.tolist()) else sorted(found, key=natural_order))
    _refuse_no_classes(found, where)
    classes = _class_names(found, names, where)
    refuse_repeated(classes, where)
    numbers = {label: number for number, label in enumerate(found.tolist())}
    indices = {
        part: np.array([numbers[label] for label in labels.tolist()], np.int32) for part, labels in plain.items()
    }
    came_as = [str(label) for label in found.tolist()]
    numbered = came_as == [str(number) for number in range(len(found))]
    return NamedLabels(indices, classes, [] if numbered or found.dtype.kind == "U" else came_as, any(one_hot.values()))


def texts(values: npt.NDArray[np.generic], where: str) -> list[str]:
    """Return an array of names (k,) as texts; bytes are read as UTF-8.

    Raises:
        UserError: it is not a row of texts, numbers or bytes.
    """
    if values.ndim != 1 or values.dtype.kind not in "USiuO":
        raise UserError(f"{where} must be a row of names, found {values.dtype} of shape {values.shape}")
    try:
        return [normalised(name.decode("utf-8") if isinstance(name, bytes) else str(name)) for name in values.tolist()]
    except UnicodeDecodeError as error:
        raise UserError(f"{where} has a name that is not UTF-8: {error}") from None


def _plain(labels: Labels, where: str) -> Labels:
    """Return labels as whole numbers or texts (n,)."""
    if _is_one_hot(labels):
        return np.asarray(labels.argmax(axis=1))
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise UserError(
            f"{where} must be one per image, or one column for each class with a single 1 in each row, found"
            f" {labels.dtype} of shape {labels.shape}"
        )
    if labels.dtype.kind in "USO":
        return np.array(texts(labels, where), dtype=np.str_)
    if labels.dtype.kind == "b":
        return labels.astype(np.int64)
    if labels.dtype.kind == "f":
        return _whole(labels, where)
    if labels.dtype.kind not in "iu":
        raise UserError(f"{where} must be whole numbers or texts, found {labels.dtype}")
    return labels


def _whole(labels: Labels, where: str) -> Labels:
    numbers = labels.astype(np.float64)
    odd = ~np.isfinite(numbers) | (numbers != np.rint(numbers)) | (np.abs(numbers) > 2**53)
    if odd.any():
        raise UserError(f"{where} must be whole numbers or texts, found {numbers[odd][0]:g}")
    return numbers.astype(np.int64)


def _is_one_hot(labels: Labels) -> bool:
    if labels.ndim != 2 or labels.shape[1] < 2 or labels.dtype.kind not in "biuf":
        return False
    return bool(((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all())


def _refuse_no_classes(found: Labels, where: str) -> None:
    if len(found) < 2:
        raise UserError(f"{where}: at least two classes are needed, found the label {listed(map(str, found))} alone")
    if len(found) > MOST_CLASSES:
        raise UserError(
            f"{where}: found {len(found):,} different labels, from {found[0]} to {found[-1]}; labels must be classes,"
            f" at most {MOST_CLASSES:,}"
        )


def _class_names(found: Labels, names: Sequence[str] | None, where: str) -> list[str]:
    """Return the name of each distinct label."""
    if names is None:
        return [str(label) for label in found.tolist()]
    if found.dtype.kind == "U":
        if list(names) != found.tolist():
            raise UserError(f"{where}: names the classes {listed(names)}, but its labels are {listed(found.tolist())}")
        return [str(label) for label in found.tolist()]
    # As Python's own numbers, which do not wrap.
    numbers = [int(label) for label in found]
    if len(names) == len(numbers):
        return list(names)
    if numbers[0] < 0 or numbers[-1] >= len(names):
        raise UserError(
            f"{where}: has {len(numbers)} different labels, {listed(map(str, numbers))}, but names"
            f" {len(names)} class{'es' * (len(names) != 1)}"
        )
    missing = next(name for number, name in enumerate(names) if number not in set(numbers))
    raise UserError(f"{where}: names {len(names)} classes, but no image has the label of {missing}")
