"""KEEP: what a crawl, a recovery or a replay reads from the archive and writes to it."""
