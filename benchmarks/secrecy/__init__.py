"""The proof that nothing of a secret is left behind: many of every shape, printed in every way, sought everywhere."""
