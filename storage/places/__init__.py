"""PLACES: provinces, districts and communes from 2004 to 2026, and what became of each."""
