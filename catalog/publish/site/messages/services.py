"""The words of what the site offers beside pages: method, downloads, checks, inventory, legal pages, feeds."""

# fmt: off
MESSAGES: dict[str, tuple[str, str]] = {
}
# fmt: on
