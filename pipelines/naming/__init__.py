"""NAMING: the communes and the documents that a text names."""
