"""Raw text → values: pure functions that take any text and never raise; what they do not know they say so."""
