"""Code has an identity, as data has: what it does, not how it is commented.

Snakemake does not see the modules that a rule's command imports. So each rule carries, as a parameter, a fingerprint of
all files of this library that its command uses; an edit to one of them re-runs exactly the rules that use it.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
PACKAGE = ROOT.name


@cache
def fingerprint(*modules: str) -> str:
    """Return a short hash of the code of `modules` and of all modules of this library that they import, at any depth.

    Comments, docstrings and layout do not count. Imports inside functions do; modules that are imported by computed
    names do not, and must be named by the caller.

    Args:
        modules: dotted names, e.g. `cnnbench.commands.train`.
    """
    digest = hashlib.sha256()
    for path in sorted(files_of(*modules)):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n{_code(path)}\n".encode())
    return digest.hexdigest()[:16]


def identity(code: str, *settings: str) -> str:
    """Return a short hash of a fingerprint together with `settings` that decide what the code makes."""
    return hashlib.sha256("\n".join((code, *settings)).encode()).hexdigest()[:16]


def files_of(*modules: str) -> set[Path]:
    """Return the files of `modules` and of all modules of this library that they import, at any depth."""
    files: set[Path] = set()
    waiting = list(modules)
    while waiting:
        found = {path for path in _paths(waiting.pop()) if path not in files}
        files |= found
        for path in found:
            waiting.extend(_imports(path))
    return files


def _paths(module: str) -> Iterator[Path]:
    """Yield the files that importing `module` runs: its packages' and its own; of an attribute, those of its module."""
    folder = ROOT.parent
    for part in module.split("."):
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
        elif (folder / part / "__init__.py").is_file():
            yield folder / part / "__init__.py"
        folder = folder / part


@cache
def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return [name for name in names if name.split(".")[0] == PACKAGE]


@cache
def _code(path: Path) -> str:
    tree = _tree(path)
    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                setattr(node, block, [statement for statement in statements if not _is_text(statement)])
    return ast.unparse(tree)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _is_text(statement: ast.stmt) -> bool:
    """Whether `statement` is a docstring, or text below an attribute: it has no effect."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
