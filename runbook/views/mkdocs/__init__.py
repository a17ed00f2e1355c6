"""The pages of a project as a source of MkDocs: the same Markdown in the words of Python-Markdown, and its settings."""
