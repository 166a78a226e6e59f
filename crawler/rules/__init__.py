"""The rules of a verdict: each a small pure function of tally, past and thresholds, with its reason."""
