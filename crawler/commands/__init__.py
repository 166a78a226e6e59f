"""The commands, one module each: options in, the work of other rooms, words and an exit status out."""
