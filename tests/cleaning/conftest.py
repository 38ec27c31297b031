"""The first call of a reader loads its tables, which takes longer than Hypothesis' deadline."""

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
