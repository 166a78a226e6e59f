"""SERVE: export, search, figures, versions, stories. Only reads."""
