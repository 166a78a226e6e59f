"""`huyen districts probe`: a new portal looked at, and a registry entry proposed for it."""
