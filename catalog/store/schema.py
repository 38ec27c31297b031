"""The tables, as migrations from the first day. Singular names, snake_case, integer keys inside, text keys outside.

Every foreign key has an index. Times are UTC, `YYYY-MM-DDTHH:MM:SSZ`. Text of a record is stored once: in `version`.
"""

from typing import Any

from sqlite_utils import Database, Migrations

from catalog.store import measure_schema
from catalog.store.facets import refresh_facets
from catalog.store.search_schema import SEARCH

MIGRATIONS = Migrations("bestand")

_FIRST = """
create table municipality (
    ags text primary key, ars text, name text not null, state text, type text, district text, association text,
    population integer, population_date text, area real, lat real, lon real, size_class integer
);
create index municipality_state on municipality(state);

create table portal (
    id integer primary key, key text not null unique, url text not null, title text not null default '',
    kind text not null default '', api_url text not null default '', ags text references municipality(ags),
    robots text not null default 'api', opted_out integer not null default 0, settings text not null default '{}',
    catalogue text, metadata_license text not null default '', publisher text not null default '',
    last_run integer references run(id), last_outcome text not null default '',
    last_complete_run integer references run(id), last_complete_at text
);
create index portal_ags on portal(ags);
create index portal_last_run on portal(last_run);
create index portal_last_complete_run on portal(last_complete_run);

create table portal_part (
    portal integer not null references portal(id), part text not null, ags text not null,
    primary key (portal, part)
) without rowid;
create index portal_part_ags on portal_part(ags);

create table run (
    id integer primary key, started text not null, ended text, version text not null,
    command text not null default 'crawl', options text not null default '{}', state text not null default 'running'
);

create table portal_run (
    id integer primary key, run integer not null references run(id), portal integer not null references portal(id),
    started text not null, ended text, outcome text, note text not null default '',
    requests integer not null default 0, bytes integer not null default 0, seconds real not null default 0,
    claimed integer, delivered integer not null default 0, rejected integer not null default 0,
    repeated integer not null default 0, added integer not null default 0, changed integer not null default 0,
    unchanged integer not null default 0, returned integer not null default 0, gone integer not null default 0,
    missing integer not null default 0,
    skipped text not null default '{}', failures text not null default '{}', faults text not null default '{}',
    unique (run, portal)
);
create index portal_run_portal on portal_run(portal);

create table evidence (
    id integer primary key, portal_run integer not null references portal_run(id), at text not null,
    url text not null, status integer not null, verdict text not null, proof text not null
);
create index evidence_portal_run on evidence(portal_run);

create table payload (
    id integer primary key, portal_run integer not null references portal_run(id), call text not null,
    step text not null, url text not null, status integer not null, headers text not null, sha256 text not null,
    size integer not null, at text not null, unique (portal_run, call)
);
create index payload_sha256 on payload(sha256);

create table agent (id integer primary key, name text not null unique);

create table dataset (
    id integer primary key, key text not null unique, portal integer not null references portal(id),
    identifier text not null, iri text not null default '', class text not null, type text not null default '',
    title text not null default '', publisher integer references agent(id), contact text not null default '',
    issued text, modified text, temporal_start text, temporal_end text,
    license text not null default '', access_rights text not null default '', frequency text not null default '',
    language text not null default '', landing_page text not null default '', spatial text not null default '',
    west real, south real, east real, north real,
    distributions integer not null default 0, errors integer not null default 0, warnings integer not null default 0,
    ags text references municipality(ags),
    version integer, raw_digest blob not null, reader integer not null,
    first_seen integer not null references run(id), changed_run integer not null references run(id),
    gone_run integer references run(id), gone_at text,
    unique (portal, identifier)
);
create index dataset_publisher on dataset(publisher);
create index dataset_ags on dataset(ags);
create index dataset_first_seen on dataset(first_seen);
create index dataset_changed_run on dataset(changed_run);
create index dataset_gone_run on dataset(gone_run);
create index dataset_iri on dataset(iri);

create table distribution (
    id integer primary key, dataset integer not null references dataset(id), iri text not null default '',
    title text not null default '', access_url text not null default '', download_url text not null default '',
    format text not null default '', media_type text not null default '', license text not null default '',
    byte_size integer, modified text
);
create index distribution_dataset on distribution(dataset);

create table dataset_theme (
    dataset integer not null references dataset(id), theme text not null, primary key (dataset, theme)
) without rowid;
create index dataset_theme_theme on dataset_theme(theme);

create table keyword (id integer primary key, name text not null unique);
create table dataset_keyword (
    dataset integer not null references dataset(id), keyword integer not null references keyword(id),
    primary key (dataset, keyword)
) without rowid;
create index dataset_keyword_keyword on dataset_keyword(keyword);

create table version (
    id integer primary key, dataset integer not null references dataset(id),
    run integer not null references run(id), event text not null, digest blob, record text
);
create index version_dataset on version(dataset);
create index version_run on version(run);

create table finding_kind (
    id integer primary key, slug text not null unique, class text not null, property text not null,
    problem text not null, severity text not null, dcat_ap text not null, dcat_ap_de text not null,
    hvd text not null, what_de text not null, what_en text not null, fix_de text not null, fix_en text not null
);
create table finding (
    dataset integer not null references dataset(id), kind integer not null references finding_kind(id),
    count integer not null, primary key (dataset, kind)
) without rowid;
create index finding_kind_index on finding(kind);

create table link (
    id integer primary key, url text not null unique, state text not null default 'not_checked', status integer,
    content_type text not null default '', size integer, checked_at text, next_check text
);

create table sighting (
    dataset integer not null references dataset(id), canonical integer not null references dataset(id),
    reason text not null, primary key (dataset, canonical)
) without rowid;
create index sighting_canonical on sighting(canonical);

create table score (
    dataset integer not null references dataset(id), run integer not null references run(id),
    method text not null, points integer not null, possible integer not null, primary key (dataset, run)
) without rowid;
create index score_run on score(run);

create table dataset_model (
    dataset integer not null references dataset(id), model text not null, evidence text not null,
    certainty real not null, primary key (dataset, model)
) without rowid;
create index dataset_model_model on dataset_model(model);

create table stocktaking (
    ags text not null references municipality(ags), run integer not null references run(id), state text not null,
    level integer, dimensions text not null default '{}', method text not null, primary key (ags, run)
) without rowid;
create index stocktaking_run on stocktaking(run);

create table unread (
    portal integer not null references portal(id), key text not null, count integer not null,
    first_run integer not null references run(id), last_run integer not null references run(id),
    primary key (portal, key)
) without rowid;
create index unread_first_run on unread(first_run);
create index unread_last_run on unread(last_run);

create table rejected (
    id integer primary key, portal_run integer not null references portal_run(id),
    identifier text not null, raw text not null, error text not null, digest blob, unique (portal_run, digest)
);

create table stat_portal (
    portal integer primary key references portal(id), datasets integer not null, gone integer not null,
    distributions integer not null, errors integer not null, warnings integer not null,
    without_error integer not null, open integer not null
);
create table stat_theme (
    portal integer not null references portal(id), theme text not null, datasets integer not null,
    primary key (portal, theme)
) without rowid;
create table stat_format (
    portal integer not null references portal(id), format text not null, distributions integer not null,
    datasets integer not null, primary key (portal, format)
) without rowid;
create table stat_license (
    portal integer not null references portal(id), license text not null, datasets integer not null,
    primary key (portal, license)
) without rowid;
create table stat_finding (
    portal integer not null references portal(id), kind integer not null references finding_kind(id),
    datasets integer not null, count integer not null, primary key (portal, kind)
) without rowid;
create index stat_finding_kind on stat_finding(kind);

create virtual table dataset_fts using fts5(
    title, text, content='', tokenize='unicode61 remove_diacritics 2'
);

create view dataset_record as
    select dataset.id, dataset.key, dataset.title, version.record
    from dataset join version on version.id = dataset.version;
"""


