"""What a run is bound to: the process, everything it uses, and the tables of what follows what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbook.definition import Process, Step
from runbook.graph import Links
from runbook.kind import Kinds


@dataclass(frozen=True, slots=True)
class Plan:
    """The closure of one process: `links[process][part]` for each of its lists of steps."""

    root: str
    processes: Mapping[str, Process]
    links: Mapping[str, Mapping[str, Links]]
    kinds: Kinds

    @property
    def process(self) -> Process:
        """The process the run carries out."""
        return self.processes[self.root]

    def acts(self, step: Step) -> bool:
        """True when the machine carries the step out."""
        return self.kinds[step.kind].acts and step.flow.body is None

    def every_path(self) -> Iterator[tuple[str, Step]]:
        """Every step the run can have with its path, children after their parent, as the text has them."""
        return self._below("", self.process, ())

    def _below(self, prefix: str, process: Process, around: tuple[str, ...]) -> Iterator[tuple[str, Step]]:
        for step in process.every_step():
            yield prefix + step.id, step
            if step.use and step.use not in (*around, process.id):  # one that runs itself has no end on paper
                yield from self._below(f"{prefix}{step.id}/", self.processes[step.use], (*around, process.id))
