"""The commands of `bestand`, by what one does with them; each a few lines that call a room."""
