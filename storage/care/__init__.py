"""CARE: checks the archive against its evidence, looks after the database, makes copies."""
