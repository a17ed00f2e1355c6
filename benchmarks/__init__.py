"""What runbook costs, as ratios to a floor measured beside it in the same run."""
