"""What pages are made of: their language, the passages of a search, charts."""
