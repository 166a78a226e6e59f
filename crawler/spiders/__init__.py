"""DISCOVER: the Scrapy spiders that walk a portal, and the loader that makes districts spider names."""
