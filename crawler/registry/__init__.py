"""Readers of registries: lists of portals and of the parts of shared portals, in the forms in which others keep them."""
