"""Commands on the files that articles link to: list, fetch, get, estimate."""
