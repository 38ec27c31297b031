"""Records, storage, measurement and publication. Knows no network and no Scrapy."""
