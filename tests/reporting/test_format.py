import math

import pytest
from cnnbench.analysis.tables.values import UNKNOWN, Estimate, Interval
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
        (writing.percent_interval(UNKNOWN), "–"),
        (writing.points_interval(Interval(-0.0021, 0.0102)), "−0.21 … +1.02"),
        (writing.points_interval(UNKNOWN), "–"),
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
        (writing.percent_estimate(Estimate(3, 0.9123, 0.0041)), "91.23 ± 0.41"),
        (writing.percent_estimate(Estimate(1, 0.9123, None)), "91.23"),
        (writing.percent_estimate(Estimate(0, math.nan, None)), "–"),
        (writing.points_estimate(Estimate(3, -0.012, 0.004)), "−1.20 ± 0.40"),
    ],
)
def test_numbers_are_written_for_a_reader(written: str, expected: str) -> None:
    assert plain(written) == expected
