"""The status page: its figures, and the one HTML file built from the parts in this folder."""
