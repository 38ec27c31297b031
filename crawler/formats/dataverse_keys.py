"""The keys of Dataverse that are known and deliberately not mapped: of a dataset, its version, its metadata blocks, its files,
and of an item of the search."""

DATASET_OUT_OF_SCOPE = frozenset(
    (
        # Parts of the persistent identifier and of the store; `publisher` here is the installation.
        *("id", "identifier", "protocol", "authority", "separator", "storageIdentifier"),
        *("publisher", "metadataLanguage", "datasetType", "pidUrl", "thumbnail", "locks"),
        *("sizeOfAllFiles", "isReleased"),
    )
)
VERSION_OUT_OF_SCOPE = frozenset(
    (
        *("id", "datasetId", "datasetPersistentId", "storageIdentifier"),
        *("latestVersionPublishingState", "UNF", "alternativePersistentId", "versionState"),
        *("createTime", "archiveNote", "deaccessionLink", "deaccessionNote", "productionDate"),
        "citationDate",
        # How access is asked for within the installation.
        *("fileAccessRequest", "termsOfAccess", "dataAccessPlace", "originalArchive"),
        *("availabilityStatus", "contactForAccess", "sizeOfCollection", "studyCompletion"),
        *("confidentialityDeclaration", "specialPermissions", "depositorRequirements"),
        *("disclaimer", "citation", "customTerms", "internalVersionNumber"),
    )
)
BLOCKS_OUT_OF_SCOPE = frozenset(
    (
        # How the data were raised and paid for: research metadata without a property in DCAT-AP.
        *("subtitle", "notesText", "grantNumber", "depositor", "dateOfDeposit", "software"),
        *("series", "dataSources", "originOfSources", "characteristicOfSources", "accessToSources"),
        *("dateOfCollection", "topicClassification", "distributionDate", "productionPlace"),
        *("alternativeTitle", "otherReferences", "geographicUnit", "kindOfData", "relatedMaterial"),
        "relatedDatasets",
    )
)
FILE_OUT_OF_SCOPE = frozenset(
    (
        *("version", "datasetVersionId", "directoryLabel", "categories", "provFreeForm"),
        *("dataFile.id", "id", "persistentId", "pidURL", "storageIdentifier", "rootDataFileId"),
        *("UNF", "md5", "friendlyType", "friendlySize", "originalFileFormat"),
        *("originalFormatLabel", "originalFileSize", "originalFileName", "tabularData"),
        *("tabularTags", "fileAccessRequest", "creationDate", "embargo", "retention"),
        *("previousDataFileId", "varGroups", "fileMetadataId"),
    )
)
ITEM_OUT_OF_SCOPE = frozenset(
    (
        *("type", "name", "url", "image_url", "citationHtml", "citation", "storageIdentifier"),
        *("publicationStatuses", "score", "matches", "fileCount", "versionId", "versionState"),
        *("createdAt", "entity_id", "parentDataverseName", "parentDataverseIdentifier"),
        *("identifier_of_dataverse", "relatedMaterial", "geographicCoverage", "dataSources"),
        *("publications", "collections", "datasetType"),
    )
)
