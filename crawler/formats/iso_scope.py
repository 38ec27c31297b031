"""The parts of ISO metadata that are known and deliberately not mapped."""

OUT_OF_SCOPE = frozenset(
    (
        # How the metadata and the data are encoded: XML says the first itself, files the second.
        *(
            "characterSet",
            "characterEncoding",
            "locale",
            "otherLocale",
            "metadataStandardVersion",
            "nosuchelement",
        ),
        # The form of presentation (map, table): no property of DCAT-AP; the format says it.
        *("presentationForm", "spatialRepresentationType", "spatialRepresentationInfo", "contentInfo"),
        *("portrayalCatalogueInfo", "applicationSchemaInfo", "otherCitationDetails", "collectiveTitle"),
        # Pictures for the pages of the catalogue.
        "graphicOverview",
        # Hours and instructions for those who call: people's working days, not the data.
        *("hoursOfService", "contactInstructions", "facsimile", "postBox", "organisationAcronym"),
        *("streetName", "streetNumber", "partyIdentifier", "logo"),
        # How to order paper and disks, and what that costs: DCAT-AP describes access over the web.
        *("distributionOrderProcess", "unitsOfDistribution", "offLine", "formatDistributor", "specification"),
        "fileDecompressionTechnique",
        # Care of the metadata; that of the data is read.
        *(
            "metadataMaintenance",
            "metadataConstraints",
            "metadataExtensionInfo",
            "updateScope",
            "dateOfNextUpdate",
        ),
        *("updateScopeDescription", "maintenanceNote"),
        # Measurements of quality other than conformity, and the steps of the making; the statement is read.
        *(
            "processStep",
            "source",
            "measureIdentification",
            "nameOfMeasure",
            "explanation",
            "evaluationMethodType",
        ),
        *("measureDescription", "evaluationMethodDescription", "DQ_QuantitativeResult", "scope"),
        *("hierarchyLevelName", "metadataScope", "levelDescription"),
        # Heights: DCAT-AP's places are flat. Whether a box includes or excludes: GeoDCAT-AP has no place for it.
        *("verticalElement", "extentTypeCode"),
        # Progress, purpose, thanks, remarks, uses: no property of DCAT-AP; the description says what the data are.
        *("status", "purpose", "credit", "supplementalInformation", "resourceSpecificUsage"),
        *("environmentDescription", "associationType", "initiativeType"),
        # Order of coordinates, versions and authorities of reference systems: known from their code.
        *("referenceSystemType", "DCP", "distributedComputingPlatform", "parameters", "couplingType"),
        # GeoNetwork's own bookkeeping in the answers of its API.
        "info",
    )
)
"""Local names; whatever stands below them is left out too."""
