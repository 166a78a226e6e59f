"""Looks at a new portal and proposes its registry entry (`huyen districts probe`)."""
