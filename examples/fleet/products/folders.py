"""Folders of a web server as their indexes show them, with the files in them."""

from collections.abc import Mapping, Sequence

from fleet.routes import Route, Routes, fixed, text


def listing(path: str, names: Sequence[str]) -> str:
    """The index that nginx makes of a folder."""
    lines = "\n".join(f'<a href="{name}">{name}</a>    01-Feb-2026 12:00    100' for name in names)
    return (
        f"<html><head><title>Index of {path}</title></head>"
        f'<body><pre><a href="../">../</a>\n{lines}</pre></body></html>'
    )


def tree(files: Mapping[str, str | bytes], content_type: str) -> Routes:
    """Path of a file → its text, with an index for each folder above (but for the root)."""
    inside: dict[str, dict[str, None]] = {}
    for path in files:
        *folders, name = path.strip("/").split("/")
        for depth in range(len(folders)):
            below = f"{folders[depth + 1]}/" if depth + 1 < len(folders) else name
            inside.setdefault(f"/{'/'.join(folders[: depth + 1])}/", {})[below] = None
    found: dict[str, Route] = {
        folder: fixed(text(listing(folder, list(names)))) for folder, names in inside.items()
    }
    return {**found, **{path: fixed(text(body, content_type)) for path, body in files.items()}}
