"""The tables that searching reads beside the full-text index: narrow facets, their counts, the words of the index."""

SEARCH = """
create table facet_code (
    id integer primary key, facet text not null, code text not null, bit integer, unique (facet, code)
);
create table facet (
    dataset integer primary key references dataset(id), portal integer not null references portal(id), municipality integer,
    land integer, size_class integer not null, license integer, themes integer not null, formats integer not null,
    gone integer not null, website integer not null, open integer not null, sound integer not null
);
create index facet_portal on facet(portal);
create index facet_municipality on facet(municipality);
create table stat_facet (
    portal integer not null references portal(id), facet text not null, code text not null, datasets integer not null,
    primary key (portal, facet, code)
) without rowid;
create table word (id integer primary key, word text not null unique, datasets integer not null);
create virtual table word_fts using fts5(
    word, content='word', content_rowid='id', tokenize='trigram', detail=none
);
"""
"""`facet`: one short row a dataset, so that many can be read: codes stand as numbers of `facet_code`, themes and formats as
sets of its bits. `word`: words of the full-text index and how many datasets have them."""

LAST_BIT = 61
"""The highest bit that is used (of 64, one is the sign); all codes after the 61st share it."""
