"""DISCOVER: pure functions that find URLs in pages and addresses. No requests, no database."""
