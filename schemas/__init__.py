"""Data that the standards and the world fix, read as package data."""
