"""Fetching: Scrapy, politeness, detection, runs and outcomes. The only room that opens a connection to a portal."""
