"""What benchmarks/chaos.py serves: portals of a few articles, and what goes wrong with them on one night."""
