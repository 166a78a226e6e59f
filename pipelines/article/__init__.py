"""READ: what a page is, and what each block of an article is."""
