"""SEARCH: what a query, a name or a filter means, as a condition of the database. Only reads."""
