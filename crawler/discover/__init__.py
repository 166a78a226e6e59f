"""DISCOVER: pure functions from pages and addresses to URLs. No requests, no database."""
