"""READ: what stands byte for byte on the pages of a portal; learned once, then cut before they are parsed."""
