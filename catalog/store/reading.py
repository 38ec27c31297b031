"""The SELECTs that several readers of the catalogue share. All parameters are named."""

TABLES = frozenset(
    {"portal", "run", "portal_run", "dataset", "distribution", "version", "finding", "dataset_fts"}
)
"""Tables by which one recognises a catalogue."""

WEBSITE = "website"
"""The type of a dataset that was found on a web page: no catalogue lists it."""

STATE = """
select coalesce((select max(id) from version), 0) as version, coalesce((select max(id) from run), 0) as run,
       (select coalesce(ended, started) from run order by id desc limit 1) as at
"""
"""What changes with every change of the catalogue."""

RECORD = (
    "select version.record from dataset join version on version.id = dataset.version where dataset.key = :key"
)
