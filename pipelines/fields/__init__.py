"""What an article has beside its text: author, category, tags, pictures, files; read from tree and roles."""
