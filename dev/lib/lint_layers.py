"""Do files import downwards only?

The layers are the folders of the module. What each may import of the module, besides
itself, and whether it may import Odoo, is said in one table.
"""

import ast
import dataclasses

from . import paths

PACKAGE = ("odoo", "addons", paths.MODULE)


@dataclasses.dataclass(frozen=True)
class Layer:
    """What the files of a folder may import."""

    below: frozenset = frozenset()
    odoo: bool = True


ABOVE_MODELS = Layer(below=frozenset({"tools", "models"}))
LAYERS = {
    "tools": Layer(odoo=False),
    "models": Layer(below=frozenset({"tools"})),
    "wizards": ABOVE_MODELS,
    "controllers": ABOVE_MODELS,
    "report": ABOVE_MODELS,
}


def check():
    """The imports that go upwards or sideways, one line each."""
    return [
        problem
        for name, layer in LAYERS.items()
        for path in sorted((paths.ROOT / name).rglob("*.py"))
        for problem in _check_file(path, name, layer)
    ]


def _check_file(path, name, layer):
    relative = path.relative_to(paths.ROOT)
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        for target in _targets(node, relative):
            if not _is_allowed(target, name, layer):
                module = ".".join(target)
                yield f"{relative}:{node.lineno}: {name} may not import {module}"


def _targets(node, relative):
    """What an import statement imports, as absolute dotted names in parts."""
    if isinstance(node, ast.Import):
        return [tuple(alias.name.split(".")) for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = tuple(node.module.split(".")) if node.module else ()
    if node.level:
        folders = (*PACKAGE, *relative.parent.parts)
        base = folders[: len(folders) - node.level + 1] + base
    return [(*base, alias.name) for alias in node.names]


def _is_allowed(target, name, layer):
    if target[: len(PACKAGE)] == PACKAGE:
        inside = target[len(PACKAGE) :]
        return bool(inside) and (inside[0] == name or inside[0] in layer.below)
    return layer.odoo or target[0] != "odoo"
