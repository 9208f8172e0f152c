"""The section about errors: which characters and images are misread, and whether networks share their mistakes."""

from typing import Any

import pandas as pd

from cnnbench.analysis.errors.tables import ALL, EVERY, EXPERIMENT, LEADING, ErrorTables
from cnnbench.analysis.findings import Lead
from cnnbench.reporting.format import count, p_value, percent
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import Finding

MOST_PAIRS = 12
MOST_VOTES = 12
"""Rows that the tables of the section have; the files in the study's folder have all."""
SIGNIFICANT = 0.05


def error_section(lead: Lead | None, tables: ErrorTables, texts: Texts) -> dict[str, Any] | None:
    """Return the values for the template of the section; None without a finished run."""
    if lead is None:
        return None
    counts = {str(name): int(number) for name, number in tables.error_counts.iloc[0].items()}
    ranks = set(tables.agreement["first_rank"]) | set(tables.agreement["second_rank"])
    return {
        "name": lead.best.name,
        "counts": counts,
        "finding": error_finding(lead.best.name, tables, texts),
        "pairs": _pairs(tables.confused_pairs),
        "combinations": int(tables.class_accuracy["combinations"].iloc[0]),
        "mistakes": len(tables.mistakes),
        "hardest": len(tables.hardest_images),
        "agreement_figure": len(ranks) > 1,
        "agreement": agreement_note(tables.agreement, texts),
        "votes": [_vote(row, texts) for row in tables.votes.head(MOST_VOTES).to_dict("records")],
        "more_votes": max(len(tables.votes) - MOST_VOTES, 0),
    }


def error_finding(name: str, tables: ErrorTables, texts: Texts) -> Finding:
    """Say what is confused most, what all networks miss, and whether a vote helps.

    Args:
        name: the leading combination's.
        tables: the tables about errors.
        texts: the report's words.
    """
    return Finding(_pair_sentence(name, tables.confused_pairs, texts), " ".join(_shared_sentences(tables, texts)))


def agreement_note(agreement: pd.DataFrame, texts: Texts) -> str:
    """Say how far networks agree, as far as two can be compared."""
    if agreement.empty:
        return texts("There is one finished network only: none to compare its answers with.")
    pairs = agreement[agreement["first_rank"] != agreement["second_rank"]]
    if pairs.empty:
        return texts(
            "Two seeds of {name} give the same class to {same}% of the test images; of the images that one of them"
            " misreads at least, both misread {overlap}%.",
            name=agreement["first_name"].iloc[0],
            same=percent(agreement["same"].iloc[0], 1),
            overlap=percent(agreement["overlap"].iloc[0], 1),
        )
    foremost = pairs.iloc[0]
    return texts(
        "{first} and {second}, first and second on the leaderboard, give the same class to {same}% of the test images;"
        " of the images that one of them misreads at least, both misread {overlap}%.",
        first=foremost["first_name"],
        second=foremost["second_name"],
        same=percent(foremost["same"], 1),
        overlap=percent(foremost["overlap"], 1),
    )


def _pairs(pairs: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the pairs that the leading combination confuses most, each with its share over all networks."""
    by_classes = pairs.set_index(["first", "second"])
    leading, everyone = (by_classes[by_classes["networks_of"] == networks] for networks in (LEADING, EVERY))
    rows = leading.head(MOST_PAIRS).assign(share_of_all=everyone["share"]).reset_index()
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _pair_sentence(name: str, pairs: pd.DataFrame, texts: Texts) -> str:
    leading = pairs[pairs["networks_of"] == LEADING]
    if leading.empty:
        return texts("{name} misreads no test image.", name=name)
    pair = leading.iloc[0]
    return texts(
        "{name} confuses “{first}” and “{second}” most: over its finished seeds, it takes {there_share}% of the images"
        " of “{first}” for “{second}” ({there} in number) and {back_share}% of those of “{second}” for “{first}”"
        " ({back}).",
        name=name,
        first=pair["first"],
        second=pair["second"],
        there=count(pair["first_as_second"]),
        there_share=percent(pair["first_as_second_share"], 1),
        back=count(pair["second_as_first"]),
        back_share=percent(pair["second_as_first_share"], 1),
    )


def _shared_sentences(tables: ErrorTables, texts: Texts) -> list[str]:
    counts = tables.error_counts.iloc[0]
    if counts["networks"] < 2:
        return [texts("Whether other networks misread the same images, a study of one finished network cannot say.")]
    missed = texts.plural(
        "Of {images} test images, {n:,} is misread by every one of the {networks} finished networks.",
        "Of {images} test images, {n:,} are misread by every one of the {networks} finished networks.",
        int(counts["missed_by_all"]),
        images=count(counts["images"]),
        networks=count(counts["networks"]),
    )
    return [missed, _vote_sentence(tables.votes.to_dict("records")[0], texts)]


def _vote_sentence(vote: dict[Any, Any], texts: Texts) -> str:
    """Say whether the vote of all finished networks beats the best of them: only what the exact test bears."""
    values = {
        "networks": count(vote["networks"]),
        "accuracy": percent(vote["accuracy"]),
        "best": texts("{name}, seed {seed}", name=vote["best_name"], seed=vote["best_seed"]),
        "best_accuracy": percent(vote["best_accuracy"]),
        "vote_only": count(vote["vote_only"]),
        "best_only": count(vote["best_only"]),
        "p": _equal_or_below(p_value(vote["p_adjusted"])),
    }
    match _verdict(vote):
        case "better":
            return texts(
                "Their majority vote reads {accuracy}% rightly, more than the best single one, {best}, with"
                " {best_accuracy}% ({vote_only} images only the vote reads rightly, {best_only} only that network;"
                " exact test, p {p}).",
                **values,
            )
        case "worse":
            return texts(
                "Their majority vote reads {accuracy}% rightly, less than the best single one, {best}, with"
                " {best_accuracy}% ({vote_only} images only the vote reads rightly, {best_only} only that network;"
                " exact test, p {p}).",
                **values,
            )
        case _:
            return texts(
                "Whether their majority vote ({accuracy}%) reads better than the best single one, {best}"
                " ({best_accuracy}%), stays open ({vote_only} images only the vote reads rightly, {best_only} only that"
                " network; exact test, p {p}).",
                **values,
            )


def _vote(row: dict[Any, Any], texts: Texts) -> dict[Any, Any]:
    """Return a row of the table of votes, with its names in words."""
    if row["vote"] == ALL:
        who = texts("All finished networks")
    elif row["vote"] == EXPERIMENT:
        who = texts("One network of each row of {experiment}", experiment=row["name"])
    else:
        who = texts("The seeds of {name}", name=row["name"])
    readings = {"better": texts("vote better"), "worse": texts("vote worse"), "open": texts("open")}
    verdict = _verdict(row)
    return row | {"who": who, "verdict": verdict, "reading": readings[verdict], "p": p_value(row["p_adjusted"])}


def _verdict(vote: dict[Any, Any]) -> str:
    if vote["p_adjusted"] >= SIGNIFICANT:
        return "open"
    return "better" if vote["vote_only"] > vote["best_only"] else "worse"


def _equal_or_below(p: str) -> str:
    """Write what stands after the p of a sentence: `= 0.023`, `< 0.001`."""
    return p if p.startswith("<") else f"= {p}"
