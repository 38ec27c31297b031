"""THE property table: every class and property of DCAT-AP 3.0.1 with the obligations of DCAT-AP.de 3.0 and HVD 3.0.

One line a property: term, kind of value, obligation in DCAT-AP ("M 1..*": level and cardinality), German and English
label; `de=` and `hvd=` only where those profiles differ; `strength="MUST/MUST"` is how firmly the EU and the German
profile ask for the vocabulary. Sources: DCAT-AP 3.0.1 (SEMIC), DCAT-AP HVD 3.0.0 (SEMIC), DCAT-AP.de 3.0 (GovData).
Everything else about a property (RDF, JSON, SQL, findings, shapes, documentation) follows from its line.
"""

from dataclasses import dataclass
from typing import ClassVar

from catalog.record.node import Node, Values, prop
from catalog.record.terms import IRI, expand

# fmt: off


@dataclass(slots=True, kw_only=True)
class Thing(Node):
    """A described resource of no class in the table."""


@dataclass(slots=True, kw_only=True)
class Catalogue(Node):
    """A curated collection of metadata about resources (dcat:Catalog)."""

    iri: ClassVar[IRI] = expand("dcat:Catalog")
    label: ClassVar[tuple[str, str]] = ("Katalog", "catalogue")

    description: Values = prop("dct:description", "text", "M 1..*", "Beschreibung", "description")
    publisher: Values = prop("dct:publisher", "Agent", "M 1..1", "Herausgeber", "publisher")
    title: Values = prop("dct:title", "text", "M 1..*", "Titel", "title", column=True)
    dataset: Values = prop("dcat:dataset", "Dataset", "R 0..*", "Datensatz", "dataset")
    service: Values = prop("dcat:service", "DataService", "R 0..*", "Datendienst", "data service")
    theme_taxonomy: Values = prop("dcat:themeTaxonomy", "ConceptScheme", "R 0..*", "Themenverzeichnis", "themes")
    issued: Values = prop("dct:issued", "temporal", "R 0..1", "Veröffentlichungsdatum", "release date")
    language: Values = prop("dct:language", "LinguisticSystem", "R 0..*", "Sprache", "language", vocabulary="language", strength="MUST/MUST")
    license: Values = prop("dct:license", "LicenseDocument", "R 0..1", "Lizenz", "licence", vocabulary="dcatde-licence", strength="/SHOULD", column=True)
    modified: Values = prop("dct:modified", "temporal", "R 0..1", "Änderungsdatum", "modification date")
    spatial: Values = prop("dct:spatial", "Location", "R 0..*", "räumliche Abdeckung", "geographical coverage")
    homepage: Values = prop("foaf:homepage", "Document", "R 0..1", "Startseite", "home page")
    catalog: Values = prop("dcat:catalog", "Catalogue", "O 0..*", "Teilkatalog", "catalogue")
    record: Values = prop("dcat:record", "CatalogueRecord", "O 0..*", "Katalogeintrag", "catalogue record")
    applicable_legislation: Values = prop("dcatap:applicableLegislation", "LegalResource", "O 0..*", "geltendes Recht", "applicable legislation")
    creator: Values = prop("dct:creator", "Agent", "O 0..1", "Urheber", "creator")
    has_part: Values = prop("dct:hasPart", "Catalogue", "O 0..*", "enthält", "has part")
    rights: Values = prop("dct:rights", "RightsStatement", "O 0..*", "Rechte", "rights", de="O 0..1")
    temporal: Values = prop("dct:temporal", "PeriodOfTime", "O 0..*", "zeitliche Abdeckung", "temporal coverage")
    availability: Values = prop("dcatap:availability", "Concept", "", "Verfügbarkeit", "planned availability", de="O 0..1", vocabulary="planned-availability", strength="/MUST")
    is_part_of: Values = prop("dct:isPartOf", "Catalogue", "", "Teil von", "is part of", de="O 0..1")


