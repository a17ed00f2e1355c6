"""SpiffWorkflow: one BPMN workflow of so many script tasks that do nothing, its state kept after each in SQLite.

Arguments: folder, steps. Prints its CPU seconds without those of starting.
"""

from __future__ import annotations

import io
import itertools
import resource
import sqlite3
import sys
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def model(steps: int) -> str:
    """A chain of script tasks as BPMN."""
    ids = ["start", *(f"t{number}" for number in range(steps)), "end"]
    tasks = "".join(f'<scriptTask id="{id}" name="{id}"><script>pass</script></scriptTask>' for id in ids[1:-1])
    pairs = itertools.pairwise(ids)
    flows = "".join(f'<sequenceFlow id="f_{a}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    return (
        f'<definitions xmlns="{_MODEL}" targetNamespace="measured"><process id="chain" isExecutable="true">'
        f'<startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process></definitions>'
    )


def carry_out(workflow: BpmnWorkflow, path: Path) -> None:
    """Run each task, then keep the workflow, synced."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT)")
    serializer = BpmnWorkflowSerializer()
    while not workflow.is_completed():
        task = workflow.get_next_task(state=TaskState.READY)
        if task is None:
            raise SystemExit("the workflow does not go on")
        task.run()
        db.execute("INSERT OR REPLACE INTO kept VALUES (1, ?)", (serializer.serialize_json(workflow),))
    db.close()


def main() -> None:
    """Carry the workflow out, and say what it cost."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(model(int(sys.argv[2])).encode())))
    workflow = BpmnWorkflow(parser.get_spec("chain"))
    before = resource.getrusage(resource.RUSAGE_SELF)
    carry_out(workflow, Path(sys.argv[1]) / "spiff.db")
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


main()
