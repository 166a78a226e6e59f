"""DATE: the evidence on a page, and single date lines: find, judge, resolve."""