@dataclass(slots=True, kw_only=True)
class CatalogueRecord(Node):
    """A record in a catalogue that describes the registration of one resource (dcat:CatalogRecord)."""

    iri: ClassVar[IRI] = expand("dcat:CatalogRecord")
    label: ClassVar[tuple[str, str]] = ("Katalogeintrag", "catalogue record")

    modified: Values = prop("dct:modified", "temporal", "M 1..1", "Änderungsdatum", "modification date")
    primary_topic: Values = prop("foaf:primaryTopic", "iri", "M 1..1", "beschriebene Ressource", "primary topic")
    status: Values = prop("adms:status", "Concept", "R 0..1", "Art der Änderung", "change type")
    conforms_to: Values = prop("dct:conformsTo", "Standard", "R 0..*", "Anwendungsprofil", "application profile")
    issued: Values = prop("dct:issued", "temporal", "R 0..1", "Aufnahmedatum", "listing date")
    description: Values = prop("dct:description", "text", "O 0..*", "Beschreibung", "description")
    language: Values = prop("dct:language", "LinguisticSystem", "O 0..*", "Sprache", "language", vocabulary="language", strength="MUST/MUST")
    source: Values = prop("dct:source", "CatalogueRecord", "O 0..1", "ursprünglicher Eintrag", "source metadata")
    title: Values = prop("dct:title", "text", "O 0..*", "Titel", "title")


