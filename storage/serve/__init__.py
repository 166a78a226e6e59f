"""SERVE: what the archive answers: export, search, figures, versions, stories. It only reads."""
