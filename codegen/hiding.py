"""Members of a class that hide what its body needs: a module is written so that they do not.

A member called ``list`` would stand for the type of that name in the annotations below it, and for checkers
in those above it as well. What a member hides is mentioned by a name with an underscore before it, as no name
of the spec has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_Place = tuple[int, int, str]
"""A line, from one, a column in bytes, from zero, and the name that stands there."""


def unhidden(source: str) -> str:
    """Return a module in which no name of a class body hides what the body needs."""
    tree = ast.parse(source)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    hidden = [place for node in classes.values() for place in _hidden(node)]
    if not hidden:
        return source
    lines = source.encode().split(b"\n")
    for line, column, _ in sorted(hidden, reverse=True):
        text = lines[line - 1]
        lines[line - 1] = b"%b_%b" % (text[:column], text[column:])
    names = {name for _, _, name in hidden}
    ends = sorted((node.end_lineno or 0, name) for name, node in classes.items() if name in names)
    for line, name in reversed(ends):
        lines.insert(line, f"\n\n_{name} = {name}".encode())
    modules = _imported(tree)
    aliases = [
        f"from {modules.get(name, 'builtins')} import {name} as _{name}".encode()
        for name in sorted(names - classes.keys())
    ]
    (first, *_) = (node.lineno for node in tree.body if isinstance(node, ast.ImportFrom))
    lines[first - 1 : first - 1] = aliases
    return b"\n".join(lines).decode()


def resolvable(source: str) -> str:
    """Return a module of attrs classes whose constructors know what classes their annotations mention before.

    Their globals are not those of the module, and a class that mentions itself does so by a text.
    """
    tree = ast.parse(source)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    known = {name for node in classes for name in (node.name, f"_{node.name}")}
    found = {node.name: sorted(known & set(_mentioned_before(node))) for node in classes}
    lines = [
        f"{name}.__init__.__globals__.update({', '.join(f'{one}={one}' for one in names)})"
        for name, names in found.items()
        if names
    ]
    return "\n".join([source, *lines, ""]) if lines else source


def _mentioned_before(node: ast.ClassDef) -> Iterator[str]:
    """The names that stand in texts in the annotations of a class."""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign):
            plain = set(_read(statement.annotation))
            yield from (name for *_, name in set(_read(statement.annotation, annotates=True)) - plain)


def _imported(tree: ast.Module) -> dict[str, str]:
    """The modules of all names that a module imports."""
    found = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name: "." * node.level + (node.module or "")
        for node in found
        for alias in node.names
    }


def _hidden(node: ast.ClassDef) -> Iterator[_Place]:
    """The places in the body of a class that mention what one of its members hides."""
    bound = {name for statement in node.body for name in _bound(statement)}
    for statement in node.body:
        for place in _mentioned(statement):
            if place[2] in bound:
                yield place


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            pass


def _mentioned(statement: ast.stmt) -> Iterator[_Place]:
    """The names that a statement reads from the class: not those in the bodies of methods."""
    match statement:
        case ast.FunctionDef(decorator_list=decorators, returns=ast.expr() as returned):
            for decorator in decorators:
                yield from _read(decorator)
            yield from _read(returned, annotates=True)
        case ast.AnnAssign(annotation=annotation, value=ast.expr() as value):
            yield from _read(annotation, annotates=True)
            yield from _read(value)
        case ast.Assign(value=value):
            yield from _read(value)
        case _:
            pass


def _read(node: ast.AST, *, annotates: bool = False) -> Iterator[_Place]:
    """The names in an expression; texts are expressions in an annotation, but for those of a Literal."""
    match node:
        case ast.Name(id=name):
            yield node.lineno, node.col_offset, name
        case ast.Constant(value=str(text)) if annotates:
            for _, column, name in _read(ast.parse(text, mode="eval").body):
                yield node.lineno, node.col_offset + 1 + column, name
        case ast.Subscript(value=ast.Name(id="Literal") as literal):
            yield from _read(literal)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _read(child, annotates=annotates)
