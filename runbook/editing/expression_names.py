"""What the names, filters and tests of expressions mean, in the words that an editor shows."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "inputs": "The values that the run was started with.",
    "steps": "The steps that are over: `steps.ID.outputs.NAME`, `steps.ID.status`.",
    "run": "The run: its `id`, `process`, `started_by` and `started_at`.",
    "secrets": "The secrets that the process names, where one may stand.",
}
"""What every expression sees."""

OF_STEP: Mapping[str, str] = {
    "outputs": "What the step handed on, by name.",
    "answers": "What was filled in at the step, by name.",
    "status": "How the step ended: `succeeded`, `failed`, `skipped` ...",
    "passes": "How often the step was begun, ways back included.",
}
"""What an expression sees of a step."""

OF_RUN: Mapping[str, str] = {
    "id": "The id of the run.",
    "process": "The id of the process.",
    "started_by": "Who started the run.",
    "started_at": "When the run was started.",
}
"""What an expression sees of the run."""

OF_FAILURE: Mapping[str, str] = {
    "step": "The path of the step that has failed.",
    "reason": "Why it has failed.",
    "exit_code": "The exit code of its program.",
}
"""What an expression about a failure sees of it."""

OF_RESULT: Mapping[str, str] = {
    "outputs": "The outputs of this step.",
    "exit_code": "The exit code of this step.",
    "stdout": "What this step printed.",
    "stderr": "What this step printed as errors.",
}
"""What an expression about the result of its own step sees."""

IN_TURNS: Mapping[str, str] = {
    "item": "What this turn is for.",
    "last": "The outputs of the turn before, by name.",
    "turn": "The number of this turn.",
    "failure": "What has failed: its `step`, `reason` and `exit_code`.",
}
"""What an expression inside of turns, or about a failure, sees."""

FILTERS: Mapping[str, str] = {
    "default": "The value in brackets when there is none.",
    "lower": "Small letters.",
    "upper": "Capital letters.",
    "trim": "Without the white space around.",
    "length": "How many characters, items or keys.",
    "first": "The first item.",
    "last": "The last item.",
    "join": "The items as one text.",
    "replace": "Each of the first text as the second.",
    "split": "A list of parts; without a separator at white space.",
    "int": "A whole number.",
    "float": "A number.",
    "string": "Text.",
    "round": "Rounded to so many digits after the point.",
    "abs": "Without its sign.",
    "min": "The least item.",
    "max": "The greatest item.",
    "sum": "The items added up.",
    "sort": "The items in order.",
    "unique": "Each item once.",
    "tojson": "As JSON.",
    "basename": "The last part of a path.",
    "dirname": "A path without its last part.",
    "keys": "The keys of a mapping.",
    "values": "The values of a mapping.",
    "pluck": "The item of that name of each row.",
    "where": "The rows in which an item has that value.",
    "take": "The first so many items.",
    "skip": "All items but the first so many.",
    "reverse": "The last item first.",
    "union": "The items of both lists.",
    "intersect": "The items that are in the other list too.",
    "difference": "The items that are not in the other list.",
    "lines": "A list of the lines.",
    "capitalize": "The first letter as a capital.",
    "truncate": "At most so many characters.",
    "regex_search": "The first place that the pattern fits; its first group, where there is one.",
    "regex_findall": "All places that the pattern fits.",
    "regex_replace": "Each place that the pattern fits as the second text.",
    "bool": "True or false, out of yes, no, on, off, 1, 0.",
    "fromjson": "The value of JSON text.",
    "b64encode": "As base64.",
    "b64decode": "The text in base64.",
    "sha256": "The hash of its bytes.",
    "urlencode": "For a part of a URL.",
    "quote": "As a person may paste it into a shell.",
    "plus": "A time so much later.",
    "minus": "A time so much earlier.",
    "until": "The seconds to another time.",
    "format_time": "A time as text, such as `%d %b %Y`.",
    "epoch": "The seconds since 1970.",
    "from_epoch": "The time so many seconds after 1970.",
    "seconds": "The seconds of a duration.",
    "duration": "Seconds as a duration for people.",
    "bytes": "The bytes of a size, such as `10GiB`.",
    "human_bytes": "Bytes as a size for people.",
}
"""What each filter gives."""

TESTS: Mapping[str, str] = {
    "defined": "True when the value is there.",
    "none": "True when the value is nothing.",
    "empty": "True of nothing, white space, a list or mapping without items.",
    "text": "True of text.",
    "number": "True of a number.",
    "integer": "True of a whole number.",
    "boolean": "True of true and false.",
    "list": "True of a list.",
    "mapping": "True of a mapping.",
    "startswith": "True of text that begins so.",
    "endswith": "True of text that ends so.",
    "matches": "True of text that the pattern fits as a whole.",
    "match": "True of text whose beginning the pattern fits.",
    "search": "True of text with a place that the pattern fits.",
    "version": "True of a version that compares so, such as `version('>= 5.4')`.",
    "ipaddress": "True of an address.",
    "ipv4": "True of an address of IPv4.",
    "ipv6": "True of an address of IPv6.",
    "network": "True of a network with its length.",
    "in_network": "True of an address inside of that network.",
    "time": "True of a time or a date.",
    "before": "True of a time before that one.",
    "after": "True of a time after that one.",
}
"""What each test behind `is` asks."""
