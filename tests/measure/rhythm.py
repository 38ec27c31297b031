"""The rhythm of records as the SQL of the measurement judges it."""

import sqlite3
from datetime import date

from catalog.measure.stocktaking.figures import HAS_RHYTHM, IS_IN_TIME, lists


def in_time(frequency: str, day: str, as_of: date) -> bool | None:
    """Whether a record last changed on this day is in time; None where there is no rhythm to keep or no day."""
    sql = (
        f"select case when {HAS_RHYTHM} then {IS_IN_TIME} end"
        " from (select :frequency as frequency, :day as modified, null as issued)"
    )
    given = {"frequency": frequency, "day": day, "as_of": as_of.isoformat(), "periods": lists()["periods"]}
    conn = sqlite3.connect(":memory:")
    (found,) = conn.execute(sql, given).fetchone()
    conn.close()
    return None if found is None else bool(found)
