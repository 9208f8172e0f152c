import pytest
from analysis.made_up import entry
from cnnbench.analysis.findings import find_lead, find_saving


def test_the_lead_is_the_difference_of_the_means() -> None:
    lead = find_lead([entry("small", [0.80, 0.82]), entry("large", [0.90, 0.92]), entry("other", [0.1, 0.1])])
    assert lead is not None and lead.second is not None
    assert (lead.best.name, lead.second.name, lead.difference) == ("large", "small", pytest.approx(0.1))


@pytest.mark.parametrize(
    ("second", "overlap", "settled"),
    [
        ([0.800, 0.801, 0.802], False, True),
        ([0.899, 0.901, 0.903], True, False),
        ([0.80], None, False),
        (
            [0.897, 0.8970001, 0.8969999],
            False,
            False,
        ),  # apart over seeds, but 10,000 test images do not tell 0.4 points
    ],
)
def test_a_lead_is_settled_only_if_intervals_and_test_part_bear_it(
    second: list[float], overlap: bool | None, settled: bool
) -> None:
    lead = find_lead([entry("large", [0.9010, 0.9011, 0.9009]), entry("small", second)])
    assert lead is not None
    assert (lead.overlap, lead.settled) == (overlap, settled)


def test_without_a_finished_run_nothing_is_found() -> None:
    assert find_lead([entry("small", [None, None])]) is None
    assert find_saving([entry("small", [None, None])]) is None


def test_a_single_result_leads_nobody() -> None:
    lead = find_lead([entry("small", [0.9, 0.91]), entry("large", [None, None])])
    assert lead is not None
    assert (lead.second, lead.overlap, lead.settled) == (None, None, False)


def test_the_saving_compares_the_fewest_operations_with_the_best() -> None:
    saving = find_saving([entry("small", [0.80, 0.82]), entry("large", [0.90, 0.92])])
    assert saving is not None
    assert (saving.cheapest.name, saving.factor, saving.loss) == ("small", 50, pytest.approx(0.1))


def test_there_is_no_saving_if_the_best_is_the_cheapest() -> None:
    assert find_saving([entry("small", [0.95, 0.96]), entry("large", [0.90, 0.92])]) is None
