"""HOLDINGS: what other archives are known to hold of a portal, and what became of each capture."""
