"""The words of the measurement: municipalities, levels, criteria, next steps, peers, models."""

# fmt: off
MESSAGES: dict[str, tuple[str, str]] = {
}
# fmt: on
