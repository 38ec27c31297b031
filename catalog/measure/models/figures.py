"""The published figures of model datasets: what each asks, its formula, its caveat, and the rows behind it."""

from __future__ import annotations

from typing import Final

from catalog.measure.measure import Measure, Text

_ALIVE: Final = "gone_run is null and class = 'Dataset'"
_ONCE: Final = (
    "not exists (select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id)"
)
_CAVEAT: Final = Text(
    "Was ein Datensatz nicht selbst angibt, wird an Wörtern erkannt; wie oft das stimmt, steht in"
    " docs/reference/model-datasets.md. „Sonstiges“ heißt: keiner.",
    "What a dataset does not declare is recognised by its words; how often that is right stands in"
    " docs/reference/model-datasets.md. “Sonstiges” means none.",
)

MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        slug="models-recognised",
        title=Text("Datensätze mit Musterdatensatz", "Datasets with a model dataset"),
        question=Text(
            "Wie viele Datensätze entsprechen einem Musterdatensatz, und woher weiß man das?",
            "How many datasets are one of the model datasets, and by which evidence?",
        ),
        formula=Text(
            "Datensätze mit einem Musterdatensatz ÷ Datensätze; getrennt nach Beleg: selbst angegeben, an Wörtern erkannt",
            "datasets with a model dataset ÷ datasets; apart by evidence: declared, recognised by words",
        ),
        sql=f"""select dataset.key, dataset.title, model, evidence, dataset_model.certainty, words from dataset
left join dataset_model on dataset_model.dataset = dataset.id
where {_ALIVE} and (:ags = '' or ags = :ags) order by dataset.key, model""",
        caveat=_CAVEAT,
    ),
    Measure(
        slug="models-of-municipality",
        title=Text("Musterdatensätze der Kommune", "Model datasets of the municipality"),
        question=Text(
            "Welche der 241 Musterdatensätze veröffentlicht die Kommune?",
            "Which of the 241 model datasets does the municipality publish?",
        ),
        formula=Text(
            "verschiedene Musterdatensätze unter ihren Datensätzen; mehrere Datensätze eines Musters zählen einmal",
            "different model datasets among its datasets; several datasets of one model count once",
        ),
        sql=f"""select model.slug, model.label, model.topic, count(*) as datasets,
sum(evidence = 'declared') as declared, max(dataset_model.certainty) as certainty
from dataset_model join dataset on dataset.id = dataset_model.dataset join model on model.slug = dataset_model.model
where {_ALIVE} and ags = :ags and {_ONCE} group by model.slug order by model.slug""",
        caveat=_CAVEAT,
    ),
    Measure(
        slug="models-share-of-class",
        title=Text("Verbreitung in der Größenklasse", "Spread in the size class"),
        question=Text(
            "Wie viele Kommunen einer Größenklasse, die Daten veröffentlichen, haben einen Musterdatensatz?",
            "How many municipalities of a size class that publish data have a model dataset?",
        ),
        formula=Text(
            "Kommunen der Klasse mit dem Musterdatensatz ÷ Kommunen der Klasse mit mindestens einem Datensatz",
            "municipalities of the class with the model dataset ÷ those of the class with at least one dataset",
        ),
        sql=f"""with here as (select distinct dataset.id, dataset.ags from dataset
join municipality on municipality.ags = dataset.ags where {_ALIVE} and size_class = :size_class)
select model.slug, model.label, count(distinct here.ags) as municipalities,
(select count(distinct ags) from here) as publishing
from dataset_model join here on here.id = dataset_model.dataset join model on model.slug = dataset_model.model
group by model.slug order by municipalities desc, model.slug""",
        caveat=_CAVEAT,
    ),
    Measure(
        slug="models-unknown",
        title=Text("Unbekannte Angaben", "Unknown declarations"),
        question=Text(
            "Welche Datensätze nennen einen Musterdatensatz, den der Katalog nicht kennt?",
            "Which datasets name a model dataset that the catalogue does not know?",
        ),
        formula=Text(
            "Datensätze mit einer Adresse unter musterdatenkatalog.de, die weder heute noch früher vergeben war",
            "datasets with an address at musterdatenkatalog.de that is not given now and was not before",
        ),
        sql=f"""select dataset.key, dataset.title, uri from unknown_model
join dataset on dataset.id = unknown_model.dataset where {_ALIVE} and (:ags = '' or ags = :ags) order by dataset.key""",
        caveat=Text(
            "Frühere Themen und Namen werden zugeordnet, soweit sie eindeutig sind (schemas/models/musterdatenkatalog-former.csv).",
            "Former topics and names are resolved where they are unambiguous (schemas/models/musterdatenkatalog-former.csv).",
        ),
    ),
)
