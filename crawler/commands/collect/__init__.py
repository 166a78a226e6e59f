"""Commands that bring pages in or read them: crawl, replay, read, date."""