@dataclass(slots=True, kw_only=True)
class Dataset(Node):
    """A collection of data, published or curated by one agent (dcat:Dataset)."""

    iri: ClassVar[IRI] = expand("dcat:Dataset")
    label: ClassVar[tuple[str, str]] = ("Datensatz", "dataset")

    description: Values = prop("dct:description", "text", "M 1..*", "Beschreibung", "description", column=True)
    title: Values = prop("dct:title", "text", "M 1..*", "Titel", "title", column=True)
    contact_point: Values = prop("dcat:contactPoint", "Kind", "R 0..*", "Kontakt", "contact point", column=True)
    distribution: Values = prop("dcat:distribution", "Distribution", "R 0..*", "Distribution", "dataset distribution", hvd="M 1..*")
    keyword: Values = prop("dcat:keyword", "text", "R 0..*", "Schlagwort", "keyword", column=True)
    theme: Values = prop("dcat:theme", "Concept", "R 0..*", "Thema", "theme", vocabulary="data-theme", strength="SOME/MUST", column=True)
    publisher: Values = prop("dct:publisher", "Agent", "R 0..1", "Herausgeber", "publisher", de="M 1..1", column=True)
    spatial: Values = prop("dct:spatial", "Location", "R 0..*", "räumliche Abdeckung", "geographical coverage", column=True)
    temporal: Values = prop("dct:temporal", "PeriodOfTime", "R 0..*", "zeitliche Abdeckung", "temporal coverage", column=True)
    other_identifier: Values = prop("adms:identifier", "Identifier", "O 0..*", "weiterer Identifikator", "other identifier")
    sample: Values = prop("adms:sample", "Distribution", "O 0..*", "Beispieldaten", "sample")
    version_notes: Values = prop("adms:versionNotes", "text", "O 0..*", "Versionshinweise", "version notes")
    has_version: Values = prop("dcat:hasVersion", "Dataset", "O 0..*", "hat Version", "has version")
    in_series: Values = prop("dcat:inSeries", "DatasetSeries", "O 0..*", "in Datensatzserie", "in series")
    landing_page: Values = prop("dcat:landingPage", "Document", "O 0..*", "Webseite", "landing page", column=True)
    qualified_relation: Values = prop("dcat:qualifiedRelation", "Relationship", "O 0..*", "qualifizierte Beziehung", "qualified relation")
    spatial_resolution: Values = prop("dcat:spatialResolutionInMeters", "decimal", "O 0..*", "räumliche Auflösung", "spatial resolution")
    temporal_resolution: Values = prop("dcat:temporalResolution", "duration", "O 0..1", "zeitliche Auflösung", "temporal resolution")
    version: Values = prop("dcat:version", "literal", "O 0..1", "Version", "version")
    applicable_legislation: Values = prop("dcatap:applicableLegislation", "LegalResource", "O 0..*", "geltendes Recht", "applicable legislation", hvd="M 1..*")
    access_rights: Values = prop("dct:accessRights", "RightsStatement", "O 0..1", "Zugangsrechte", "access rights", vocabulary="access-right", strength="SHOULD/MUST", column=True)
    frequency: Values = prop("dct:accrualPeriodicity", "Frequency", "O 0..1", "Aktualisierungsfrequenz", "frequency", vocabulary="frequency", strength="MUST/MUST", column=True)
    conforms_to: Values = prop("dct:conformsTo", "Standard", "O 0..*", "entspricht Standard", "conforms to")
    creator: Values = prop("dct:creator", "Agent", "O 0..*", "Urheber", "creator")
    identifier: Values = prop("dct:identifier", "literal", "O 0..*", "Identifikator", "identifier", column=True)
    is_referenced_by: Values = prop("dct:isReferencedBy", "iri", "O 0..*", "wird referenziert von", "is referenced by")
    issued: Values = prop("dct:issued", "temporal", "O 0..1", "Veröffentlichungsdatum", "release date", column=True)
    language: Values = prop("dct:language", "LinguisticSystem", "O 0..*", "Sprache", "language", vocabulary="language", strength="MUST/MUST", column=True)
    modified: Values = prop("dct:modified", "temporal", "O 0..1", "Änderungsdatum", "modification date", column=True)
    provenance: Values = prop("dct:provenance", "ProvenanceStatement", "O 0..*", "Herkunft", "provenance")
    relation: Values = prop("dct:relation", "iri", "O 0..*", "verwandte Ressource", "related resource")
    source: Values = prop("dct:source", "Dataset", "O 0..*", "Quelle", "source")
    type: Values = prop("dct:type", "Concept", "O 0..*", "Typ", "type", vocabulary="dataset-type", strength="MAY/SHOULD", column=True)
    page: Values = prop("foaf:page", "Document", "O 0..*", "Dokumentation", "documentation")
    qualified_attribution: Values = prop("prov:qualifiedAttribution", "Attribution", "O 0..*", "qualifizierte Zuschreibung", "qualified attribution")
    was_generated_by: Values = prop("prov:wasGeneratedBy", "Activity", "O 0..*", "erzeugt durch", "was generated by")
    availability: Values = prop("dcatap:availability", "Concept", "", "Verfügbarkeit", "planned availability", de="O 0..1", vocabulary="planned-availability", strength="/MUST")
    hvd_category: Values = prop("dcatap:hvdCategory", "Concept", "", "HVD-Kategorie", "HVD category", hvd="M 1..*", vocabulary="hvd-category", strength="MUST/MUST")
    contributor_id: Values = prop("dcatde:contributorID", "iri", "", "Datenbereitsteller-ID", "contributor ID", de="O 0..*", vocabulary="contributor", strength="/SHOULD")
    geocoding_level: Values = prop("dcatde:politicalGeocodingLevelURI", "iri", "", "Ebene der geopolitischen Abdeckung", "political geocoding level", de="O 0..*", vocabulary="geocoding-level", strength="/SHOULD")
    contributor: Values = prop("dct:contributor", "Agent", "", "Mitwirkende", "contributor", de="O 0..*")
    references: Values = prop("dct:references", "iri", "", "verweist auf (Musterdatensatz)", "references (model dataset)", de="O 0..*")
    custodian: Values = prop("geodcatap:custodian", "Agent", "", "Verwalter", "custodian", de="O 0..*")
    originator: Values = prop("geodcatap:originator", "Agent", "", "Erzeuger", "originator", de="O 0..*")
    geocoding_description: Values = prop("dcatde:geocodingDescription", "text", "", "Geokodierung in Worten", "geocoding description", de="O 0..*", deprecated=True, instead="dct:spatial")
    legal_basis: Values = prop("dcatde:legalBasis", "text", "", "Rechtsgrundlage", "legal basis", de="O 0..*", deprecated=True, instead="dcatap:applicableLegislation")
    maintainer: Values = prop("dcatde:maintainer", "Agent", "", "Ansprechpartner", "maintainer", de="O 0..*", deprecated=True, instead="geodcatap:custodian")
    old_originator: Values = prop("dcatde:originator", "Agent", "", "Erzeuger (alt)", "originator (old)", de="O 0..*", deprecated=True, instead="geodcatap:originator")
    political_geocoding: Values = prop("dcatde:politicalGeocodingURI", "iri", "", "geopolitische Abdeckung", "political geocoding", de="O 0..*", deprecated=True, instead="dct:spatial")
    quality_process: Values = prop("dcatde:qualityProcessURI", "iri", "", "Qualitätssicherungsprozess", "quality process", de="O 0..*", deprecated=True, instead="dct:conformsTo")
    old_has_version: Values = prop("dct:hasVersion", "iri", "", "hat Version (alt)", "has version (old)", de="O 0..*", deprecated=True, instead="dcat:hasVersion")
    is_version_of: Values = prop("dct:isVersionOf", "iri", "", "ist Version von", "is version of", de="O 0..*", deprecated=True, instead="dcat:hasVersion")
    version_info: Values = prop("owl:versionInfo", "literal", "", "Version (alt)", "version (old)", de="O 0..*", deprecated=True, instead="dcat:version")


