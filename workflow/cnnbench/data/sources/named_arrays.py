"""What the names of arrays or files mean: images or labels, of which part."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cnnbench.data.sources.names import PartName, listed, part_named, shown
from cnnbench.errors import UserError

Kind = Literal["images", "labels", "classes"]

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("images", "image", "imgs", "img", "x", "data", "pixels"), "images"),
    **dict.fromkeys(("labels", "label", "y", "target", "targets"), "labels"),
    **dict.fromkeys(("classes", "names"), "classes"),
}

ALLOWED = (
    "x_train, y_train, x_test, y_test (and x_val, y_val), or images and labels; also with other usual names, such as"
    " train_images, train_labels"
)


class Slot(NamedTuple):
    """What an array holds."""

    kind: Kind
    part: PartName | None
    """None for an undivided dataset, and for the names of the classes."""


class Slots(NamedTuple):
    """What each of some arrays holds."""

    names: dict[Slot, str]
    """Name of the array in each slot."""
    others: list[str]
    """Names that mean nothing here."""

    @property
    def parts(self) -> list[PartName]:
        """The parts that have images; `train` alone for an undivided dataset."""
        return [slot.part or "train" for slot in self.names if slot.kind == "images"]

    def name(self, kind: Kind, part: PartName) -> str:
        """Return the name of the array that holds the images or labels of a part."""
        return self.names.get(Slot(kind, part)) or self.names[Slot(kind, None)]


def understand_names(names: Iterable[str], where: str, allowed: str = ALLOWED) -> Slots:
    """Return which of some arrays or files holds what, by the words in their names.

    Raises:
        UserError: a name is close to a known one, or two mean the same, or images or labels of a part are missing.
    """
    slots: dict[Slot, str] = {}
    others: list[str] = []
    for name in names:
        slot, rest = _slot(name)
        if slot is None:
            others.append(name)
        elif rest or slot in slots:
            twin = f", as {slots[slot]} does" if slot in slots else ""
            raise UserError(f"{where}: it is not clear what {shown(name)} holds{twin}; allowed: {allowed}")
        else:
            slots[slot] = name
    _refuse_incomplete(slots, others, where, allowed)
    return Slots(slots, others)


def _slot(name: str) -> tuple[Slot | None, list[str]]:
    """Return what `name` means, and those of its words that say something else."""
    words = [word for word in re.split(r"[^a-z0-9]+", name.casefold()) if word]
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    parts = [part for word in words if (part := part_named(word))]
    if not kinds:
        # A part without a kind, as in `test` or `train_set`, is too close to be passed over.
        return (Slot("images", parts[0]), words) if parts else (None, words)
    if "classes" in kinds:
        rest = [word for word in words if word not in ("class", "classes", "names", "label", "labels", "target")]
        return (Slot("classes", None), rest) if not rest else (None, rest)
    rest = [word for word in words if word not in _KINDS and part_named(word) is None]
    ambiguous = len(kinds) > 1 or len(parts) > 1
    return Slot(kinds[0], parts[0] if parts else None), rest + (words if ambiguous else [])


def _refuse_incomplete(slots: Mapping[Slot, str], others: list[str], where: str, allowed: str) -> None:
    wanted = {slot.part for slot in slots if slot.kind != "classes"}
    complete = wanted == {None} or ({"train", "test"} <= wanted and None not in wanted)
    missing = [
        f"{kind}{f' of the {part} part' if part else ''}"
        for part in sorted(wanted, key=str)
        for kind in ("images", "labels")
        if Slot(kind, part) not in slots
    ]
    if not complete or missing:
        found = listed([*slots.values(), *others]) if slots or others else "nothing"
        problem = (
            f"there is no array with {missing[0]}"
            if missing
            else "it has neither images and labels nor a train and a test part"
        )
        raise UserError(f"{where}: {problem}; found {found}, allowed: {allowed}")
