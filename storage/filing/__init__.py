"""FILES: the rows of files that articles link to or show, from the link to the kept versions."""