@dataclass(slots=True, kw_only=True)
class DatasetSeries(Node):
    """A collection of datasets that are published separately but belong together (dcat:DatasetSeries)."""

    iri: ClassVar[IRI] = expand("dcat:DatasetSeries")
    label: ClassVar[tuple[str, str]] = ("Datensatzserie", "dataset series")

    description: Values = prop("dct:description", "text", "M 1..*", "Beschreibung", "description", column=True)
    title: Values = prop("dct:title", "text", "M 1..*", "Titel", "title", column=True)
    contact_point: Values = prop("dcat:contactPoint", "Kind", "R 0..*", "Kontakt", "contact point", column=True)
    publisher: Values = prop("dct:publisher", "Agent", "R 0..1", "Herausgeber", "publisher", de="M 1..1", column=True)
    spatial: Values = prop("dct:spatial", "Location", "R 0..*", "räumliche Abdeckung", "geographical coverage", column=True)
    applicable_legislation: Values = prop("dcatap:applicableLegislation", "LegalResource", "O 0..*", "geltendes Recht", "applicable legislation", hvd="M 1..*")
    frequency: Values = prop("dct:accrualPeriodicity", "Frequency", "O 0..1", "Aktualisierungsfrequenz", "frequency", vocabulary="frequency", strength="MUST/MUST", column=True)
    issued: Values = prop("dct:issued", "temporal", "O 0..1", "Veröffentlichungsdatum", "release date", column=True)
    modified: Values = prop("dct:modified", "temporal", "O 0..1", "Änderungsdatum", "modification date", column=True)
    temporal: Values = prop("dct:temporal", "PeriodOfTime", "O 0..*", "zeitliche Abdeckung", "temporal coverage", column=True)
    hvd_category: Values = prop("dcatap:hvdCategory", "Concept", "", "HVD-Kategorie", "HVD category", hvd="M 1..*", vocabulary="hvd-category", strength="MUST/MUST")


