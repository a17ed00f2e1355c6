"""Programs and files on other machines, by SSH: who is reached and how, what is sent, and what does the work.

Rule 1: what is asked of a host is checked here before anything is connected; nothing that a value holds is an option.
Rule 2: a host whose key is not known, or not the known one, is never spoken to. Nothing turns that off.
Rule 3: a script is sent to `sh -s` through its input; no value is ever part of what the remote system is asked to run.
"""
