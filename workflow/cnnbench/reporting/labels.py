"""Words that figures and documents share; a catalogue has them for both."""

from cnnbench.analysis.tables.comparisons import Verdict
from cnnbench.reporting.translation import Texts


def status_words(status: str, texts: Texts) -> str:
    """Return how a run ended, in words; a status without words stands as it is."""
    words = {
        "done": texts("done"),
        "diverged": texts("diverged"),
        "did_not_learn": texts("did not learn"),
        "out_of_memory": texts("out of memory"),
        "timed_out": texts("timed out"),
    }
    return words.get(status, status)


def verdict_words(verdict: Verdict, texts: Texts) -> str:
    """Return what a comparison shows, in words."""
    words: dict[Verdict, str] = {
        "better": texts("better"),
        "worse": texts("worse"),
        "undecided": texts("no clear effect"),
        "one_seed": texts("one seed: open"),
        "not_measured": texts("not measured"),
    }
    return words[verdict]


def criterion_words(column: str, texts: Texts) -> str:
    """Return what a column of the survey's table holds, in words."""
    words = {
        "year": texts("year"),
        "parameters_millions": texts("parameters"),
        "depth": texts("depth"),
        "top1_percent": texts("top-1 accuracy"),
        "top5_percent": texts("top-5 accuracy"),
        "cpu_ms": texts("CPU time"),
        "gpu_ms": texts("GPU time"),
        "input_size": texts("input size"),
    }
    return words[column]