@dataclass(slots=True, kw_only=True)
class Distribution(Node):
    """A physical embodiment of a dataset in one format (dcat:Distribution)."""

    iri: ClassVar[IRI] = expand("dcat:Distribution")
    label: ClassVar[tuple[str, str]] = ("Distribution", "distribution")

    access_url: Values = prop("dcat:accessURL", "iri", "M 1..*", "Zugangs-URL", "access URL", column=True)
    availability: Values = prop("dcatap:availability", "Concept", "R 0..1", "Verfügbarkeit", "availability", vocabulary="planned-availability", strength="MUST/MUST")
    description: Values = prop("dct:description", "text", "R 0..*", "Beschreibung", "description")
    format: Values = prop("dct:format", "MediaTypeOrExtent", "R 0..1", "Format", "format", vocabulary="file-type", strength="MUST/MUST", column=True)
    license: Values = prop("dct:license", "LicenseDocument", "R 0..1", "Lizenz", "licence", de="M 1..1", vocabulary="dcatde-licence", strength="/SHOULD", column=True)
    status: Values = prop("adms:status", "Concept", "O 0..1", "Status", "status", vocabulary="distribution-status", strength="MUST/MUST")
    access_service: Values = prop("dcat:accessService", "DataService", "O 0..*", "Zugangsdienst", "access service")
    byte_size: Values = prop("dcat:byteSize", "integer", "O 0..1", "Dateigröße in Byte", "byte size", column=True)
    compress_format: Values = prop("dcat:compressFormat", "MediaType", "O 0..1", "Kompressionsformat", "compression format", vocabulary="media-type", strength="MUST/MUST")
    download_url: Values = prop("dcat:downloadURL", "iri", "O 0..*", "Download-URL", "download URL", column=True)
    media_type: Values = prop("dcat:mediaType", "MediaType", "O 0..1", "Medientyp", "media type", vocabulary="media-type", strength="MUST/MUST", column=True)
    package_format: Values = prop("dcat:packageFormat", "MediaType", "O 0..1", "Paketformat", "packaging format", vocabulary="media-type", strength="MUST/MUST")
    spatial_resolution: Values = prop("dcat:spatialResolutionInMeters", "decimal", "O 0..1", "räumliche Auflösung", "spatial resolution")
    temporal_resolution: Values = prop("dcat:temporalResolution", "duration", "O 0..1", "zeitliche Auflösung", "temporal resolution")
    applicable_legislation: Values = prop("dcatap:applicableLegislation", "LegalResource", "O 0..*", "geltendes Recht", "applicable legislation", hvd="M 1..*")
    conforms_to: Values = prop("dct:conformsTo", "Standard", "O 0..*", "entspricht Schema", "linked schemas")
    issued: Values = prop("dct:issued", "temporal", "O 0..1", "Veröffentlichungsdatum", "release date")
    language: Values = prop("dct:language", "LinguisticSystem", "O 0..*", "Sprache", "language", vocabulary="language", strength="MUST/MUST")
    modified: Values = prop("dct:modified", "temporal", "O 0..1", "Änderungsdatum", "modification date", column=True)
    rights: Values = prop("dct:rights", "RightsStatement", "O 0..*", "Rechte", "rights", de="O 0..1")
    title: Values = prop("dct:title", "text", "O 0..*", "Titel", "title", column=True)
    page: Values = prop("foaf:page", "Document", "O 0..*", "Dokumentation", "documentation")
    has_policy: Values = prop("odrl:hasPolicy", "Policy", "O 0..1", "Nutzungsregel", "has policy")
    checksum: Values = prop("spdx:checksum", "Checksum", "O 0..1", "Prüfsumme", "checksum")
    license_attribution: Values = prop("dcatde:licenseAttributionByText", "text", "", "Namensnennungstext", "licence attribution text", de="O 0..*")


