"""How the report writes numbers: the one place where digits and units are chosen."""

import math

from cnnbench.analysis.tables.values import Estimate, Interval

MISSING = "\N{EN DASH}"
"""Stands where there is no number."""
_NARROW = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def count(value: float | None) -> str:
    """Write a whole number: `61,706`."""
    return MISSING if _absent(value) else f"{value:,.0f}".replace("-", _MINUS)


def percent(fraction: float | None, digits: int = 2) -> str:
    """Write a fraction in percent, without the sign: `0.9123` as `91.23`."""
    return MISSING if _absent(fraction) else _signless(f"{100 * (fraction or 0.0):.{digits}f}")


def percent_estimate(value: Estimate) -> str:
    """Write a mean fraction in percent, with its interval where that is known: `96.39 (93.7–98.0)`."""
    return percent(value.mean) + (f" ({percent_interval(value)})" if value.has_interval else "")


def points(difference: float | None) -> str:
    """Write a difference of fractions in percentage points, with its sign: `+1.20`."""
    if _absent(difference):
        return MISSING
    return _signless(f"{100 * (difference or 0.0):+.2f}")


def points_estimate(value: Estimate) -> str:
    """Write a mean difference in percentage points, with its interval where that is known: `+1.20 (+0.3 … +2.1)`."""
    return points(value.mean) + (f" ({points_interval(value)})" if value.has_interval else "")


def p_value(value: float | None) -> str:
    """Write a p-value with two significant digits and at most three decimal places: `0.23`, `0.023`, `< 0.001`."""
    if value is None or _absent(value):
        return MISSING
    if value < 0.001:
        return f"<{_NARROW}0.001"
    return f"{value:.{3 if value < 0.0995 else 2}f}"


def percent_interval(interval: Estimate | Interval) -> str:
    """Write the ends of an interval of fractions in percent: `93.7–98.0`.

    If it is at most one point wide, each has two decimal places, else one; 0 and 100 have none.
    """
    low, high = interval.low, interval.high
    if _absent(low) or _absent(high):
        return MISSING
    digits = _digits(low, high)
    return f"{_end(low, digits)}{MISSING}{_end(high, digits)}"


def points_interval(interval: Estimate | Interval) -> str:
    """Write the ends of an interval of differences in percentage points: `+0.3 … +2.1`.

    They have as many decimal places as those of an interval in percent.
    """
    low, high = interval.low, interval.high
    if _absent(low) or _absent(high):
        return MISSING
    digits = _digits(low, high)
    return f"{_end(low, digits, '+')}{_NARROW}…{_NARROW}{_end(high, digits, '+')}"


def decimal(value: float | None, digits: int = 3) -> str:
    """Write a number with a fixed number of digits: `0.342`."""
    return MISSING if _absent(value) else _signless(f"{value:.{digits}f}")


def published(value: float | None) -> str:
    """Write a figure as it was published, to four digits: `7.9`, `2019`."""
    return MISSING if _absent(value) else f"{value:.4g}"


def magnitude(value: float | None) -> str:
    """Write a large number with three digits and a letter: `61,706` as `61.7 k`."""
    if value is None or _absent(value):
        return MISSING
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            scaled = value / size
            digits = max(0, 2 - math.floor(math.log10(max(abs(scaled), 1.0)) + 1e-9))
            return f"{scaled:.{digits}f}{_NARROW}{letter}"
    return f"{value:.0f}"


def duration(seconds: float | None) -> str:
    """Write a time with its two leading units: `4.2 s`, `3 min 20 s`, `2 h 05 min`."""
    if seconds is None or _absent(seconds):
        return MISSING
    if seconds < 9.95:
        return f"{seconds:.1f}{_NARROW}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest}{_NARROW}s"
    if minutes < 60:
        return f"{minutes}{_NARROW}min{_NARROW}{rest:02d}{_NARROW}s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}{_NARROW}h{_NARROW}{minutes:02d}{_NARROW}min"


def bytes_size(value: float | None) -> str:
    """Write a number of bytes in binary units: `1.5 GiB`."""
    if value is None or _absent(value):
        return MISSING
    for size, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if value >= size:
            return f"{value / size:.{1 if value < 100 * size else 0}f}{_NARROW}{unit}"
    return f"{value:.0f}{_NARROW}B"


def _absent(value: float | None) -> bool:
    return value is None or math.isnan(value)


def _digits(low: float, high: float) -> int:
    """Return how many decimal places the ends of an interval have."""
    return 1 if high - low > 0.01 else 2


def _end(fraction: float, digits: int, sign: str = "") -> str:
    """Write an end of an interval; one at nothing or at everything is exact, and has no decimal places."""
    return _signless(f"{100 * fraction:{sign}.{0 if fraction in (-1, 0, 1) else digits}f}")


def _signless(text: str) -> str:
    """Write a real minus sign, and no sign before a zero."""
    return text.lstrip("+-") if not float(text) else text.replace("-", _MINUS)
