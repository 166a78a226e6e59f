"""DEDUPLICATE: finds articles that tell one story and links them. Nothing is merged."""