@dataclass(slots=True, kw_only=True)
class DataService(Node):
    """A collection of operations that give access to datasets (dcat:DataService)."""

    iri: ClassVar[IRI] = expand("dcat:DataService")
    label: ClassVar[tuple[str, str]] = ("Datendienst", "data service")

    endpoint_url: Values = prop("dcat:endpointURL", "iri", "M 1..*", "Endpunkt-URL", "endpoint URL", column=True)
    title: Values = prop("dct:title", "text", "M 1..*", "Titel", "title", column=True)
    contact_point: Values = prop("dcat:contactPoint", "Kind", "R 0..*", "Kontakt", "contact point", hvd="M 1..*", column=True)
    endpoint_description: Values = prop("dcat:endpointDescription", "iri", "R 0..*", "Endpunktbeschreibung", "endpoint description")
    keyword: Values = prop("dcat:keyword", "text", "R 0..*", "Schlagwort", "keyword", column=True)
    serves_dataset: Values = prop("dcat:servesDataset", "Dataset", "R 0..*", "stellt Datensatz bereit", "serves dataset")
    theme: Values = prop("dcat:theme", "Concept", "R 0..*", "Thema", "theme", vocabulary="data-theme", strength="SOME/SOME", column=True)
    conforms_to: Values = prop("dct:conformsTo", "Standard", "R 0..*", "entspricht Standard", "conforms to")
    publisher: Values = prop("dct:publisher", "Agent", "R 0..1", "Herausgeber", "publisher", de="M 1..1", column=True)
    landing_page: Values = prop("dcat:landingPage", "Document", "O 0..*", "Webseite", "landing page", column=True)
    applicable_legislation: Values = prop("dcatap:applicableLegislation", "LegalResource", "O 0..*", "geltendes Recht", "applicable legislation", hvd="M 1..*")
    access_rights: Values = prop("dct:accessRights", "RightsStatement", "O 0..1", "Zugangsrechte", "access rights", vocabulary="access-right", strength="SHOULD/MUST", column=True)
    description: Values = prop("dct:description", "text", "O 0..*", "Beschreibung", "description", column=True)
    format: Values = prop("dct:format", "MediaTypeOrExtent", "O 0..*", "Format", "format", vocabulary="file-type", strength="MUST/MUST")
    license: Values = prop("dct:license", "LicenseDocument", "O 0..1", "Lizenz", "licence", vocabulary="dcatde-licence", strength="/SHOULD", column=True)
    page: Values = prop("foaf:page", "Document", "O 0..*", "Dokumentation", "documentation", hvd="M 1..*")
    availability: Values = prop("dcatap:availability", "Concept", "", "Verfügbarkeit", "planned availability", de="O 0..1", vocabulary="planned-availability", strength="/MUST")
    hvd_category: Values = prop("dcatap:hvdCategory", "Concept", "", "HVD-Kategorie", "HVD category", hvd="M 1..*", vocabulary="hvd-category", strength="MUST/MUST")
    rights: Values = prop("dct:rights", "RightsStatement", "", "Rechte", "rights", hvd="R 0..*")


@dataclass(slots=True, kw_only=True)
class Agent(Node):
    """An organisation, group or person with responsibility for a resource (foaf:Agent)."""

    iri: ClassVar[IRI] = expand("foaf:Agent")
    label: ClassVar[tuple[str, str]] = ("Akteur", "agent")

    name: Values = prop("foaf:name", "text", "M 1..*", "Name", "name")
    type: Values = prop("dct:type", "Concept", "R 0..1", "Art des Akteurs", "type of agent", vocabulary="publisher-type", strength="SHOULD/MUST")


@dataclass(slots=True, kw_only=True)
class Kind(Node):
    """Contact information (vcard:Kind)."""

    iri: ClassVar[IRI] = expand("vcard:Kind")
    label: ClassVar[tuple[str, str]] = ("Kontakt", "contact")

    fn: Values = prop("vcard:fn", "literal", "", "Name", "name", de="O 0..1")
    has_email: Values = prop("vcard:hasEmail", "iri", "", "E-Mail", "e-mail", de="O 0..*", hvd="R 0..1")
    has_telephone: Values = prop("vcard:hasTelephone", "iri", "", "Telefon", "telephone", de="O 0..*")
    has_url: Values = prop("vcard:hasURL", "iri", "", "Kontaktseite", "contact page", de="O 0..*", hvd="R 0..1")


@dataclass(slots=True, kw_only=True)
class PeriodOfTime(Node):
    """An interval of time with a start, an end or both (dct:PeriodOfTime)."""

    iri: ClassVar[IRI] = expand("dct:PeriodOfTime")
    label: ClassVar[tuple[str, str]] = ("Zeitraum", "period of time")

    end_date: Values = prop("dcat:endDate", "temporal", "R 0..1", "Ende", "end date")
    start_date: Values = prop("dcat:startDate", "temporal", "R 0..1", "Beginn", "start date")
    has_beginning: Values = prop("time:hasBeginning", "iri", "O 0..1", "Anfangszeitpunkt", "beginning")
    has_end: Values = prop("time:hasEnd", "iri", "O 0..1", "Endzeitpunkt", "end")