_DISCOVERY = """
alter table municipality add column homepage text;

create table discovery (
    id integer primary key, ags text not null references municipality(ags), run integer not null references run(id),
    at text not null, step text not null, url text not null, status integer not null, verdict text not null,
    proof text not null, certainty integer not null default 0
);
create index discovery_ags on discovery(ags);
create index discovery_run on discovery(run);

create table homepage (
    ags text primary key references municipality(ags), run integer not null references run(id), at text not null,
    state text not null, url text not null default '', certainty integer not null default 0,
    note text not null default '', due text not null
) without rowid;
create index homepage_run on homepage(run);
create index homepage_due on homepage(due);

create table offer (
    ags text not null references municipality(ags), url text not null, run integer not null references run(id),
    kind text not null, relation text not null, title text not null default '', found_on text not null,
    certainty integer not null default 0, primary key (ags, url)
) without rowid;
create index offer_run on offer(run);
create index offer_url on offer(url);
"""

_PARTS = """
alter table portal_part add column ars text not null default '';
alter table portal_part add column level text not null default '';
alter table portal_part add column name text not null default '';
alter table portal_part add column certainty integer not null default 0;
alter table portal_part add column source text not null default '';
create index portal_part_ars on portal_part(ars);
"""


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    """The tables of the first release."""
    _run(db, _FIRST)


