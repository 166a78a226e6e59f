"""RUNS: their history, what it says about a portal, and the locks that keep crawls of a portal apart."""