@dataclass(slots=True, kw_only=True)
class Location(Node):
    """A place, by name or by geometry (dct:Location)."""

    iri: ClassVar[IRI] = expand("dct:Location")
    label: ClassVar[tuple[str, str]] = ("Ort", "location")

    bbox: Values = prop("dcat:bbox", "literal", "R 0..1", "umschließendes Rechteck", "bounding box")
    centroid: Values = prop("dcat:centroid", "literal", "R 0..1", "Mittelpunkt", "centroid")
    geometry: Values = prop("locn:geometry", "literal", "O 0..1", "Geometrie", "geometry")


@dataclass(slots=True, kw_only=True)
class LicenseDocument(Node):
    """A legal document that permits something with a resource (dct:LicenseDocument)."""

    iri: ClassVar[IRI] = expand("dct:LicenseDocument")
    label: ClassVar[tuple[str, str]] = ("Lizenzdokument", "licence document")

    type: Values = prop("dct:type", "Concept", "R 0..*", "Lizenztyp", "licence type", vocabulary="licence-type", strength="SHOULD/SHOULD")


@dataclass(slots=True, kw_only=True)
class Checksum(Node):
    """A value by which one sees that the content of a file has not changed (spdx:Checksum)."""

    iri: ClassVar[IRI] = expand("spdx:Checksum")
    label: ClassVar[tuple[str, str]] = ("Prüfsumme", "checksum")

    algorithm: Values = prop("spdx:algorithm", "iri", "M 1..1", "Algorithmus", "algorithm", vocabulary="checksum-algorithm", strength="MUST/SHOULD")
    checksum_value: Values = prop("spdx:checksumValue", "hex", "M 1..1", "Prüfsummenwert", "checksum value")


@dataclass(slots=True, kw_only=True)
class Identifier(Node):
    """An identifier within a named scheme (adms:Identifier)."""

    iri: ClassVar[IRI] = expand("adms:Identifier")
    label: ClassVar[tuple[str, str]] = ("Identifikator", "identifier")

    notation: Values = prop("skos:notation", "literal", "M 1..1", "Notation", "notation")


@dataclass(slots=True, kw_only=True)
class ConceptScheme(Node):
    """A vocabulary (skos:ConceptScheme)."""

    iri: ClassVar[IRI] = expand("skos:ConceptScheme")
    label: ClassVar[tuple[str, str]] = ("Vokabular", "concept scheme")

    title: Values = prop("dct:title", "text", "M 1..*", "Titel", "title", de="O 0..*")


@dataclass(slots=True, kw_only=True)
class Concept(Node):
    """An entry of a vocabulary (skos:Concept)."""

    iri: ClassVar[IRI] = expand("skos:Concept")
    label: ClassVar[tuple[str, str]] = ("Begriff", "concept")

    pref_label: Values = prop("skos:prefLabel", "text", "M 1..*", "Vorzugsbezeichnung", "preferred label", de="O 0..*")


@dataclass(slots=True, kw_only=True)
class Relationship(Node):
    """A relation to another resource with the role it plays (dcat:Relationship)."""

    iri: ClassVar[IRI] = expand("dcat:Relationship")
    label: ClassVar[tuple[str, str]] = ("Beziehung", "relationship")

    had_role: Values = prop("dcat:hadRole", "iri", "M 1..*", "Rolle", "had role")
    relation: Values = prop("dct:relation", "iri", "M 1..*", "Ziel", "relation")


@dataclass(slots=True, kw_only=True)
class Attribution(Node):
    """An agent with its responsibility for a resource (prov:Attribution)."""

    iri: ClassVar[IRI] = expand("prov:Attribution")
    label: ClassVar[tuple[str, str]] = ("Zuschreibung", "attribution")

    had_role: Values = prop("dcat:hadRole", "iri", "", "Rolle", "had role", de="M 1..*")
    agent: Values = prop("prov:agent", "Agent", "", "Akteur", "agent", de="M 1..*")


def _bare(name: str, term: str, label_de: str, label_en: str) -> type[Node]:
    """A class that DCAT-AP names without giving it properties."""
    body = {"__doc__": f"{label_en.capitalize()} ({term}); no properties in the profiles.", "__slots__": (),
            "iri": expand(term), "label": (label_de, label_en), "__module__": __name__}
    return dataclass(slots=False, kw_only=True)(type(name, (Node,), body))


