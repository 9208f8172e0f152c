from dataclasses import replace

import pytest
from analysis.made_up import entry
from cnnbench.analysis.findings import find_lead, find_saving


def test_the_lead_is_the_difference_of_the_means() -> None:
    lead = find_lead([entry("small", [0.80, 0.82]), entry("large", [0.90, 0.92]), entry("other", [0.1, 0.1])])
    assert lead is not None and lead.second is not None
    assert (lead.best.name, lead.second.name, lead.difference) == ("large", "small", pytest.approx(0.1))


def test_without_a_finished_run_nothing_is_found() -> None:
    assert find_lead([entry("small", [None, None])]) is None
    assert find_saving([entry("small", [None, None])]) is None


def test_a_single_result_leads_nobody() -> None:
    lead = find_lead([entry("small", [0.9, 0.91]), entry("large", [None, None])])
    assert lead is not None
    assert (lead.best.name, lead.second, lead.difference) == ("small", None, 0.0)


def test_the_saving_compares_the_fewest_operations_with_the_best() -> None:
    saving = find_saving([entry("small", [0.80, 0.82]), entry("large", [0.90, 0.92])])
    assert saving is not None
    assert (saving.cheapest.name, saving.factor, saving.loss) == ("small", 50, pytest.approx(0.1))


def test_there_is_no_saving_if_the_best_is_the_cheapest() -> None:
    assert find_saving([entry("small", [0.95, 0.96]), entry("large", [0.90, 0.92])]) is None


def test_two_rows_of_one_recipe_are_not_compared_with_each_other() -> None:
    same = entry("large", [0.90, 0.92])
    lead = find_lead([same, replace(same, name="large by another name"), entry("small", [0.80, 0.82])])
    assert lead is not None and lead.second is not None
    assert lead.second.name == "small"
