"""What the counts of a run mean: pure rules over a tally and the past of the portal. No Scrapy, no SQL."""
