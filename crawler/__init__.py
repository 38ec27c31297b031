"""Acquisition: how portals speak, what payloads say, how they are fetched politely."""
