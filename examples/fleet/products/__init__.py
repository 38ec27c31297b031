"""What portal software other than CKAN, a DCAT feed and a data.json answers: one module a product.

Each serves what it is given (so that tests may give it little), and writes the fleet's datasets in its own form.
"""

from typing import Protocol, cast

from fleet.holdings import Dataset
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products import (
    arcgis,
    atom,
    csw,
    dataverse,
    dkan,
    duva,
    entryscape,
    geonode,
    jkan,
    oai,
    ogcapi,
    oparl,
    opendatasoft,
    piveau,
    rdf_folder,
    services,
    sitemap,
    socrata,
    sparql,
    table,
    udata,
    waf,
    website,
)
from fleet.routes import Routes


class Product(Protocol):
    """One module: what a portal of this product serves, and how it names a dataset."""

    def routes(self, site: PortalSite) -> Routes:
        """The paths of the portal's site."""

    def identifier(self, dataset: Dataset, portal: FleetPortal) -> str:
        """The identifier by which a crawl knows the dataset."""


_MODULES = (
    *(arcgis, atom, csw, dataverse, dkan, duva, entryscape, geonode, jkan, oai, ogcapi, oparl),
    *(opendatasoft, piveau, rdf_folder, services, sitemap, socrata, sparql, table, udata, waf, website),
)
PRODUCTS = {module.__name__.rpartition(".")[2]: cast(Product, module) for module in _MODULES}
"""Portal kind → its product."""
