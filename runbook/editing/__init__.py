"""What an editor is told about the files of a project: from text and cursor to an answer.

Rule 1: nothing here knows of a protocol, a disk or a clock: texts come in, values go out.
Rule 2: a text that is just being typed is broken most of the time; what can be told of it is told.
Rule 3: nothing a file says is ever carried out.
"""
