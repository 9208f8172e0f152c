"""The source of a module as statements: what each of them defines, uses and imports."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

WITHOUT_EFFECT = {
    "abc.abstractmethod",
    "classmethod",
    "contextlib.contextmanager",
    "dataclasses.dataclass",
    "dataclasses.field",
    "functools.cache",
    "functools.cached_property",
    "functools.lru_cache",
    "property",
    "pydantic.Field",
    "pydantic.field_validator",
    "pydantic.model_validator",
    "staticmethod",
}
"""What changes nothing but what it decorates or returns, so that where nothing uses that, nothing happens."""


@dataclass(frozen=True)
class Import:
    """A name that an import defines."""

    name: str
    target: str
    """What the name stands for, with all dots."""
    loads: str
    """What is imported for it: a module, or something in one."""


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement of a module, or one name of an import."""

    node: ast.stmt
    defines: frozenset[str]
    """The names that it gives to the module."""
    uses: frozenset[tuple[str, ...]]
    """The names in it, at any depth, with the attributes behind them: `a.b.c` is (a, b, c)."""
    imports: tuple[Import, ...]
    """The imports in it, at any depth."""
    has_effect: bool
    """Whether importing the module does something by it, apart from defining names."""

    @property
    def is_import(self) -> bool:
        """Whether it is an import of the module itself."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @cached_property
    def text(self) -> str:
        """The code, without comments, docstrings and layout."""
        _leave_out_texts(self.node)
        return ast.unparse(self.node)


@cache
def statements_of(path: Path) -> list[Statement]:
    """Return the statements of the Python file `path`, without docstrings and what only type checkers read."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    nodes = [part for node in _run(tree.body) for part in _single_imports(node)]
    names = [_names_in(node) for node in nodes]
    imported = {item.name: item.target for found in names for item in found.imports}
    used = {use[0] for found in names for use in found.uses}
    return [
        Statement(
            node,
            frozenset(_defined_by(node, found)),
            frozenset(found.uses),
            tuple(found.imports),
            _has_effect(node, found, imported, used),
        )
        for node, found in zip(nodes, names, strict=True)
    ]


def _run(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run; of a condition on TYPE_CHECKING, those of its other branch."""
    for statement in statements:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from _run(statement.orelse)
        elif not _is_text(statement):
            yield statement


def _leave_out_texts(node: ast.AST) -> None:
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        parts = getattr(node, block, None)
        # A lambda's body, for one, is no list of statements.
        if isinstance(parts, list):
            setattr(node, block, [part for part in parts if not _is_text(part)])
            for part in parts:
                _leave_out_texts(part)


def _is_text(statement: ast.AST) -> bool:
    """Whether `statement` is a docstring, or text below an attribute: it has no effect."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _single_imports(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield an import once for each of its names: what is imported beside a name does not change it."""
    if isinstance(statement, ast.Import):
        yield from (ast.Import([alias]) for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        yield from (ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names)
    else:
        yield statement


class _Names(ast.NodeVisitor):
    """Collects the names in a piece of code, those in annotations that are written as text included."""

    def __init__(self) -> None:
        self.uses: set[tuple[str, ...]] = set()
        self.assigned: set[str] = set()
        self.imports: list[Import] = []
        self.computes = False
        self._in_annotation = False

    def visit_Name(self, node: ast.Name) -> None:
        self.uses.add((node.id,))
        if isinstance(node.ctx, ast.Store):
            self.assigned.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        names, inner = [node.attr], node.value
        while isinstance(inner, ast.Attribute):
            names, inner = [inner.attr, *names], inner.value
        if isinstance(inner, ast.Name):
            self.uses.add((inner.id, *names))
        else:
            self.visit(inner)

    def visit_Call(self, node: ast.Call) -> None:
        self.computes = True
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.computes = True
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self.imports.append(Import(alias.asname or first, alias.name if alias.asname else first, alias.name))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level:
            raise ValueError(f"relative import of {node.module}: name the whole module")
        for alias in node.names:
            target = f"{node.module}.{alias.name}" if alias.name != "*" else str(node.module)
            self.imports.append(Import(alias.asname or alias.name, target, target))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._define(node)
        self._visit_annotation(node.returns)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._define(node)
        self._visit_annotation(node.returns)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._define(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self._visit_annotation(node.annotation)

    def visit_arg(self, node: ast.arg) -> None:
        self._visit_annotation(node.annotation)

    def visit_Constant(self, node: ast.Constant) -> None:
        if self._in_annotation and isinstance(node.value, str):
            try:
                self.visit(ast.parse(node.value, mode="eval"))
            except SyntaxError:
                return  # a text and no type, as in a Literal

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.assigned.add(node.name)
        self.generic_visit(node)

    def _visit_annotation(self, node: ast.expr | None) -> None:
        if node is not None:
            before, self._in_annotation = self._in_annotation, True
            self.visit(node)
            self._in_annotation = before


def _names_in(statement: ast.stmt) -> _Names:
    names = _Names()
    names.visit(statement)
    return names


def _defined_by(statement: ast.stmt, names: _Names) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    return names.assigned | {item.name for item in names.imports}


def _has_effect(statement: ast.stmt, names: _Names, imported: Mapping[str, str], used: Collection[str]) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            # What nobody uses is imported for what its import does.
            return not any(item.name in used for item in names.imports)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return any(not _is_without_effect(node, imported) for node in _run_by_definition(statement))
        case ast.Assign() | ast.AnnAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            return names.computes or not all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    return True


def _run_by_definition(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    """Yield what is called when a function or a class is defined, as far as it may do something."""
    yield from statement.decorator_list
    if not isinstance(statement, ast.ClassDef):
        defaults = [*statement.args.defaults, *statement.args.kw_defaults]
        yield from (call for default in defaults if default for call in _calls_in(default))
        return
    # A base class may do something with the keywords of a class.
    yield from (keyword.value for keyword in statement.keywords)
    for part in statement.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _run_by_definition(part)
        elif isinstance(part, ast.AnnAssign):
            # Annotations say what a value may be.
            yield from _calls_in(part.value) if part.value else ()
        else:
            yield from _calls_in(part)


def _calls_in(node: ast.AST) -> list[ast.expr]:
    return [
        found for found in ast.walk(node) if isinstance(found, ast.Call | ast.ListComp | ast.SetComp | ast.DictComp)
    ]


def _is_without_effect(node: ast.expr, imported: Mapping[str, str]) -> bool:
    first, *rest = ast.unparse(node.func if isinstance(node, ast.Call) else node).split(".")
    return ".".join([imported.get(first, first), *rest]) in WITHOUT_EFFECT
