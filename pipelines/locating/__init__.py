"""READ: where the article of a page is: several witnesses, and one arbiter that says which blocks belong."""