@MIGRATIONS()
def m002_discovery(db: Database) -> None:
    """What looking for home pages found, step by step: evidence, the home page of a municipality, what it offers."""
    _run(db, _DISCOVERY)


@MIGRATIONS()
def m003_bodies_of_parts(db: Database) -> None:
    """Parts of associations and districts, which have a regional key but no municipality's; what the part is called."""
    _run(db, _PARTS)


@MIGRATIONS()
def m004_register(db: Database) -> None:
    """Bodies and former keys of a register; whose a record is, by which method and how certainly."""
    _run(db, measure_schema.REGISTER)


@MIGRATIONS()
def m005_quality(db: Database) -> None:
    """Points of each dataset, portal, municipality and class; what to do next."""
    _run(db, measure_schema.QUALITY)


@MIGRATIONS()
def m006_links(db: Database) -> None:
    """Which datasets use a link; its changes; the limits of each host."""
    _run(db, measure_schema.LINKS)


@MIGRATIONS()
def m007_models(db: Database) -> None:
    """The model datasets, and by which words a record was recognised as one."""
    _run(db, measure_schema.MODELS)


@MIGRATIONS()
def m008_stocktaking(db: Database) -> None:
    """Criteria, shares and milestones."""
    _run(db, measure_schema.STOCKTAKING)


@MIGRATIONS()
def m009_relations(db: Database) -> None:
    """The same dataset in several portals; peers, what is missing, with whom to work together."""
    _run(db, measure_schema.RELATIONS)


@MIGRATIONS()
def m010_spread(db: Database) -> None:
    """Which municipality has which model dataset, and how common each is in a state and size class."""
    _run(db, measure_schema.SPREAD)


@MIGRATIONS()
def m011_search(db: Database) -> None:
    """Narrow facets of what is there, and room for the words of the index."""
    _run(db, SEARCH)
    for (portal,) in db.execute("select id from portal").fetchall():
        refresh_facets(db.conn, portal)


@MIGRATIONS()
def m012_high_value(db: Database) -> None:
    """The records of high-value datasets are found without reading all."""
    _run(db, measure_schema.HIGH_VALUE)


def _run(db: Database, script: str) -> None:
    for statement in _statements(script):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """The statements of a script one by one: `executescript` would commit the migration's transaction."""
    return [part.strip() for part in script.split(";\n") if part.strip()]


def newest() -> set[str]:
    """The names of all migrations that this program knows."""
    known: list[Any] = MIGRATIONS._migrations
    return {item.name for item in known}
