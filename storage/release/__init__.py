"""RELEASE: the archive as a dataset that can be cited, in a folder that describes and proves itself."""
