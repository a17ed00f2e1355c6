"""The least that any program of this sort has to pay, each as a script of its own."""
