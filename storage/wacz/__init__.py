"""Web archive packages (WACZ): unpacked, checked and written. No SQL."""
