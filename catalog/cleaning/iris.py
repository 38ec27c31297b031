"""IRIs: whether a text is one, and which one was meant where it is broken."""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Final
from urllib.parse import quote

# RFC 3987: unreserved, sub-delims and ucschar; `ucschar` leaves out private use and non-characters.
_UCS: Final = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_PLAIN: Final = "A-Za-z0-9._~!$&'()*+,;=\\-" + _UCS
_PCT: Final = "%[0-9A-Fa-f]{2}"
_SEGMENT: Final = f"(?:[{_PLAIN}:@/]++|{_PCT})*+"
_QUERY: Final = f"(?:[{_PLAIN}:@/?\ue000-\uf8ff]++|{_PCT})*+"
_IPV6: Final = r"\[(?=[^\]]*:[^\]]*:)[0-9A-Fa-f:.]{2,45}\]"
_AUTHORITY: Final = rf"(?:(?:[{_PLAIN}:]|{_PCT})*@)?(?:{_IPV6}|(?:[{_PLAIN}]|{_PCT})*)(?::\d*)?"
_IRI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?=[/?#]|\Z)(?!//\Z)|(?!//)){_SEGMENT}"
    rf"(?:\?{_QUERY})?(?:\#(?:[{_PLAIN}:@/?]++|{_PCT})*+)?",
    re.ASCII,
)
_COMMON: Final = re.compile(r"https?://[a-z0-9.\-]+(?:/[A-Za-z0-9._~/\-]*)?(?:#[A-Za-z0-9._\-]*)?", re.ASCII)


@lru_cache(maxsize=4_096)
def is_valid_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI (RFC 3987): a scheme, and no character that is forbidden there."""
    return _COMMON.fullmatch(text) is not None or (_IRI.fullmatch(text) is not None and _host_is_sound(text))


_BRACKETS: Final = re.compile(r"[A-Za-z0-9+.\-]+://[^/?#]*\[([^\]]*)\]")


def _host_is_sound(text: str) -> bool:
    """False for brackets that hold no IPv6 address; the pattern alone cannot count its groups."""
    if "[" not in text:
        return True
    found = _BRACKETS.match(text)
    return found is not None and _is_ipv6(found[1])


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


_WEB: Final = re.compile(r"(?:https?|ftps?)://(?:[^/?#@]*@)?[^/?#:@\s]", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Whether `text` may become a link: a valid IRI with http, https or ftp and a host.

    `javascript:`, `data:`, `file:` and the like are none.
    """
    return _WEB.match(text) is not None and is_valid_iri(text)


# White space, control and format characters that stand around or inside pasted addresses.
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
_WRAPPED: Final = re.compile(r"""<(.+)>|"(.+)"|'(.+)'|„(.+)[“”]|\((.+)\)""", re.DOTALL)
_SCHEME: Final = re.compile(
    r"(?:url|uri)?:?\s*(h{0,2}t{1,3}ps?)\s*(?::{1,2}/{1,4}|//:?|/{2}:|:/)\s*(?=[^/\s])", re.IGNORECASE
)
_TWICE: Final = re.compile(r"(?:https?://)+(?=(?:https?|ftp)://)", re.IGNORECASE)
_KNOWN: Final = re.compile(
    r"(?:https?://|ftps?://|sftp://|mailto:|tel:|urn:[a-z0-9]|doi:|info:|geo:)", re.IGNORECASE
)
_WITHOUT_HOST: Final = re.compile(r"(?:https?|ftps?):(?:/*|//[/?#:@].*)|mailto:", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|[^{_PLAIN}:@/?#%]")
_MAILTO: Final = re.compile(r"(?:mailto:\s*)+", re.IGNORECASE)


def encode_iri(text: str) -> str:
    """`text` with every character that no IRI may hold percent-encoded (UTF-8); nothing else is judged.

    For references that must be written though nobody can say what was meant. The first `#` stays.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    start, sign, fragment = text.partition("#")
    encoded = _FORBIDDEN.sub(lambda found: quote(found[0], safe=""), start)
    if not sign:
        return encoded
    return f"{encoded}#{_FORBIDDEN.sub(lambda found: quote(found[0], safe=''), fragment).replace('#', '%23')}"


def _bare(text: str) -> str:
    """`text` without blanks, invisible characters and quotation marks around it."""
    text = _INVISIBLE.sub("", text).strip()
    wrapped = _WRAPPED.fullmatch(text)
    return next(filter(None, wrapped.groups())).strip() if wrapped else text


def _with_scheme(text: str) -> str:
    """A missing or misspelt http scheme completed; other texts as they are."""
    text = text.replace("\\", "/")
    if found := _SCHEME.match(text):
        scheme = "https" if found[1].lower().endswith("s") else "http"
        text = f"{scheme}://{text[found.end() :]}"
    elif text[:4].lower() == "www.":
        text = "http://" + text
    return _TWICE.sub("", text)


def repair_iri(text: str) -> str | None:
    """The absolute IRI that `text` is or was meant to be, else None (relative references, prose).

    Repairs blanks and control characters, `www.` without scheme, `ttps://`, `http:\\\\`, doubled
    schemes, quotation marks around, stray `%`, brackets and `#`. Umlauts stay: the result is an IRI.
    """
    # Most addresses are plain ones, seen once: one pattern tells so sooner than a memory would.
    return text if _COMMON.fullmatch(text) else _repaired(text)


@lru_cache(maxsize=4_096)
def _repaired(text: str) -> str | None:
    if _WEB.match(text) and not _TWICE.match(text) and is_valid_iri(text):
        return text
    text = _with_scheme(_bare(text))
    if found := _MAILTO.match(text):
        text = "mailto:" + text[found.end() :].replace(" ", "")
    if _KNOWN.match(text):
        text = encode_iri(text)
    return text if is_valid_iri(text) and not _WITHOUT_HOST.fullmatch(text) else None


_AT: Final = re.compile(
    r"\s*[(\[{<]\s*(?:at|ät|@)\s*[)\]}>]\s*|\s+(?:at|ät)\s+(?=\S+\.[a-z]{2,}\b)", re.IGNORECASE
)
_DOT: Final = re.compile(r"\s*[(\[{]\s*(?:dot|punkt|\.)\s*[)\]}]\s*", re.IGNORECASE)
_MAILBOX: Final = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])([a-z0-9äöüß!#$&'*+/=^_`{|}~-]+(?:\.[a-z0-9äöüß!#$&'*+/=^_`{|}~-]+)*)"
    r"@((?:[a-z0-9äöüß](?:[a-z0-9äöüß-]{0,61}[a-z0-9äöüß])?\.)+[a-z]{2,24})(?![\w@-])",
    re.IGNORECASE,
)
_LONGEST_MAILBOX: Final = 2_000


@lru_cache(maxsize=16_384)
def repair_mailbox(text: str) -> str | None:
    """The first e-mail address in `text` as a `mailto:` IRI, else None.

    Reads `mailto:mailto:…`, `Name <a@b.de>`, `a(at)b.de`, `a [at] b [dot] de`; drops `?subject=…`.
    The domain is written in lower case; the local part is kept.
    """
    if len(text) > _LONGEST_MAILBOX:
        return None
    text = _DOT.sub(".", _AT.sub("@", _MAILTO.sub(" ", _INVISIBLE.sub(" ", text))))
    found = _MAILBOX.search(text)
    if found is None:
        return None
    mailbox = (
        "mailto:" + encode_iri(found[1].replace("#", "%23").replace("/", "%2F")) + "@" + found[2].lower()
    )
    return mailbox if is_valid_iri(mailbox) else None
