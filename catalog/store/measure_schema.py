"""The tables of what is measured: registers, whose a record is, quality, links, model datasets, stocktaking, relations.

What can be computed again is kept in its newest state; what has a history (`score`, `stocktaking`, `criterion`,
`stat_score`) is written only where it changed.
"""

REGISTER = """
alter table municipality add column district_key text;
alter table municipality add column postcode text;
alter table municipality add column country text;
alter table municipality add column unincorporated integer;

create table body (
    key text primary key, kind text not null, name text not null, state text not null default '',
    type text not null default ''
) without rowid;

create table former_key (
    key text primary key, ags text not null, reason text not null, since text not null default ''
) without rowid;
create index former_key_ags on former_key(ags);

alter table portal add column body text not null default '';
alter table portal add column covers text not null default '';

alter table dataset add column attribution text not null default '';
alter table dataset add column certainty integer not null default 0;
alter table dataset add column body text not null default '';

create table attribution_review (
    id integer primary key, portal integer not null references portal(id), publisher text not null,
    reason text not null, candidates text not null default '[]', datasets integer not null,
    unique (portal, publisher)
);

create table measured (
    dataset integer primary key references dataset(id), version integer not null, method text not null
);
create table spoken_place (
    dataset integer primary key references dataset(id), level text not null default '', keys text not null default '',
    publisher text not null default '', parts text not null default ''
);
"""
"""`body`: districts, associations, states by their keys (5, 9, 2 digits); `measured`: which version of a record was
looked at by which methods; `spoken_place`: what a record itself says: codes of its level, municipalities' and other keys,
the publisher's name, and the addresses of publisher and catalogue by which it belongs to a part of a portal."""

QUALITY = """
create table metric (
    slug text primary key, position integer not null, dimension text not null, points integer not null,
    title_de text not null, title_en text not null, condition_de text not null, condition_en text not null,
    fix_de text not null, fix_en text not null
) without rowid;

create table quality (
    dataset integer primary key references dataset(id), points integer not null, possible integer not null,
    points_national integer not null, passed integer not null, known integer not null, open integer not null,
    own integer not null default 0, best integer, odpw text not null default '[]'
);

create table quality_file (
    dataset integer not null references dataset(id), number integer not null, passed integer not null,
    points integer not null, national integer not null, access_link integer, download_link integer,
    primary key (dataset, number)
) without rowid;

alter table score add column passed integer not null default 0;
alter table score add column known integer not null default 0;

create table stat_score (
    scope text not null, key text not null, run integer not null references run(id), method text not null,
    datasets integer not null, points real not null, possible real not null, points_national real not null,
    metrics text not null default '{}', primary key (scope, key, run)
) without rowid;
create index stat_score_run on stat_score(run);

create table action (
    ags text not null references municipality(ags), metric text not null, rank integer not null,
    datasets integer not null, gain real not null, primary key (ags, metric)
) without rowid;
"""
"""`passed` and `known` are bit sets over `metric.position`; a metric that is not known is neither passed nor failed.
`own`: what the dataset passes apart from its distributions, links and findings; `quality_file`: what each distribution
passes, in the order of its addresses, and its links (null: not found yet; 0: it names no address).
`scope`: `portal`, `municipality`, `class`, `state`, `all`."""

LINKS = """
alter table link add column host text not null default '';
alter table link add column final_url text not null default '';
alter table link add column problem text not null default '';
alter table link add column changed_at text;
alter table link add column failures integer not null default 0;
create index link_due on link(host, next_check);

create table linked (
    dataset integer primary key references dataset(id), version integer, reader integer not null
);

create table dataset_link (
    dataset integer not null references dataset(id), link integer not null references link(id), role text not null,
    media_type text not null default '', size integer, primary key (dataset, link, role)
) without rowid;
create index dataset_link_link on dataset_link(link);

create table link_change (
    link integer not null references link(id), at text not null, state text not null, status integer,
    primary key (link, at)
) without rowid;

create table link_host (
    host text primary key, day text not null default '', checks integer not null default 0, cool_until text,
    answered_at text
) without rowid;
"""
"""`role`: `access`, `download` or `endpoint`; `media_type` and `size` are what the metadata say. `linked`: which state of
a record's distributions `dataset_link` stands for. A link without `next_check` is not to be checked: no record uses it,
or it is not http."""

