"""The usual way to check YAML: PyYAML's C loader, jsonschema built for each file, and networkx for circles.

Arguments: the JSON Schema, the project's folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import networkx
import yaml


def check(path: Path, schema: dict[str, Any]) -> None:
    """One file: its shape, and whether its steps go in a circle."""
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    jsonschema.Draft202012Validator(schema).validate(data)
    graph: Any = networkx.DiGraph()
    before = None
    for step in data["steps"]:
        graph.add_node(step["id"])
        graph.add_edges_from((need, step["id"]) for need in step.get("needs", [before] if before else []))
        before = step["id"]
    assert networkx.is_directed_acyclic_graph(graph)


def main() -> None:
    """Check every process of the project."""
    schema = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    for path in sorted(Path(sys.argv[2]).glob("processes/*/procedure-*.yaml")):
        check(path, schema)


main()
