"""RESCUE: lists and fetches captures of other archives, and keeps them as a crawl keeps its own."""