MODELS = """
create table model (
    slug text primary key, label text not null, topic text not null, name text not null, name_en text not null default '',
    uri text not null unique, theme text not null default ''
) without rowid;
alter table dataset_model add column words text not null default '';
create table unknown_model (
    dataset integer primary key references dataset(id), uri text not null
);
"""
"""`dataset_model.evidence`: `declared` (then `words` is the URI) or `words`; `unknown_model`: declared, but in no catalogue."""

STOCKTAKING = """
alter table stocktaking add column via text not null default '';
alter table stocktaking add column evidence_at text;
alter table stocktaking add column asked text not null default '[]';
alter table stocktaking add column figures text not null default '{}';

create table criterion (
    ags text not null references municipality(ags), run integer not null references run(id), slug text not null,
    value real, threshold real, passed integer, numerator integer, denominator integer,
    primary key (ags, run, slug)
) without rowid;
create index criterion_run on criterion(run);

create table share (
    run integer not null references run(id), measure text not null, scope text not null, key text not null,
    municipalities integer not null, yes integer not null, no integer not null, unknown integer not null,
    lower real, upper real, low95 real, high95 real, method text not null,
    primary key (run, measure, scope, key)
) without rowid;

create table milestone (
    name text primary key, as_of text not null, run integer not null references run(id), method text not null,
    made_at text not null
) without rowid;
create index milestone_run on milestone(run);
create table milestone_municipality (
    milestone text not null references milestone(name), ags text not null, state text not null, level integer,
    dimensions text not null default '{}', criteria text not null default '{}', primary key (milestone, ags)
) without rowid;
create table milestone_share (
    milestone text not null references milestone(name), measure text not null, scope text not null, key text not null,
    municipalities integer not null, yes integer not null, no integer not null, unknown integer not null,
    lower real, upper real, low95 real, high95 real, primary key (milestone, measure, scope, key)
) without rowid;
"""

RELATIONS = """
create table fingerprint (
    dataset integer not null references dataset(id), kind text not null, value integer not null,
    primary key (dataset, kind, value)
) without rowid;
create index fingerprint_value on fingerprint(kind, value);

create table peer (
    ags text not null references municipality(ags), peer text not null references municipality(ags),
    rank integer not null, distance real not null, reasons text not null default '{}', primary key (ags, peer)
) without rowid;
create index peer_peer on peer(peer);
create table missing_model (
    ags text not null references municipality(ags), model text not null, rank integer not null,
    peers integer not null, share real not null, exemplars text not null default '[]', primary key (ags, model)
) without rowid;
create index missing_model_model on missing_model(model);
create table together (
    ags text not null references municipality(ags), other text not null references municipality(ags),
    rank integer not null, score real not null, reasons text not null default '{}', primary key (ags, other)
) without rowid;
create index together_other on together(other);
create table leakage (
    ags text primary key references municipality(ags), own integer not null, state_portal integer not null,
    national integer not null, not_in_state integer, not_in_national integer, only_elsewhere integer not null
) without rowid;
"""
"""`fingerprint`: by what the same dataset is known again (`identifier`, `url`, `title`), as 64 bits of a hash; `reasons` are
JSON; in `leakage` null says that no such portal was read whole."""

SPREAD = """
create table model_town (
    model text not null, ags text not null references municipality(ags), rank integer not null, datasets integer not null,
    best text not null, points integer not null, open integer not null, usable integer not null, works integer not null,
    primary key (model, ags)
) without rowid;
create index model_town_ags on model_town(ags);
create index model_town_rank on model_town(model, rank);
create table stat_model (
    model text not null, state text not null, size_class integer not null, municipalities integer not null,
    primary key (model, state, size_class)
) without rowid;
create index together_score on together(score);
"""
"""`model_town`: which municipality has which model dataset, and the key of its best one, in the order of what is worth
copying; `stat_model`: how many have it by state and size class (0: not known); the empty model counts all that publish."""

IS_HIGH_VALUE = "instr(record, '\"hvd_category\":') or instr(record, '\"http://data.europa.eu/eli/reg_impl/2023/138/oj\"')"
"""Whether a stored record names a category of high-value datasets, or their regulation (DCAT-AP HVD 3.0)."""
HIGH_VALUE = f"""
create index version_high_value on version(id) where {IS_HIGH_VALUE};
"""
"""The few of all records; SQLite uses the index where a query asks for `IS_HIGH_VALUE` in these words."""
