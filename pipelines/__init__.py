"""Reads pages: one stage a file, a pure function and its thin Scrapy item pipeline; the rooms below help."""
