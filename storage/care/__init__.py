"""CARE: the archive checked against its evidence, the database looked after, a copy made."""
