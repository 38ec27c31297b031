"""Every word of the site in German and English, one table. A message with `|` has a singular and a plural."""

from catalog.publish.site.messages import general, services, stock

LANGUAGES = ("de", "en")

MESSAGES: dict[str, tuple[str, str]] = {**general.MESSAGES, **stock.MESSAGES, **services.MESSAGES}
"""Message → German, English. No message stands in two of the parts (a test compares)."""
