"""Charts as SVG, for the pages of `huyen serve` and for files; each with the table behind it."""
