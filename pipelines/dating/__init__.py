"""DATE: the evidence of a page, and one printed line: find, judge, resolve."""
