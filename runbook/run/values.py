"""What expressions see at one step of a run, and the values they give there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.clauses import Expression, Template
from runbook.errors import ExpressionError
from runbook.expressions import condition, names, render, render_text
from runbook.expressions.names import path_of
from runbook.outcome import Json
from runbook.run.paths import step_named
from runbook.run.progress import Scope, as_json
from runbook.run.state import RunState
from runbook.sealed import Sealed, secret

if TYPE_CHECKING:
    from runbook.inventory import Inventory


class Names:
    """The `Values` of one process under way: its inputs, its steps, the run."""

    def __init__(self, state: RunState, scope: Scope, extra: Mapping[str, Json] | None = None) -> None:
        self._state = state
        self._scope = scope
        self._extra = extra or {}

    def text(self, template: Template) -> str:
        """The template as text."""
        if template.constant:
            return template.parts[0] if template.parts else ""  # type: ignore[return-value]  # constant: one text
        return render_text(template, self._seen(template.parts))

    def value(self, value: Json) -> Json:
        """The same shape with its templates replaced."""
        match value:
            case Template():
                return render(value, self._seen(value.parts))
            case Mapping():
                return {name: self.value(each) for name, each in value.items()}
            case list() | tuple():
                return [self.value(each) for each in value]
        return value

    def holds(self, expression: Expression) -> bool:
        """Whether the condition is true."""
        return condition(expression, self._seen((expression,)))

    @property
    def inventory(self) -> Inventory:
        """The hosts of the project, as the run knows them."""
        return self._state.organisation.inventory

    def _seen(self, parts: tuple[str | Expression, ...]) -> dict[str, Json]:
        """Only the steps that are named, so that a value costs the same in a run of any size."""
        state, scope = self._state, self._scope
        steps: dict[str, Any] = {}
        secrets: dict[str, Json] = {}
        for part in parts:
            if not isinstance(part, str):
                for path, _ in names(part.tree):
                    if path[0] == "steps" and len(path) > 1 and (found := step_named(state, scope, path[1])):
                        steps[path[1]] = as_json(found)
                    elif path[0] == "secrets":
                        secrets[path[-1]] = _unknown(scope, path, part)
        run = {
            "id": state.run,
            "process": state.plan.root,
            "started_by": state.started_by,
            "started_at": state.started_at,
        }
        return {"inputs": scope.inputs, "steps": steps, "run": run, "secrets": secrets, **scope.names, **self._extra}


def _unknown(scope: Scope, path: tuple[str, ...], expression: Expression) -> Sealed:
    """A secret as expressions have it: a name, which can only be put somewhere."""
    if len(path) != 2 or path_of(expression.tree) != path:
        help = "write it alone, as `{{ secrets.NAME }}`, with text before or after it"
        raise ExpressionError(f"a secret can't be worked with: `{expression.source.strip()}`", help)
    if path[1] not in scope.process.secrets:
        raise ExpressionError(f"there is no secret `{path[1]}`", "name it under `secrets` of the process")
    return secret(path[1])
