"""Web archive packages (WACZ 1.1.1), read and written. Knows no database."""
