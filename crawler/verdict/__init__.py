"""What the counts of a run mean: pure rules over a tally and the portal's past. No Scrapy, no SQL."""
