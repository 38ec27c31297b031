"""The publication: exports, feeds, the description of the tables, and the site."""
