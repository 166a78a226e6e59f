"""Crawls district portals: the registry, the walk, the fetch, the night, and the command line."""
