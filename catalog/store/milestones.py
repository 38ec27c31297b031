"""Freezing the newest stocktaking under a name: copies that nothing else ever writes to."""

from __future__ import annotations

from catalog.store.database import StoreError
from catalog.store.store import Store

_TOWNS = """
insert into milestone_municipality (milestone, ags, state, level, dimensions, criteria)
select :name, ags, state, level, dimensions,
    (select coalesce(json_group_object(slug, json_array(value, threshold, passed)), '{}') from criterion
     where criterion.ags = stocktaking.ags and criterion.run = stocktaking.run)
from stocktaking where run = (select max(run) from stocktaking as later where later.ags = stocktaking.ags)
"""
_SHARES = """
insert into milestone_share (milestone, measure, scope, key, municipalities, yes, no, unknown, lower, upper, low95, high95)
select :name, measure, scope, key, municipalities, yes, no, unknown, lower, upper, low95, high95 from share where run = :run
"""


def freeze(store: Store, name: str, as_of: str, method: str) -> None:
    """Copy the newest state of every municipality and the newest shares. Raises StoreError: nothing measured; name taken."""
    run = store.conn.execute("select max(run) from share").fetchone()[0]
    if run is None:
        raise StoreError("Nothing was measured yet: `bestand measure` comes first.")
    if store.conn.execute("select 1 from milestone where name = ?", (name,)).fetchone():
        raise StoreError(f"There is a milestone {name} already; milestones never change.")
    given = {"name": name, "run": run, "as_of": as_of, "method": method, "made_at": store.now()}
    with store.db.atomic():
        store.conn.execute(
            "insert into milestone (name, as_of, run, method, made_at) values (:name, :as_of, :run, :method, :made_at)",
            given,
        )
        store.conn.execute(_TOWNS, given)
        store.conn.execute(_SHARES, given)
