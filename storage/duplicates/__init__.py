"""DEDUPLICATE: articles that tell one story, found and linked, never merged."""
