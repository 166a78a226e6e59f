"""What `benchmarks/nightly.py` needs: the portals and their server, the faults, costs, and the report."""
