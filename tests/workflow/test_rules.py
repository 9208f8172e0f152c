"""Every rule says what it needs, so that a scheduler can place it and a reader can follow it."""

import re
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "workflow" / "rules"
BLOCKS = {
    match["name"]: match["body"]
    for path in sorted(RULES.glob("*.smk"))
    for match in re.finditer(r"^rule (?P<name>\w+):\n(?P<body>(?:    .*\n|\n)+)", path.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("rule", sorted(BLOCKS))
def test_rule_is_complete(rule: str) -> None:
    body = BLOCKS[rule]
    directives = re.findall(r"^    (\w+):", body, re.MULTILINE)
    for directive in ("output", "log", "benchmark", "params", "threads", "resources", "conda", "message", "shell"):
        assert directive in directives, directive
    for resource in ("mem_mb", "runtime", "gpu"):
        assert re.search(rf"^        {resource}=\d+,$", body, re.MULTILINE), resource
    assert "fingerprint(" in body, "an edit to the code of a rule must run it again"


def test_there_are_rules() -> None:
    assert {"prepare", "train", "predict", "score", "aggregate", "write_report", "write_page", "write_slides"} <= set(
        BLOCKS
    )
