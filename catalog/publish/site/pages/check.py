"""Check a file before it is published: findings, points and SHACL results; nothing is stored."""

from __future__ import annotations

from typing import Any

from datasette import Response

from catalog.measure.metrics import METRICS
from catalog.publish.site import checking, form
from catalog.publish.site.checking import Refused
from catalog.publish.site.visit import Visit
from catalog.record.kinds import PROFILES

SHACL = 100
"""Records that pyshacl looks at: it takes hundredths of a second for each."""
SHOWN = 200


async def show(datasette: Any, request: Any) -> Response:
    """The form, and for what it sends the report."""
    visit = Visit(datasette, request)
    found: dict[str, Any] | None = None
    refused: Refused | None = None
    profile, name = PROFILES[0], ""
    if request.method == "POST":
        try:
            sent = await checking.uploaded(visit)
            profile = sent.fields.get("profile", profile)
            profile, name = profile if profile in PROFILES else PROFILES[0], sent.name
            found = await checking.judged(visit, sent, profile, SHACL)
        except Refused as error:
            refused = error
    context = {
        "found": found, "profile": profile, "profiles": PROFILES, "name": name, "metrics": METRICS,
        "longest": form.LONGEST, "seconds": checking.SECONDS, "shown": SHOWN,
    }  # fmt: skip
    return await checking.answer(visit, "check", context, refused)
