"""Graphs as feeds hold them and as nobody would write them, for the laws of the record room."""

from hypothesis import strategies as st

from catalog.record.table import CLASSES, Thing
from catalog.record.terms import IRI, PREFIXES, RDF_TYPE, BNode, Literal, Term, Triple, expand

BASE = "https://x.example/"
NAMED = [IRI(f"{BASE}{name}") for name in ("catalogue", "dataset", "second", "agent", "größe", "a,b")]
BLANK = [BNode(f"_:b{number}") for number in range(6)]
TYPES = [
    *[cls.iri for cls in CLASSES.values() if cls is not Thing][:8],
    IRI("https://x.example/def#Unknown"),
    expand("foaf:Organization"),
]
# fmt: off
PREDICATES = [expand(name) for name in (
    "dct:title", "dct:description", "dct:publisher", "dct:identifier", "dct:relation", "dct:license", "dct:type",
    "dct:hasPart", "dct:modified", "foaf:name", "foaf:primaryTopic", "dcat:dataset", "dcat:service", "dcat:record",
    "dcat:distribution", "dcat:servesDataset", "dcat:inSeries", "dcat:accessURL", "dcat:qualifiedRelation",
)] + [IRI("https://x.example/def#own"), IRI("https://x.example/def#other"), IRI(PREFIXES["hydra"] + "next")]
# fmt: on

TYPED = [
    ("2024-01-01", "date"),
    ("kein Datum", "date"),
    ("2024-01-01T00:00:00+01:00", "dateTime"),
    ("12", "integer"),
    ("1.50", "decimal"),
    ("P1Y", "duration"),
]
"""Texts and datatypes that rdflib leaves as they are: in Turtle it writes the decimal `1` as `1.0` and reads `01` as `1`."""

texts = st.one_of(
    st.sampled_from(["", "a", "Größe", str(NAMED[1]), "_:b0", "{", 'q"\\', "zwei\nZeilen\r\n\tnull"]),
    st.text(st.characters(min_codepoint=32, blacklist_categories=["Cs"]), max_size=8),
)
literals: st.SearchStrategy[Term] = st.one_of(
    texts,
    st.builds(Literal, texts, st.sampled_from(["de", "en", "pt-br"]), st.just("")),
    st.sampled_from([Literal(text, "", PREFIXES["xsd"] + name) for text, name in TYPED]),
)
subjects = st.sampled_from([*NAMED, *BLANK])
edges: st.SearchStrategy[Triple] = st.tuples(subjects, st.sampled_from(PREDICATES), subjects)
typings: st.SearchStrategy[Triple] = st.tuples(subjects, st.just(RDF_TYPE), st.sampled_from(TYPES))
odd_typings: st.SearchStrategy[Triple] = st.tuples(
    subjects, st.just(RDF_TYPE), st.one_of(texts, st.sampled_from(BLANK))
)
statements: st.SearchStrategy[Triple] = st.tuples(subjects, st.sampled_from(PREDICATES), literals)
BONES: list[Triple] = [
    (NAMED[0], RDF_TYPE, expand("dcat:Catalog")),
    (NAMED[0], expand("dcat:dataset"), NAMED[1]),
    (NAMED[1], RDF_TYPE, expand("dcat:Dataset")),
]


@st.composite
def graphs(draw: st.DrawFn, odd: bool = True) -> list[Triple]:
    """Triples, some of them twice; `odd` lets types be literals or blank nodes, which not every syntax can write."""
    kinds = [edges, edges, typings, statements, *([odd_typings] if odd else [])]
    found = draw(st.lists(st.one_of(*kinds), max_size=24))
    bones = BONES[: draw(st.integers(0, len(BONES)))]
    return [*bones, *found, *draw(st.lists(st.sampled_from(found), max_size=2) if found else st.just([]))]


def relabelled(triples: list[Triple], names: dict[str, str]) -> list[Triple]:
    """The same graph with other labels for its blank nodes."""

    def term(value: Term) -> Term:
        return BNode(names[value]) if isinstance(value, BNode) else value

    return [(term(subject), predicate, term(value)) for subject, predicate, value in triples]  # type: ignore[misc]
