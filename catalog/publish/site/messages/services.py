"""The words of what the site offers beside pages: method, downloads, checks, inventory, legal pages, feeds."""

# fmt: off
MESSAGES: dict[str, tuple[str, str]] = {
    # legal pages
    "legal.template": ("Das ist eine Vorlage. Wer diese Seiten betreibt, muss sie ausfüllen: Stellen in eckigen Klammern ersetzen und die Datei im eigenen Ordner ablegen (siehe Anleitung „publish“).", "This is a template. Whoever runs these pages must fill it in: replace what stands in square brackets and put the file into a folder of one's own (see the guide “publish”)."),
}
# fmt: on
