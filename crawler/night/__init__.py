"""A night of many districts: worker processes, limits, summary, alerts, metrics and logs."""
