"""Whether the test of a golden is gone: told from its file alone, and only where it is certain."""

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

_DYNAMIC = frozenset({"globals", "locals", "vars", "exec", "eval", "setattr", "__dict__", "__getattr__", "modules"})
"""Names by which a file may give itself tests that its text does not show."""
_HARMLESS = frozenset({"importorskip", "skip", "insert", "append", "register", "filterwarnings", "main"})
"""Calls at the top of test files that add no tests."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

Scope = ast.Module | ast.ClassDef


class Judge:
    """Tells tests that are gone; every file is read once.

    ``read`` gives the text of a test file, None where there is no such file; it raises `OSError` or `ValueError` for
    one that cannot be read.
    """

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._files: dict[str, _File] = {}

    def gone(self, nodeid: str) -> str | None:
        """Why there certainly is no such test any more; None where there is one, or may be.

        A test's parameters are not judged.
        """
        module, _, rest = nodeid.partition("::")
        if not module:
            return None
        file = self._files.get(module)
        if file is None:
            file = self._files[module] = _looked_at(module, self._read)
        if not file.exists:
            return f"{module} does not exist"
        path = rest.partition("[")[0].split("::")
        if file.shown is None or not all(each.isidentifier() for each in path) or _may_hold(file.shown, path):
            return None
        return f"{module} has no {'.'.join(path)}"


class _File(Struct, frozen=True):
    exists: bool = True
    shown: Any = None
    """Its syntax tree (`ast.Module`), where that shows all its tests."""


def _looked_at(module: str, read: Callable[[str], str | None]) -> _File:
    try:
        text = read(module)
        if text is None:
            return _File(exists=False)
        tree = ast.parse(text) if module.endswith(".py") else None
        return _File(shown=None if tree is None or any(map(_is_dynamic, ast.walk(tree))) else tree)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return _File()


def reader(root: Path) -> Callable[[str], str | None]:
    """Reads files below a root directory."""

    def read(module: str) -> str | None:
        path = root / module
        return path.read_text(encoding="utf-8-sig") if path.exists() else None

    return read


def _may_hold(module: ast.Module, path: Sequence[str]) -> bool:
    scopes: list[Scope] = [module]
    for name in path[:-1]:
        bound = [node for scope in scopes for node in _bound(scope, name)]
        scopes = [node for node in bound if isinstance(node, ast.ClassDef)]
        if len(scopes) < len(bound):
            return True  # a class that was imported or computed
    return any(True for scope in scopes for _ in _bound(scope, path[-1]))


def _is_dynamic(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id in _DYNAMIC) or (
        isinstance(node, ast.Attribute) and node.attr in _DYNAMIC
    )


def _bound(scope: Scope, name: str) -> Iterator[ast.AST]:
    """What may bind the name in a module or class: its definitions, and whatever cannot be told."""
    if isinstance(scope, ast.ClassDef) and _inherits(scope):
        yield scope.bases[0] if scope.bases else scope.keywords[0] if scope.keywords else scope.decorator_list[0]
    for node in _statements(scope.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name == name:
                yield node
        elif isinstance(node, ast.alias):
            if node.name == "*" or (node.asname or node.name.partition(".")[0]) == name:
                yield node
        elif (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)) or (
            isinstance(node, ast.Expr) and _adds(node.value)
        ):
            yield node


def _inherits(scope: ast.ClassDef) -> bool:
    """Whether the class may have more than its body shows."""
    plain = all(isinstance(base, ast.Name) and base.id == "object" for base in scope.bases)
    return not plain or bool(scope.keywords) or bool(scope.decorator_list)


def _adds(value: ast.expr) -> bool:
    """Whether an expression that stands alone may define tests, as `scenarios("a.feature")` does."""
    if not isinstance(value, ast.Call):
        return isinstance(value, (ast.Await, ast.NamedExpr))
    called = value.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name not in _HARMLESS


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a scope's own, however deep in its blocks; not what is inside its functions and classes."""
    for node in body:
        yield node
        if not isinstance(node, _SCOPES):
            yield from _statements(list(ast.iter_child_nodes(node)))
