"""The door for editors: the Language Server Protocol over what `runbook.editing` answers."""
