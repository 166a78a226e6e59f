"""RUNS: their history, what it says of a portal, and the locks that keep two crawls of a portal apart."""
