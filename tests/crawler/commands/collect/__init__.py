"""The commands that collect."""
