"""The only hands: what writes the journal, carries programs out, and touches disk and clock."""
