"""Captures of other archives: listed, chosen, fetched and kept."""
