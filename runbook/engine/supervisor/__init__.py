"""Carries out the programs of a run, keeps what they said, and outlives the command that asked for them.

It is a process of its own, one for each running engine (`supervision.py` starts it and talks to it). Its modules are
loaded as a package of their own, from the standard library and each other alone, so that it is there within a few
milliseconds. That is also why there are no dataclasses here, nor `json`, `signal`, `re` or `enum`.

Rule 1: a program starts only after its `running` line is on disk, and its result is told only after it is on disk.
Rule 2: a request that did not arrive whole is dropped, so it never ran; one that did is carried out, whoever has died.
Rule 3: nobody is waited for: not a slow reader, not a stray that keeps a pipe open. Only the program's own end counts.
Rule 4: it never forks itself; programs are started by `posix_spawn`, each in a session of its own.
"""
