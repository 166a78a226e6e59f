"""The commands, one module each: take options, call other rooms, print, return an exit status."""
