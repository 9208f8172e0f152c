"""Sentences on whether seeds choose the same by validation."""

from collections import Counter
from collections.abc import Sequence

from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.analysis.tables.comparisons import Kind
from cnnbench.reporting.phrases import number_words
from cnnbench.reporting.translation import Texts


def choice_note(
    kind: Kind,
    family: str,
    choices: Sequence[ValidationChoice],
    stabilities: Sequence[ChoiceStability],
    texts: Texts,
) -> str | None:
    """Say whether the seeds of a family choose the same by validation; None if fewer than two choose.

    Args:
        kind: of the family.
        family: name of an experiment, or `leaderboard`.
        choices: what each seed chooses, in all families.
        stabilities: how often seeds agree, in all families.
        texts: the report's words.
    """
    stability = next((row for row in stabilities if (row.kind, row.family) == (kind, family)), None)
    if stability is None or stability.seeds < 2:
        return None
    own = [row for row in choices if (row.kind, row.family) == (kind, family)]
    sentences = [_chosen(own, stability, texts), _agreement(own, stability, texts), _left_out(stability, texts)]
    return " ".join(filter(None, sentences))


def _chosen(own: Sequence[ValidationChoice], stability: ChoiceStability, texts: Texts) -> str:
    """Say what is chosen most often."""
    most, seeds = stability.same_combination, number_words(stability.seeds, texts)
    votes = Counter(row.chosen.name for row in own)
    favourites = [name for name, number in votes.items() if number == most]
    if most == stability.seeds == 2:
        return texts("By validation accuracy, both seeds choose {name}.", name=favourites[0])
    if most == stability.seeds:
        return texts("By validation accuracy, all {seeds} seeds choose {name}.", seeds=seeds, name=favourites[0])
    if most == 1 and stability.seeds == 2:
        first, second = favourites
        return texts(
            "By validation accuracy, one of the two seeds chooses {first}; the other chooses {second}.",
            first=first,
            second=second,
        )
    if most == 1:
        return texts("By validation accuracy, each of the {seeds} seeds chooses a different combination.", seeds=seeds)
    values = {"names": texts.listing(favourites), "number": number_words(most, texts), "seeds": seeds}
    if len(favourites) == 1:
        return texts("By validation accuracy, {number} of the {seeds} seeds choose {names}.", **values)
    return texts("By validation accuracy, {names} are each chosen by {number} of the {seeds} seeds.", **values)


def _agreement(own: Sequence[ValidationChoice], stability: ChoiceStability, texts: Texts) -> str:
    """Say how many pairs of seeds choose the same; empty where that is said already."""
    if stability.seeds == 2 or stability.same_combination == stability.seeds:
        return ""
    same, same_architecture = stability.pairs_same_combination, stability.pairs_same_architecture
    pairs = number_words(stability.pairs, texts)
    # With one architecture, or one recipe for each, there is only one thing to agree on.
    if not 1 < stability.architectures < stability.combinations:
        return _pairs_agree(same, pairs, texts)
    if same_architecture == stability.pairs:
        all_alike = texts("All seeds choose the same architecture, {name}.", name=own[0].chosen_title)
        return " ".join(filter(None, [_pairs_agree(same, pairs, texts), all_alike]))
    if same:
        return texts(
            "In {number} of the {pairs} pairs of seeds, both choose the same architecture and recipe; in"
            " {architectures}, the same architecture.",
            pairs=pairs,
            number=number_words(same, texts),
            architectures=number_words(same_architecture, texts),
        )
    if same_architecture:
        return texts(
            "In {number} of the {pairs} pairs of seeds, both choose the same architecture.",
            pairs=pairs,
            number=number_words(same_architecture, texts),
        )
    return texts("No two seeds choose the same architecture.")


def _pairs_agree(same: int, pairs: str, texts: Texts) -> str:
    """Say how many pairs of seeds choose the same; empty where none does."""
    if not same:
        return ""
    return texts(
        "In {number} of the {pairs} pairs of seeds, both choose the same.",
        pairs=pairs,
        number=number_words(same, texts),
    )


def _left_out(stability: ChoiceStability, texts: Texts) -> str:
    """Say that seeds are left out; empty if none is."""
    if not stability.seeds_left_out:
        return ""
    return texts.plural(
        "Not counted is {number} seed, in which a run failed.",
        "Not counted are {number} seeds, in which runs failed.",
        stability.seeds_left_out,
        number=number_words(stability.seeds_left_out, texts),
    )
