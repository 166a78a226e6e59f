"""Crawls district portals: what is crawled, the walk, the fetch, the night; and the command line."""
