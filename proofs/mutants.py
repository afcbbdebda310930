"""Mechanical mutants of Python modules: one small change of one node of the syntax tree, named so that it can be made again.

A mutant is `module:index`, the index-th place of that module where a change can be made. `install` makes a process import
the changed module instead of the real one, and touches no file.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield each single change of `node` as its description and the node that takes its place."""
    match node:
        case ast.Compare(ops=[operator], comparators=[_]) if type(operator) in COMPARISONS:
            other = copy.copy(node)
            other.ops = [COMPARISONS[type(operator)]()]
            yield f"{type(operator).__name__} becomes {type(other.ops[0]).__name__}", other
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC:
            changed = copy.copy(node)
            changed.op = ARITHMETIC[type(operator)]()
            yield f"{type(operator).__name__} becomes {type(changed.op).__name__}", changed
        case ast.BoolOp(op=operator):
            joined = copy.copy(node)
            joined.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield "and becomes or, or the reverse", joined
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not is dropped", operand
        case ast.Constant(value=bool() as value):
            yield f"{value} becomes {not value}", ast.copy_location(ast.Constant(not value), node)
        case ast.Constant(value=int() as number):
            yield f"{number} becomes {number + 1}", ast.copy_location(ast.Constant(number + 1), node)
        case ast.If(test=test):
            guarded = copy.copy(node)
            guarded.test = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
            yield "the condition is negated", guarded
        case ast.Expr(value=ast.Call()):
            yield "the call is dropped", ast.copy_location(ast.Pass(), node)
        case _:
            return


class _Place(ast.NodeTransformer):
    """Finds the places, in order, and makes the change at the wanted one."""

    def __init__(self, wanted: int | None) -> None:
        self.wanted = wanted
        self.found: list[tuple[int, str]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.AnnAssign):  # an annotation is no behaviour
            if node.value is not None:
                node.value = self.visit(node.value)  # type: ignore[assignment]
            return node
        replacement: ast.AST | None = None
        for description, changed in changes(node):
            if len(self.found) == self.wanted:
                replacement = changed
            self.found.append((getattr(node, "lineno", 0), description))
        node = self.generic_visit(node)
        return replacement if replacement is not None else node


def _docless(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return tree


def places(source: Path) -> list[tuple[int, str]]:
    """Return (line, description) of every mutant of the module in `source`; a mutant's index is its position here."""
    finder = _Place(None)
    finder.visit(_docless(ast.parse(source.read_text(encoding="utf-8"))))
    return finder.found


def mutate(source: Path, index: int) -> ast.Module:
    """Return the syntax tree of `source` with its `index`-th change made.

    Raises:
        IndexError: the module has fewer places.
    """
    finder = _Place(index)
    tree = finder.visit(_docless(ast.parse(source.read_text(encoding="utf-8"))))
    if index >= len(finder.found):
        raise IndexError(f"{source} has {len(finder.found)} mutants; there is no {index}")
    assert isinstance(tree, ast.Module)
    return ast.fix_missing_locations(tree)


class _MutantFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutated module to whoever imports it by name."""

    def __init__(self, module: str, index: int) -> None:
        self.module = module
        self.index = index

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        real = importlib.machinery.PathFinder.find_spec(fullname, path)
        if real is None or real.origin is None:
            return None
        self.source = Path(real.origin)
        return importlib.util.spec_from_file_location(fullname, real.origin, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(mutate(self.source, self.index), str(self.source), "exec"), module.__dict__)


def install(mutant: str) -> None:
    """Make this process import the mutant `module:index` in place of its module."""
    module, _, index = mutant.rpartition(":")
    sys.meta_path.insert(0, _MutantFinder(module, int(index)))
