"""READ: what stands byte for byte on the pages of a portal is cut before they are parsed, and read once."""
