"""COVERAGE: how complete the archive is, portal by month, and how well its articles read."""