RightsStatement = _bare("RightsStatement", "dct:RightsStatement", "Rechteangabe", "rights statement")
Document = _bare("Document", "foaf:Document", "Dokument", "document")
Standard = _bare("Standard", "dct:Standard", "Standard", "standard")
Frequency = _bare("Frequency", "dct:Frequency", "Frequenz", "frequency")
LegalResource = _bare("LegalResource", "eli:LegalResource", "Rechtsquelle", "legal resource")
LinguisticSystem = _bare("LinguisticSystem", "dct:LinguisticSystem", "Sprache", "linguistic system")
MediaType = _bare("MediaType", "dct:MediaType", "Medientyp", "media type")
MediaTypeOrExtent = _bare("MediaTypeOrExtent", "dct:MediaTypeOrExtent", "Medientyp oder Umfang", "media type or extent")
Policy = _bare("Policy", "odrl:Policy", "Nutzungsregel", "policy")
ProvenanceStatement = _bare("ProvenanceStatement", "dct:ProvenanceStatement", "Herkunftsangabe", "provenance statement")
Activity = _bare("Activity", "prov:Activity", "Tätigkeit", "activity")
Role = _bare("Role", "dcat:Role", "Rolle", "role")
Geometry = _bare("Geometry", "locn:Geometry", "Geometrie", "geometry")
ChecksumAlgorithm = _bare("ChecksumAlgorithm", "spdx:ChecksumAlgorithm", "Prüfsummenverfahren", "checksum algorithm")

# fmt: on

CLASSES: dict[str, type[Node]] = {
    cls.__name__: cls
    for cls in (
        *(Catalogue, DatasetSeries, Dataset, DataService, Distribution, CatalogueRecord, Agent, Kind),
        *(
            PeriodOfTime,
            Location,
            LicenseDocument,
            Checksum,
            Identifier,
            ConceptScheme,
            Concept,
            Relationship,
        ),
        *(Attribution, RightsStatement, Document, Standard, Frequency, LegalResource, LinguisticSystem),
        *(MediaType, MediaTypeOrExtent, Policy, ProvenanceStatement, Activity, Role, Geometry),
        *(ChecksumAlgorithm, Thing),
    )
}
"""The classes by name; where a resource has several types, the earlier class wins."""

BY_TYPE: dict[IRI, type[Node]] = {cls.iri: cls for cls in reversed(CLASSES.values()) if cls is not Thing}
BY_TYPE |= {expand(f"vcard:{name}"): Kind for name in ("Organization", "Individual", "Group", "VCard")}
BY_TYPE |= {expand(f"foaf:{name}"): Agent for name in ("Organization", "Person", "Group")}

ANY_OF: dict[type[Node], tuple[tuple[str, tuple[str, ...], str, str, str], ...]] = {
    Catalogue: (("content", ("dataset", "service"), "R", "R", ""),),
    PeriodOfTime: (("bounds", ("start_date", "end_date", "has_beginning", "has_end"), "", "M", ""),),
    Kind: (("address", ("has_email", "has_url", "has_telephone"), "", "M", "M"),),
    Distribution: (("terms", ("license", "rights"), "", "", "M"),),
    DataService: (("terms", ("license", "rights"), "", "", "M"),),
}
"""Properties of which at least one is asked for: class -> (name, properties, level in DCAT-AP, .de, HVD)."""

HVD_LEGISLATION = IRI("http://data.europa.eu/eli/reg_impl/2023/138/oj")
"""Implementing Regulation (EU) 2023/138: what names it is a high-value dataset (DCAT-AP HVD 3.0)."""

DEPRECATED_TERMS: dict[tuple[type[Node], str], str] = {
    (Distribution, "status"): "http://purl.org/adms/status/",
    (Checksum, "algorithm"): "http://dcat-ap.de/def/hashAlgorithms/",
}
"""Values that DCAT-AP.de 3.0 declares deprecated: (class, property) -> the namespace of the old terms."""
