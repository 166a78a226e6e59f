"""KEEP: what a crawl, a recovery or a replay asks of the archive and writes into it."""
