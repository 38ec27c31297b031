"""Scrapy's settings for one crawl; each that differs from the default says why."""

from __future__ import annotations

import sys
from typing import Any

from crawler.fetch.options import Options

MIDDLEWARES = {
    "crawler.fetch.guard.GuardMiddleware": 30,  # before anything is asked, and again for every redirect
    "crawler.fetch.archive.ArchiveMiddleware": 540,  # sees answers after redirects, retries and decompression
    "crawler.fetch.patience.PatienceMiddleware": 550,  # in the place of Scrapy's RetryMiddleware
    "crawler.fetch.secrets.KeyMiddleware": 560,  # sees each hop of a redirect, and answers before they are archived
}

_SCRAPY = "scrapy.downloadermiddlewares."
OF_SCRAPY = {
    _SCRAPY + "offsite.OffsiteMiddleware": 50,
    _SCRAPY + "downloadtimeout.DownloadTimeoutMiddleware": 350,
    _SCRAPY + "defaultheaders.DefaultHeadersMiddleware": 400,
    _SCRAPY + "useragent.UserAgentMiddleware": 500,
    _SCRAPY + "httpcompression.HttpCompressionMiddleware": 590,
    _SCRAPY + "redirect.RedirectMiddleware": 600,
    _SCRAPY + "stats.DownloaderStats": 850,
}
"""Those of Scrapy's own that a crawl uses, in their places. The others are not even loaded: cookies, proxies, a cache, a
console and a remote control are two hundred modules and a fifth of a second in every program, and nothing listens."""


def scrapy_settings(options: Options) -> dict[str, Any]:
    """The settings of a crawl with these options."""
    return {**_polite(options), **_bounded(options), **_quiet()}


def _polite(options: Options) -> dict[str, Any]:
    return {
        "USER_AGENT": options.user_agent,  # default names Scrapy, not who asks
        "CONCURRENT_REQUESTS": 2,  # default 16: a crawler has one host, and what is under way cannot be held back
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,  # default 8
        "DOWNLOAD_DELAY": options.delay,  # default 0
        "DOWNLOAD_DELAY_JITTER": 0,  # default 0.5 would undercut the Crawl-delay that a portal asks for
        "ROBOTSTXT_OBEY": False,  # crawler.fetch.robots decides, per portal policy and with evidence
        "DOWNLOADER_MIDDLEWARES_BASE": OF_SCRAPY,  # default: with those that the settings below turn off
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        "DOWNLOAD_HANDLERS": {
            "file": "crawler.fetch.local_files.LocalFiles",  # default: any file, no folder
            **dict.fromkeys(
                ("http", "https"), "crawler.fetch.bounded_handler.BoundedHandler"
            ),  # default: no bound
        },
        "RETRY_ENABLED": False,  # default True: PatienceMiddleware honours Retry-After as well
        "RETRY_TIMES": options.retries,  # read by Scrapy's get_retry_request
        "RETRY_PRIORITY_ADJUST": 0,  # default -1: a page that is tried again keeps its place in the listing
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",  # default ERROR: a failure is an outcome, not a log line
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "*/*",
            "Accept-Language": "de, en;q=0.8",
        },  # default asks for HTML
        "REFERRER_POLICY": "no-referrer",  # default tells a server where we were before
        "COOKIES_ENABLED": False,  # default True: a listing needs no session
        "HTTPERROR_ALLOW_ALL": False,  # the default: refusals arrive in the errback
    }


def _bounded(options: Options) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": options.timeout,  # default 180
        "DOWNLOAD_MAXSIZE": options.max_bytes,  # default 1 GiB; holds for the decompressed body too
        "DOWNLOAD_WARNSIZE": 0,  # default 32 MiB: large files are ordinary here
        "DOWNLOAD_VERIFY_CERTIFICATES": True,  # default False: a wrong certificate is a finding
        "REDIRECT_MAX_TIMES": options.redirects,  # default 20
        "METAREFRESH_ENABLED": False,  # default True: a page of HTML is an answer of its own
        "HTTPPROXY_ENABLED": False,  # default True: a proxy would connect past the check of addresses
        "URLLENGTH_LIMIT": 0,  # default 2083 drops calls in silence
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the frontier knows what was asked, by call
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": sys.maxsize,  # default 5 MB: one page would stop all fetching; see WINDOW
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # default LIFO would read a listing backwards
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }


def _quiet() -> dict[str, Any]:
    return {
        "EXTENSIONS_BASE": {},  # default: eleven, none of them used
        "TELNETCONSOLE_ENABLED": False,  # default True: nothing listens
        "REMOTE_CONTROL_ENABLED": False,  # default True: nothing listens
        "MEMUSAGE_ENABLED": False,  # default True
        "LOGSTATS_INTERVAL": 0,  # default 60: progress is reported per portal
        "STATS_DUMP": False,  # default True
        "LOG_ENABLED": False,  # default True: the program's own logging is used
    }
