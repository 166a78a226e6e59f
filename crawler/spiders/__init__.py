"""DISCOVER: the Scrapy spiders that walk a portal, and the loader that makes each district a spider."""
