"""Who has which model dataset, counted by hand in a small world."""

from sqlite_utils import Database

from catalog.measure.models.spread import PUBLISHING, stat_rows, town_rows
from catalog.measure.peers import Exemplar, read_exemplars
from catalog.store.schema import MIGRATIONS


def _world() -> Database:
    """Two towns with playgrounds, one of them twice, once seen in another portal too; a third town with nothing of it."""
    db = Database(memory=True)
    MIGRATIONS.apply(db)
    for ags, state, size in (
        ("99000001", "Musterland", 3),
        ("99000002", "Musterland", 3),
        ("99000003", "Nachbarland", None),
    ):
        db.execute(
            "insert into municipality (ags, name, state, size_class) values (?, ?, ?, ?)",
            [ags, ags, state, size],
        )
    db.execute(
        "insert into portal (id, key, url) values (1, 'a', 'https://a.example'), (2, 'b', 'https://b.example')"
    )
    db.execute("insert into run (id, started, version) values (1, '2026-11-01T00:00:00Z', '1')")
    sets = (
        (1, "99000001", 1),
        (2, "99000001", 1),
        (3, "99000002", 1),
        (4, "99000002", 2),
        (5, "99000003", 1),
    )
    for number, ags, portal in sets:
        db.execute(
            "insert into dataset (id, key, portal, identifier, class, ags, raw_digest, reader, first_seen, changed_run)"
            " values (?, ?, ?, ?, 'Dataset', ?, x'00', 1, 1, 1)", [number, f"k{number}", portal, str(number), ags],
        )  # fmt: skip
    db.execute("insert into sighting values (4, 3, 'url')")
    for number in (1, 2, 3, 4):
        db.execute("insert into dataset_model values (?, 'spielplatz', 'words', 0.9, '')", [number])
    return db


EXEMPLARS = {
    "spielplatz": {
        "99000002": Exemplar("k3", "99000002", 300, True, True, True),
        "99000001": Exemplar("k1", "99000001", 200, False, True, True, 2),
    }
}


def test_each_town_stands_once_with_its_best_dataset_and_their_number() -> None:
    """Of equals the later key; the copy in another portal counts nowhere."""
    db = _world()
    found = read_exemplars(db.conn)
    assert list(town_rows(found)) == [
        ("spielplatz", "99000002", 1, 1, "k3", 0, 0, 0, 1),
        ("spielplatz", "99000001", 2, 2, "k2", 0, 0, 0, 1),
    ]
    assert list(town_rows(EXEMPLARS))[1] == ("spielplatz", "99000001", 2, 2, "k1", 200, 0, 1, 1)
    db.conn.close()


def test_towns_are_counted_by_state_and_size_beside_all_that_publish() -> None:
    db = _world()
    found = list(stat_rows(db.conn, EXEMPLARS, ["99000001", "99000002", "99000003"]))
    assert found == [
        (PUBLISHING, "Musterland", 3, 2),
        (PUBLISHING, "Nachbarland", 0, 1),
        ("spielplatz", "Musterland", 3, 2),
    ]
    db.conn.close()
