"""An inventory as CSV in cp1252, as German Excel saves it, on a web server."""

from __future__ import annotations

from fleet.products.table import file
from fleet.routes import Routes

COUNT = 12


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: row 3 has another title, the last one is gone. Broken: one row without a title, another with a lone quote."""
    lines = ["Dateninventar der Stadt Neuwald;;;;", "Nr.;Titel;Amt;Zugang;Download"]
    for number in range(COUNT - epoch):
        title = f"Datensatz {number} – Straße" + (" (neu)" if epoch and number == 3 else "")
        title = "" if broken and number == 5 else '"offen' if broken and number == 11 else title
        lines.append(f"{number};{title};Amt für Öffentliches;offen;https://daten.example/{number}.csv")
    return file(lines)
