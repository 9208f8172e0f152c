"""What the commands that draw have in common."""

import argparse
from pathlib import Path


def drawing_parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the flags of every drawing: style, catalogue and output."""
    parser = argparse.ArgumentParser(prog=f"cnnbench.commands.{name}", description=description)
    parser.add_argument("--style", type=Path, required=True, help="the matplotlib style sheet")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the figure to write")
    return parser


def figure_parser(name: str, description: str | None, of_experiment: bool = True) -> argparse.ArgumentParser:
    """Return a parser with the flags of a figure of runs: also study, runs and, if wanted, the experiment."""
    parser = drawing_parser(name, description)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs, runs.csv")
    if of_experiment:
        parser.add_argument("--experiment", required=True, help="name of the experiment to draw")
    return parser
