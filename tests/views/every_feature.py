"""Processes with everything in them that a page says something about, in words that nobody takes for ours.

Whatever an author writes is in Greek, or a name with a digit in it.
"""

from __future__ import annotations

# ruff: noqa: E501  # a step of a definition is easier to read on one line

FIRST = """\
runbook: 1
title: Πρώτη
summary: Σύνοψη
description: Περιγραφή
owner: ομάδα
tags: [ετικέτα]
practice: change-enablement
change: normal
mode: strict
authority: r1
review: {every: 90d, last: 2026-10-01}
use_when: [Πότε]
prerequisites: [Πριν]
hazards: [Φωτιά, {text: Νερό, step: s1}]
references: [{title: Πηγή, url: "https://127.0.0.1/"}]
concurrency: "κλειδί"
roles:
  r1: {summary: Κάνει, team: t1}
  r2: {summary: Βλέπει, people: [π1, π2], not: r1}
  r3: {summary: Λέει, not: [r1, r2]}
inputs:
  i1: {type: string, title: Είσοδος, pattern: '^[0-9]+$', minLength: 1, maxLength: 9}
  i2: {type: integer, minimum: 1, maximum: 9, default: 2}
  i3: {type: number, minimum: 1}
  i4: {type: number, maximum: 1}
  i5: {type: boolean, default: true}
  i6: {type: array, items: {type: string}}
  i7: {type: object}
  i8: {enum: [μπλε, κόκκινο]}
  i9: {title: Κάτι}
checks:
  - {id: c1, title: Έλεγχος, command: [x1]}
  - {id: c2, title: Έλεγχος, critical: false, shell: x1}
steps:
  - id: s1
    title: Βήμα
    role: r1
    when: inputs.i2 > 1
    why: Επειδή
    warning: Προσοχή
    caution: Σιγά
    note: Σημείωση
    timeout: 90m
    grace: 2.5s
    max_passes: 1
    shell: {run: "x1 {{ inputs.i9 }}", cwd: "φ1", env: {E1: "α"}}
    manual: Με το χέρι
    retry: {attempts: 3, delay: 5s, backoff: 2, on_exit: [1, 2], before: [{id: b1, title: Πάλι, shell: x1}]}
    expect:
      exit_code: [0, 3]
      contains: [α]
      matches: [β]
      json: {α1: 1}
      limits: {o1: {min: 1, max: 2}, o2: {min: 1}, o3: {max: 2}}
      that: "exit_code < 9"
    outputs:
      o1: {regex: '([0-9]+)', type: integer}
      o2: {json: α1, type: integer}
      o3: {type: integer}
    evidence:
      e2: {title: Ήχος, from: file, path: φ2, types: [audio/*, video/*], required: false}
      e3: {title: Έξοδος, from: stdout}
      e4: {title: Αρχείο, from: file, path: φ1}
    due: {after: 26h, offer_to: r2, do: [{id: d1, title: Αργά, manual: Αργά}]}
    on_failure: [{id: f1, title: Αλλιώς, shell: x1}, {id: f2, title: Αλλιώς, shell: x1}]
    on_cancel: [{id: x1, title: Τέλος, shell: x1}]
    undo: {shell: x2}
  - {id: s2, title: Βήμα, shell: x1, retry: {attempts: 2}, on_failure: {goto: s1}}
  - {id: s3, title: Βήμα, shell: x1, idempotent: true, retry: {attempts: 2, delay: 1m}, on_failure: continue}
  - {id: s4, title: Βήμα, shell: x1, critical: false, on_failure: {do: [{id: f4, title: Αλλιώς, shell: x1}], then: continue}}
  - {id: s5, title: Βήμα, shell: x1, on_failure: undo, undo: {shell: x1}, outputs: {o5: {from: file, path: φ1}}}
  - {id: s6, title: Βήμα, shell: x1, due: 1m, critical: false, on_failure: stop, on_cancel: [{id: x6, title: Τ, shell: x1}],
     outputs: {o6: {from: file, path: φ1, json: α1}, o7: {keep: evidence}}}
  - id: s7
    title: Φόρμα
    role: r1
    verifier: r2
    signed: true
    evidence:
      e1: {title: Φωτογραφία, types: [image/*, text/*], max_size: 1.5MB}
      e5: {title: Φωτογραφία, max_size: 7B, required: false}
    irreversible: true
    manual:
      text: Κείμενο
      fields:
        n1: {title: Α, type: number, unit: Ω, min: 1, max: 2}
        n2: {title: Α, type: integer, min: 1}
        n3: {title: Α, type: number, max: 1, required: false}
        n4: {title: Α, type: boolean, default: true}
        n5: {title: Α, type: date}
        n6: {title: Α, type: choice, options: [μπλε, κόκκινο]}
        n7: {title: Α, type: reading, unit: Ω, nominal: 5, tolerance: 10%}
        n8: {title: Α, type: file, types: [image/*], max_size: 5MB}
        n9: {title: Α, type: signature}
        n10: {title: Α, pattern: '[0-9]+'}
        n11: {title: Α, type: reading, unit: Ω, required: false}
    outputs: {o8: {field: n1}}
  - id: s8
    title: Ναι
    approval: {roles: [r2, r3], quorum: 2, text: Λοιπόν, not: starter, deadline: 4h, expires: 1d, covers: [s1]}
  - id: s9
    title: Πού
    decision:
      question: Πού
      options: [{id: w1, title: Εδώ}, {id: w2, title: Εκεί, goto: s11}, {id: w3, title: Σήμα, signal: g1, goto: s12}, {id: w4, title: Ώρα, after: 2h}]
  - {id: s10, title: Πολλά, needs: [s9], decision: {choose: several, options: [{id: w1, title: Α, when: inputs.i2 > 1}, {id: w2, title: Β}]}}
  - {id: s11, title: Α, needs: [s9, s10], join: any, cancels: [s12], end: succeeded}
  - {id: s12, title: Α, needs: [s9, s10, s8], join: {count: 2, rest: cancel}, cancels: [s13, s14], end: {as: failed, reason: Λόγος}}
  - {id: s13, title: Α, needs: [s12], before: [s14], manual: Α}
  - {id: s14, title: Α, needs: [], before: [s15], ask: Α}
  - {id: s15, title: Α, needs: [s13], process: {use: w1/b2, with: {i1: "α"}}}
  - {id: s16, title: Α, process: {use: w1/b2, with: {i1: "α"}, detach: true}}
on_failure: [{id: e1, title: Α, shell: x1}]
on_cancel: [{id: e2, title: Α, shell: x1}]
finally: [{id: e3, title: Α, manual: Α}]
outputs: {o1: α}
"""
"""Steps with all there is to say of one; its ways, its ends."""

