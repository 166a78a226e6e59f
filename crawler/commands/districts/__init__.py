"""`huyen districts`: the registry shown, a new portal probed, known ones checked."""
