"""Code has an identity, as data has: what it does, not how it is commented.

Snakemake does not see the modules that a rule's command imports. So each rule carries, as a parameter, a fingerprint of
the code of this library that its command can reach; an edit of that code re-runs exactly the rules that reach it.

Code is reached statement by statement: a function, a class as a whole, or a constant of a module. What a reached
statement names is reached, and so is whatever an imported module does when it is imported. Where it cannot be told what
is named, all of a module is reached: too much rather than too little.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cnnbench.source_code import Statement, statements_of

ROOT = Path(__file__).parent
PACKAGE = ROOT.name
Code = tuple[Path, Statement | None]
"""A statement of a file, or the import of that file."""
ALL_OF_A_MODULE = {"eval", "exec", "globals", "locals", "vars"}
"""Functions that reach what is not named."""


@cache
def fingerprint(*modules: str) -> str:
    """Return a short hash of the code of `modules` and of all code of this library that they can reach.

    Comments, docstrings and layout do not count. Modules that are imported by computed names do not, and must be named
    by the caller.

    Args:
        modules: dotted names, e.g. `cnnbench.commands.train`.
    """
    digest = hashlib.sha256()
    for path, statements in sorted(reached_by(*modules).items()):
        texts = [statement.text for statement in statements_of(path) if statement in statements]
        # An import that does nothing is no difference.
        if texts:
            digest.update("\n".join([path.relative_to(ROOT).as_posix(), *texts, ""]).encode())
    return digest.hexdigest()[:16]


def identity(code: str, *settings: str) -> str:
    """Return a short hash of a fingerprint together with `settings` that decide what the code makes."""
    return hashlib.sha256("\n".join((code, *settings)).encode()).hexdigest()[:16]


def reached_by(*modules: str) -> dict[Path, set[Statement]]:
    """Return the statements that `modules` can reach, their own included, by file; there are all imported files."""
    waiting = [code for module in modules for code in _whole(_files(*module.split("."))[-1])]
    reached = set(waiting)
    while waiting:
        found = _reached_from(waiting.pop()) - reached
        reached |= found
        waiting.extend(found)
    statements: dict[Path, set[Statement]] = {}
    for path, statement in reached:
        statements.setdefault(path, set())
        if statement is not None:
            statements[path].add(statement)
    return statements


def files_of(*modules: str) -> set[Path]:
    """Return the files of `modules` and of all modules of this library that they import, at any depth."""
    files: set[Path] = set()
    waiting = list(modules)
    while waiting:
        found = {path for path in _files(*waiting.pop().split(".")) if path not in files}
        files |= found
        for path in found:
            waiting.extend(item.loads for statement in statements_of(path) for item in statement.imports)
    return files


@cache
def _reached_from(code: Code) -> frozenset[Code]:
    """Return what is reached from a statement, or from the import of a module, directly."""
    path, statement = code
    return frozenset(_by_import(path) if statement is None else _by_statement(path, statement))


def _by_import(path: Path) -> Iterator[Code]:
    for statement in statements_of(path):
        if statement.has_effect:
            yield path, statement
        elif statement.is_import:
            for item in statement.imports:
                yield from _imported(item.loads)


def _by_statement(path: Path, statement: Statement) -> Iterator[Code]:
    for item in statement.imports:
        yield from _imported(item.loads)
        target = item.target.split(".")
        if item.name == "*" or len(target) > len(_files(*target)):
            yield from _meant(*target)
    for names in statement.uses:
        if names[0] in ALL_OF_A_MODULE:
            yield from _whole(path)
        for item in statement.imports:
            if item.name == names[0]:
                yield from _meant(*item.target.split("."), *names[1:])
        yield from _defined(path, names)


def _imported(target: str) -> Iterator[Code]:
    yield from ((path, None) for path in _files(*target.split(".")))


def _whole(path: Path) -> list[Code]:
    return [(path, None), *((path, statement) for statement in statements_of(path))]


@cache
def _defined(path: Path, names: tuple[str, ...]) -> list[Code]:
    """Return what a module defines under a name that has attributes behind it, and what that stands for."""
    found: list[Code] = []
    for statement in _definitions(path).get(names[0], []):
        found.append((path, statement))
        for item in statement.imports:
            if item.name == names[0]:
                found += _meant(*item.target.split("."), *names[1:])
    return found


@cache
def _meant(*names: str) -> list[Code]:
    """Return what dotted names from the top of the library mean: something in a module, or else all of it."""
    files = _files(*names)
    if not files:
        return []
    found: list[Code] = [(path, None) for path in files]
    attributes = names[len(files) :]
    return found + ((_defined(files[-1], attributes) if attributes else []) or _whole(files[-1]))


@cache
def _definitions(path: Path) -> dict[str, list[Statement]]:
    """Return the statements of a module that define a name, by that name."""
    defining: dict[str, list[Statement]] = {}
    for statement in statements_of(path):
        for name in statement.defines:
            defining.setdefault(name, []).append(statement)
    return defining


@cache
def _files(*names: str) -> list[Path]:
    """Return the files that an import of dotted names runs: those of packages and of a module; none of other libraries.

    Names behind a module are something in it.
    """
    files: list[Path] = []
    folder = ROOT.parent
    for name in names if names[0] == PACKAGE else ():
        if (folder / f"{name}.py").is_file():
            return [*files, folder / f"{name}.py"]
        if not (folder / name / "__init__.py").is_file():
            break
        files.append(folder / name / "__init__.py")
        folder /= name
    return files
