"""Operations procedures as YAML: checked, run with durable checkpoints, rendered as documentation."""

__version__ = "0.1.0"
