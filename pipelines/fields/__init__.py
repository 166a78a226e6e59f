"""READ: what an article has beside its text: author, category, tags, pictures, files."""
