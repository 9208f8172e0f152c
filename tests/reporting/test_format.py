import math

import pytest
from cnnbench.analysis.tables.values import NO_ESTIMATE, Estimate, Interval
from cnnbench.reporting import format as writing


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (writing.count(61706), "61,706"),
        (writing.count(math.nan), "–"),
        (writing.percent(0.91234), "91.23"),
        (writing.percent(None), "–"),
        (writing.points(0.012), "+1.20"),
        (writing.points(-0.012), "−1.20"),
        (writing.points(-0.000001), "0.00"),
        (writing.p_value(0.23456), "0.23"),
        (writing.p_value(0.0996), "0.10"),
        (writing.p_value(0.0234), "0.023"),
        (writing.p_value(0.00051), "< 0.001"),
        (writing.p_value(0.0), "< 0.001"),
        (writing.p_value(1.0), "1.00"),
        (writing.p_value(math.nan), "–"),
        (writing.p_value(None), "–"),
        (writing.percent_interval(Interval(0.9081, 0.9164)), "90.81–91.64"),
        (writing.percent_interval(Interval(0.9081, 0.9204)), "90.8–92.0"),
        (writing.percent_interval(Interval(0.9921, 1.0)), "99.21–100"),
        (writing.percent_interval(Interval(0.0, 0.0504)), "0–5.0"),
        (writing.percent_interval(Interval(0.9511, 0.99996)), "95.1–100.0"),
        (writing.percent_interval(NO_ESTIMATE), "–"),
        (writing.points_interval(Interval(-0.0021, 0.0042)), "−0.21 … +0.42"),
        (writing.points_interval(Interval(-0.0021, 0.0102)), "−0.2 … +1.0"),
        (writing.points_interval(Interval(0.0, 0.0042)), "0 … +0.42"),
        (writing.points_interval(Interval(-1.0, 1.0)), "−100 … +100"),
        (writing.points_interval(NO_ESTIMATE), "–"),
        (writing.magnitude(999), "999"),
        (writing.magnitude(61706), "61.7 k"),
        (writing.magnitude(836_148), "836 k"),
        (writing.magnitude(999_999), "1.00 M"),
        (writing.magnitude(23_677_743), "23.7 M"),
        (writing.magnitude(4.1e9), "4.10 G"),
        (writing.duration(4.21), "4.2 s"),
        (writing.duration(9.96), "10 s"),
        (writing.duration(59.9), "1 min 00 s"),
        (writing.duration(200), "3 min 20 s"),
        (writing.duration(7499), "2 h 05 min"),
        (writing.duration(math.nan), "–"),
        (writing.bytes_size(2**30 * 1.5), "1.5 GiB"),
        (writing.bytes_size(512), "512 B"),
        # From 93.7 to 98.0 is wider than one point: one decimal place.
        (writing.percent_estimate(Estimate(2, 0.96389, 0.93684, 0.98012)), "96.39 (93.7–98.0)"),
        # From 91.02 to 91.43 is narrower: two.
        (writing.percent_estimate(Estimate(3, 0.9123, 0.91021, 0.91432)), "91.23 (91.02–91.43)"),
        (writing.percent_estimate(Estimate(2, 0.0155, 0.0, 0.0497)), "1.55 (0–5.0)"),
        (writing.percent_estimate(Estimate(2, 0.99, 0.9703, 1.0)), "99.00 (97.0–100)"),
        (writing.percent_estimate(Estimate(1, 0.9123, math.nan, math.nan)), "91.23"),
        (writing.percent_estimate(NO_ESTIMATE), "–"),
        (writing.points_estimate(Estimate(3, 0.012, 0.0034, 0.0206)), "+1.20 (+0.3 … +2.1)"),
        (writing.points_estimate(Estimate(3, -0.012, -0.016, -0.008)), "−1.20 (−1.60 … −0.80)"),
        (writing.points_estimate(Estimate(1, -0.012, math.nan, math.nan)), "−1.20"),
        (writing.points_estimate(NO_ESTIMATE), "–"),
    ],
)
def test_numbers_are_written_for_a_reader(written: str, expected: str) -> None:
    assert plain(written) == expected
