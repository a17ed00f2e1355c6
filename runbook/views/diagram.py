"""A procedure as a picture: the same drawing as Mermaid text (for Markdown pages) and as Graphviz DOT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runbook.definition import Process
from runbook.kind import Kinds
from runbook.views.drawing import Edge, Node, Shape, drawing, every
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import NOTHING, Markdown
from runbook.views.visible import visible

_MERMAID = {
    Shape.PERSON: ("([", "])"),
    Shape.MACHINE: ("[", "]"),
    Shape.DECISION: ("{", "}"),
    Shape.APPROVAL: ("{{", "}}"),
    Shape.WAIT: ("[/", "/]"),
    Shape.PROCESS: ("[[", "]]"),
}
_MEANS_SOMETHING = r"d(?=irection\s)"
"""What Mermaid takes for a statement of its own even inside of quotes: it looks for that in the whole line."""
_DOT = {
    Shape.PERSON: 'shape=box, style="rounded"',
    Shape.MACHINE: "shape=box",
    Shape.DECISION: "shape=diamond",
    Shape.APPROVAL: "shape=hexagon",
    Shape.WAIT: "shape=parallelogram",
    Shape.PROCESS: "shape=box, peripheries=2",
}


def mermaid(process: Process, kinds: Kinds, language: Language = ENGLISH) -> str:
    """The flowchart of a process in Mermaid's language."""
    drawn = drawing(process, kinds, language)
    lines = ["flowchart TD"]
    for node in drawn.nodes:
        lines.extend(_mermaid_node(node, "  "))
    for edge in drawn.edges:
        arrow = "-.->" if edge.dotted else "-->"
        said = _mermaid_text(edge.label)
        label = f'|"{said}"|' if said else ""
        lines.append(f"  {edge.start} {arrow}{label} {edge.end}")
    return "\n".join(lines)


def dot(process: Process, kinds: Kinds) -> str:
    """The flowchart of a process in the language of Graphviz."""
    drawn = drawing(process, kinds)
    lines = ["digraph {", "  compound=true;", "  node [fontname=Helvetica];", "  edge [fontname=Helvetica];"]
    for node in drawn.nodes:
        lines.extend(_dot_node(node, "  "))
    frames = {node.name: node for each in drawn.nodes for node in every(each) if node.inside}
    lines.extend(f"  {_dot_edge(edge, frames)};" for edge in drawn.edges)
    return "\n".join([*lines, "}"])


def legend(process: Process, kinds: Kinds, language: Language = ENGLISH) -> Markdown:
    """What the shapes mean, in one line; only those that appear."""
    drawn = drawing(process, kinds)
    used = {node.shape for each in drawn.nodes for node in every(each) if not node.inside}
    words = [language.say(shape.value) for shape in Shape if shape in used]
    if any(edge.dotted for edge in drawn.edges):
        words.append(language.say("dotted arrow: only under a condition"))
    told = "; ".join(words)
    return Markdown(f"*{told[:1].upper()}{told[1:]}.*") if len(words) > 1 else NOTHING


def _mermaid_node(node: Node, margin: str) -> Iterator[str]:
    label = f'"{_mermaid_text(node.label)}"'
    if not node.inside:
        left, right = _MERMAID[node.shape]
        yield f"{margin}{node.name}{left}{label}{right}"
        return
    yield f"{margin}subgraph {node.name}[{label}]"
    for each in node.inside:
        yield from _mermaid_node(each, margin + "  ")
    yield f"{margin}end"


def _mermaid_text(text: str) -> str:
    """Text in quotes as Mermaid takes it: what may mean something to it goes in as a number."""
    line = " ".join(visible(text).split())
    return re.sub(rf"[^\w .,:/+'·-]|{_MEANS_SOMETHING}", lambda found: f"#{ord(found[0])};", line)


def _dot_node(node: Node, margin: str) -> Iterator[str]:
    if not node.inside:
        yield f"{margin}{node.name} [label={_dot_text(node.label)}, {_DOT[node.shape]}];"
        return
    yield f"{margin}subgraph cluster_{node.name} {{"
    yield f"{margin}  label={_dot_text(node.label)};"
    for each in node.inside:
        yield from _dot_node(each, margin + "  ")
    yield f"{margin}}}"


def _dot_edge(edge: Edge, frames: Mapping[str, Node]) -> str:
    """An arrow; one at a frame is tied to a step inside and cut off at the border."""
    details = {"label": _dot_text(edge.label)} if edge.label else {}
    if edge.dotted:
        details["style"] = "dashed"
    start, end = edge.start, edge.end
    if start in frames:
        details["ltail"] = f"cluster_{start}"
        start = [node for node in every(frames[start]) if not node.inside][-1].name
    if end in frames:
        details["lhead"] = f"cluster_{end}"
        end = next(node for node in every(frames[end]) if not node.inside).name
    listed = ", ".join(f"{name}={value}" for name, value in details.items())
    return f"{start} -> {end}" + (f" [{listed}]" if listed else "")


def _dot_text(text: str) -> str:
    line = " ".join(visible(text).split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
