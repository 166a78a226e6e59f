"""Articles that a portal spreads over several pages: which pages belong together, and their text in one."""
