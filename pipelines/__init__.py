"""Reads pages: one stage per file, each a pure function and a thin Scrapy item pipeline."""