SECOND = """\
runbook: 1
title: Δεύτερη
roles: {r1: {people: [p1, p2]}, r2: {people: [p3, p4]}}
inputs: {i1: {type: array, items: {type: integer}}}
concurrency: {key: κλειδί, limit: 2}
steps:
  - {id: a1, title: Α, foreach: {items: "{{ inputs.i1 }}", as: k1, max_parallel: 3, count: 2, rest: cancel, max_failures: 1}, shell: "x1 {{ k1 }}"}
  - {id: a2, title: Α, foreach: {items: [1, 2], batch: 2, pause: 1m, max_failures: 2}, command: [x1, "{{ item }}"]}
  - {id: a3, title: Α, foreach: {items: [1, 2, 3, 4, 5, 6, 7], batch: 2, max_parallel: 1, count: 1, rest: cancel}, command: [x1, "{{ item }}"]}
  - {id: a4, title: Α, foreach: {items: [1, 2], count: 1}, command: [x1, "{{ item }}"]}
  - {id: a5, title: Α, foreach: {items: [1, 2, 3], count: 2}, command: [x1, "{{ item }}"]}
  - {id: a6, title: Α, repeat: {until: last.o1 > 1, every: 5s, at_most: 2}, shell: x1, outputs: {o1: {json: a1, type: integer}}}
  - {id: a7, title: Α, repeat: {until: last.o1 > 1, at_most: 5}, shell: x1, outputs: {o1: {json: a1, type: integer}}}
  - {id: a8, title: Α, repeat: {while: turn < 2, every: 5s, at_most: 1}, shell: x1}
  - {id: a9, title: Α, repeat: {while: turn < 2, at_most: 3}, shell: x1}
  - id: a10
    title: Α
    on_failure: undo
    section: {order: any, steps: [{id: a11, title: Α, manual: Α, undo: Α}, {id: a12, title: Α, manual: Α}]}
  - id: a13
    title: Α
    shell: x1
    outputs:
      o1: {table: {column: Στήλη, where: {Γραμμή: "1", Άλλη: "2"}}}
      o2: {table: {column: Στήλη, row: first}}
      o3: {table: {column: Στήλη, row: last}}
      o4: {table: {where: {Γραμμή: "1"}}}
      o5: {table: {row: first}}
      o6: {table: {row: last}}
  - {id: a14, title: Α, approval: {roles: [r1, r2], order: sequential, quorum: all, not: [implementer, author]}}
  - {id: a15, title: Α, approval: {role: r1, quorum: 50%, deadline: 90s, on_timeout: escalate, escalate_to: r2}}
  - {id: a16, title: Α, approval: {role: r1, emergency: {role: r2, within: 1h}}}
  - {id: a17, title: Α, wait: 10m}
  - {id: a18, title: Α, wait: {until: "2026-11-22T09:00:00Z"}}
  - {id: a19, title: Α, wait: {signal: g1}}
  - {id: a20, title: Α, wait: {signal: g2, kept: false}}
  - {id: a21, title: Α, set: {values: {k1: α}}}
  - {id: a22, title: Α, verify: {shell: x1, every: 5s, within: 1m}}
  - {id: a23, title: Α, ansible: {playbook: p1.yml, inventory: i1, limit: h1, vars: {k1: α}}}
  - id: a24
    title: Α
    http:
      method: POST
      url: https://127.0.0.1/
      headers: {K1: α}
      query: {k1: α}
      form: {k1: α}
      auth: {user: u1, password: p1}
      proxy: http://127.0.0.1:1
      save: φ1
      expect: {status: [200, 201]}
  - {id: a25, title: Α, http: {method: PUT, url: "https://127.0.0.1/", body: α}}
  - {id: a26, title: Α, notify: {channels: {k1: "json://127.0.0.1"}, title: Α, text: Α}}
  - {id: a27, title: Α, python: {call: "m1:f1", args: {k1: α}}}
  - {id: a28, title: Α, sql: {sqlite: φ1, query: "select :k1", params: {k1: α}}}
  - {id: a29, title: Α, sql: {postgresql: {host: h1, database: d1}, query: "1"}}
  - {id: a30, title: Α, sql: {postgresql: {user: u1}, query: "1"}}
  - id: a31
    title: Α
    ssh:
      hosts: [h1]
      via: [h2]
      user: u1
      upload: [{from: φ1, to: φ2}]
      download: [{from: φ1, to: "φ2-{{ host }}"}]
      cwd: φ1
      env: {E1: α}
      run: x1
  - {id: a32, title: Α, ssh: {hosts: {group: g1}, run: x1}}
  - {id: a33, title: Α, command: {argv: [x1], stdin: α}}
  - {id: a34, title: Α, concurrency: k1, section: {steps: [{id: a35, title: Α, manual: Α}]}}
"""
"""Steps that are done many times, and every kind of step."""

