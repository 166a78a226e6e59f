"""READ: where the article is on a page, and what each of its blocks is."""
