"""SERVE: figures, versions, stories, citations, what pages show. Only reads."""
