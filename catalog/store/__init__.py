"""SQLite: migrations, writing a crawl, history, reading. The only room that creates, inserts and updates."""
