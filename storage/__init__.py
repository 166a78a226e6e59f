"""Keeps and serves: WARC files, the database, search, export. Knows neither HTML nor Scrapy."""
