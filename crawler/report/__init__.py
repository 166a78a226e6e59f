"""The status page: its figures, and the one HTML file made of them from the parts beside."""
