"""READ: where the article of a page stands, and what each of its blocks is."""
