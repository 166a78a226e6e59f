"""A night of many districts: worker processes, their bounds, the summary, alerts, metrics and logs."""