THIRD = """\
runbook: 1
title: Τρίτη
steps:
  - {id: a1, title: Α, shell: x1, evidence: {e1: {title: Α, from: stdout, max_size: 1B}}, outputs: {o1: {type: integer}}}
  - {id: a2, title: Α, shell: x1, on_failure: continue, critical: false}
  - {id: a3, title: Α, shell: "x1 {{ steps.a1.outputs.o1 }}", on_failure: {goto: a5}}
  - {id: a4, title: Α, needs: [], manual: Α, before: [a6, a7]}
  - {id: a5, title: Α, needs: [a3], process: {use: w1/e5}}
  - {id: a6, title: Α, needs: [a5, a2], join: any, manual: Α}
  - {id: a7, title: Α, needs: [a6], http: {url: "https://127.0.0.1/", method: POST, files: {k1: φ1}, auth: {bearer: α}}}
  - {id: a8, title: Α, decision: {options: [{id: w1, title: Α}, {id: w2, title: Α}]}}
on_failure: {do: [{id: f1, title: Α, shell: x1}], then: undo}
"""

FOURTH = """\
runbook: 1
title: Τέταρτη
on_failure: undo
steps:
  - {id: a1, title: Α, shell: x1, idempotent: true}
"""

MANY = """\
runbook: 1
title: Πολλά
steps:
""" + "".join(
    f"  - {{id: m{number}, title: Α, foreach: {{items: [{', '.join(map(str, range(20)))}], max_parallel: {number}}}, shell: 'x1 {{{{ item }}}}'}}\n"
    for number in range(2, 14)
)

GROUP = """\
title: Ομάδα
summary: Σύνοψη
owner: ομάδα
scope: {in: [Αυτό], out: [Εκείνο]}
"""

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Όλα\nsummary: Σύνοψη\n",
    "operations/hosts.yaml": "hosts: {h1: {}, h2: {}}\ngroups: {g1: [h1]}\n",
    "processes/w1/group.yaml": GROUP,
    "processes/w1/a1.yaml": FIRST,
    "processes/w1/b2.yaml": "{runbook: 1, title: Β, summary: Σ, inputs: {i1: {type: string}}, steps: [{id: a1, title: Α, manual: Α}]}",
    "processes/w1/c3.yaml": SECOND,
    "processes/w1/d4.yaml": THIRD,
    "processes/w1/e5.yaml": FOURTH,
    "processes/w1/f6.yaml": MANY,
    "processes/w1/g7.yaml": "{runbook: 1, title: Γ}",
}
"""The files of a project of them, by their paths."""
