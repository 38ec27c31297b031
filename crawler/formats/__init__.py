"""What a payload says: bytes or JSON -> records. Pure: no I/O, no clock, no Scrapy."""
