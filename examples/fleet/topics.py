"""What municipalities publish: topics with their words, data theme and kind of data.

The choice follows the topics of the Musterdatenkatalog (musterdatenkatalog.de); titles and texts are the fleet's own.
Theme codes are those of the EU data theme list, categories those of the German OGD metadata schema.
"""

from typing import NamedTuple


class Topic(NamedTuple):
    """`kind` is one of places, figures, geodata, papers, live; `keywords` are separated by blanks."""

    title: str
    english: str
    keywords: str
    theme: str
    kind: str


TOPICS = tuple(
    Topic(*line.split("|"))
    for line in """\
Spielplätze|Playgrounds|spielplatz kinder freizeit|SOCI|places
Kindertagesstätten|Day-care centres|kita kinderbetreuung jugend|EDUC|places
Belegung der Kindertagesstätten|Occupancy of day-care centres|kita plätze betreuungsquote|EDUC|figures
Schulstandorte|School locations|schule bildung standort|EDUC|places
Schülerzahlen|Pupil numbers|schule schüler statistik|EDUC|figures
Schulbezirke|School districts|schule grundschule einzugsgebiet|EDUC|geodata
Schulentwicklungsplan|School development plan|schule planung bericht|EDUC|papers
Kursprogramm der Volkshochschule|Adult education courses|vhs kurse weiterbildung|EDUC|figures
Musikschulangebot|Music school courses|musik unterricht|EDUC|places
Stadtbücherei: Ausleihen|Library loans|bibliothek ausleihe medien|EDUC|figures
Einwohnerzahl nach Stadtteilen|Population by quarter|bevölkerung einwohner stadtteil|SOCI|figures
Einwohner nach Altersgruppen|Population by age group|bevölkerung alter demografie|SOCI|figures
Geburten und Sterbefälle|Births and deaths|bevölkerung geburten sterbefälle|SOCI|figures
Wanderungen|Migration|bevölkerung zuzug fortzug|SOCI|figures
Vornamen der Neugeborenen|First names of newborns|vornamen standesamt geburten|SOCI|figures
Staatsangehörigkeiten|Citizenships|bevölkerung nationalität|SOCI|figures
Haushaltsplan|Budget|haushalt finanzen produktplan|GOVE|figures
Jahresabschluss|Annual accounts|haushalt bilanz finanzen|GOVE|papers
Hebesätze der Realsteuern|Local tax rates|steuer gewerbesteuer grundsteuer|ECON|figures
Beteiligungsbericht|Report on holdings|beteiligungen stadtwerke finanzen|ECON|papers
Zuwendungen an Vereine|Grants to associations|förderung zuwendung verein|GOVE|figures
Ergebnisse der Kommunalwahl|Local election results|wahl rat ergebnis|GOVE|figures
Ergebnisse der Bürgermeisterwahl|Mayoral election results|wahl bürgermeister|GOVE|figures
Wahlbezirke|Polling districts|wahl wahlbezirk geometrie|GOVE|geodata
Wahllokale|Polling stations|wahl wahllokal standort|GOVE|places
Ratsmitglieder und Gremien|Council members and committees|rat politik gremien|GOVE|figures
Sitzungskalender des Rates|Council calendar|rat sitzung ratsinformation|GOVE|live
Straßenverzeichnis|Street directory|straße straßenschlüssel adresse|REGI|figures
Hauskoordinaten und Adressen|House coordinates and addresses|adresse hauskoordinate geobasisdaten|REGI|geodata
Stadtteilgrenzen|Quarter boundaries|stadtteil grenze gliederung|REGI|geodata
Bebauungspläne|Development plans|bebauungsplan bauleitplanung xplanung|REGI|geodata
Flächennutzungsplan|Land use plan|flächennutzung planung|REGI|geodata
Baulücken|Vacant lots|bauland bauen wohnen|REGI|geodata
Bodenrichtwerte|Standard land values|bodenrichtwert grundstück|ECON|geodata
Mietspiegel|Rent index|miete wohnen|SOCI|papers
Wohnungsbestand|Housing stock|wohnen gebäude statistik|SOCI|figures
Baugenehmigungen|Building permits|bauen genehmigung statistik|ECON|figures
Denkmalliste|Listed monuments|denkmal kultur geschichte|EDUC|places
Stadtplan|City map|stadtplan karte geobasisdaten|REGI|geodata
Luftbilder|Aerial photographs|orthophoto luftbild|REGI|geodata
3D-Stadtmodell|3D city model|3d gebäude citygml|REGI|geodata
Digitales Geländemodell|Digital terrain model|gelände höhe dgm|REGI|geodata
Baumkataster|Tree register|baum grün kataster|ENVI|geodata
Baumfällungen|Tree felling|baum fällung grünfläche|ENVI|figures
Grünflächen|Green spaces|grün park fläche|ENVI|geodata
Kleingärten|Allotments|kleingarten verein|ENVI|places
Landschaftsschutzgebiete|Protected landscapes|naturschutz schutzgebiet|ENVI|geodata
Hundefreilaufflächen|Dog exercise areas|hund freilauf|ENVI|places
Luftmesswerte|Air quality readings|luft feinstaub umwelt|ENVI|live
Lärmkarte|Noise map|lärm umgebungslärm|ENVI|geodata
Pegelstände|Water levels|wasser pegel hochwasser|ENVI|live
Überschwemmungsgebiete|Flood plains|hochwasser überschwemmung|ENVI|geodata
Trinkwasseranalyse|Drinking water analysis|trinkwasser wasserqualität|HEAL|papers
Badegewässer|Bathing waters|baden see wasserqualität|HEAL|places
Abfallkalender|Waste calendar|abfall müll termine|ENVI|figures
Containerstandorte|Container sites|altglas container abfall|ENVI|places
Wertstoffhöfe|Recycling centres|abfall wertstoff entsorgung|ENVI|places
Abfallmengen|Waste volumes|abfall menge statistik|ENVI|figures
Energieverbrauch kommunaler Gebäude|Energy use of municipal buildings|energie gebäude verbrauch|ENER|figures
Solaranlagen auf kommunalen Dächern|Solar panels on municipal roofs|solar photovoltaik energie|ENER|places
Solardachkataster|Solar roof register|solar dach potenzial|ENER|geodata
Wärmeplanung|Heat planning|wärme planung energie|ENER|geodata
Ladesäulen|Charging points|elektromobilität ladesäule|TRAN|places
Klimaschutzkonzept|Climate action plan|klima konzept bericht|ENVI|papers
Treibhausgasbilanz|Greenhouse gas balance|klima co2 bilanz|ENVI|figures
Parkhäuser|Car parks|parken parkhaus|TRAN|places
Parkhausbelegung|Car park occupancy|parken echtzeit belegung|TRAN|live
Parkscheinautomaten|Ticket machines|parken automat gebühr|TRAN|places
Bewohnerparkgebiete|Resident parking zones|parken bewohner zone|TRAN|geodata
Verkehrszählung|Traffic count|verkehr kfz zählung|TRAN|figures
Dauerzählstellen Radverkehr|Bicycle counters|fahrrad zählstelle messung|TRAN|live
Radwegenetz|Cycle network|fahrrad radweg netz|TRAN|geodata
Fahrradabstellanlagen|Bicycle parking|fahrrad abstellplatz|TRAN|places
Verkehrsunfälle|Road accidents|unfall verkehr sicherheit|TRAN|figures
Baustellen|Roadworks|baustelle straße sperrung|TRAN|live
Haltestellen|Stops|öpnv bus haltestelle|TRAN|places
Fahrplandaten|Timetable data|öpnv fahrplan gtfs|TRAN|live
Ampelanlagen|Traffic lights|ampel lichtsignalanlage|TRAN|places
Straßenbeleuchtung|Street lights|beleuchtung laterne|TRAN|geodata
Brücken|Bridges|brücke bauwerk|TRAN|places
Geschwindigkeitsmessungen|Speed checks|verkehr messung bußgeld|TRAN|figures
Fahrzeugbestand|Vehicle stock|kfz zulassung statistik|TRAN|figures
Veranstaltungskalender|Event calendar|veranstaltung kultur termine|EDUC|live
Museen|Museums|museum kultur|EDUC|places
Kunst im öffentlichen Raum|Art in public space|kunst skulptur kultur|EDUC|places
Sportstätten|Sports venues|sport halle platz|SOCI|places
Besucherzahlen der Bäder|Swimming pool visitors|schwimmbad besucher|SOCI|figures
Übernachtungen|Overnight stays|tourismus gäste übernachtung|ECON|figures
Wanderwege|Hiking trails|wandern tourismus freizeit|SOCI|geodata
Friedhöfe|Cemeteries|friedhof grabstätte|SOCI|places
Öffentliche Toiletten|Public toilets|toilette barrierefrei|SOCI|places
Trinkwasserspender|Drinking fountains|trinkwasser brunnen|HEAL|places
Apotheken|Pharmacies|gesundheit apotheke|HEAL|places
Arztpraxen|Surgeries|gesundheit arzt|HEAL|places
Defibrillatoren|Defibrillators|gesundheit defibrillator notfall|HEAL|places
Feuerwehreinsätze|Fire brigade call-outs|feuerwehr einsatz sicherheit|JUST|figures
Feuerwehrhäuser|Fire stations|feuerwehr standort|JUST|places
Warnsirenen|Warning sirens|sirene katastrophenschutz|JUST|places
Ortsrecht und Satzungen|Local statutes|satzung ortsrecht recht|JUST|papers
Pflegeeinrichtungen|Care homes|pflege senioren|HEAL|places
Beratungsstellen|Advice centres|soziales beratung hilfe|SOCI|places
Empfänger von Grundsicherung|Recipients of basic income support|soziales grundsicherung statistik|SOCI|figures
Sozialbericht|Social report|soziales bericht|SOCI|papers
Arbeitslosenzahlen|Unemployment figures|arbeit arbeitslosigkeit statistik|ECON|figures
Gewerbeflächen|Commercial sites|gewerbe wirtschaft fläche|ECON|geodata
Gewerbeanmeldungen|Business registrations|gewerbe wirtschaft statistik|ECON|figures
Wochenmärkte|Weekly markets|markt einkaufen|ECON|places
Vergebene Aufträge|Awarded contracts|vergabe ausschreibung auftrag|GOVE|figures
Stellenplan|Staffing plan|personal verwaltung stellen|GOVE|papers
Wartezeiten im Bürgerbüro|Waiting times at the citizens' office|bürgerbüro wartezeit termin|GOVE|live
Öffnungszeiten der Ämter|Opening hours of offices|verwaltung öffnungszeiten|GOVE|places
Mängelmelder|Fault reports|mängel meldung beteiligung|GOVE|live
Öffentliche WLAN-Zugänge|Public wireless access|wlan hotspot internet|TECH|places
Breitbandversorgung|Broadband coverage|breitband internet glasfaser|TECH|geodata
Sensordaten LoRaWAN|LoRaWAN sensor readings|sensor lorawan iot|TECH|live
Städtepartnerschaften|Twin towns|partnerschaft europa|INTR|figures
Landwirtschaftliche Betriebe|Farms|landwirtschaft betrieb statistik|AGRI|figures
Jagdbezirke|Hunting districts|jagd revier|AGRI|geodata
Wetterstation Rathaus|Weather station at the town hall|wetter temperatur niederschlag|ENVI|live
Stadtarchiv: Bestandsübersicht|Town archive holdings|archiv geschichte bestand|EDUC|papers""".splitlines()
)

CATEGORIES = {
    "AGRI": ("verbraucher", "Verbraucherschutz"),
    "ECON": ("wirtschaft_arbeit", "Wirtschaft und Arbeit"),
    "EDUC": ("bildung_wissenschaft", "Bildung und Wissenschaft"),
    "ENER": ("umwelt_klima", "Umwelt und Klima"),
    "ENVI": ("umwelt_klima", "Umwelt und Klima"),
    "GOVE": ("politik_wahlen", "Politik und Wahlen"),
    "HEAL": ("gesundheit", "Gesundheit"),
    "INTR": ("politik_wahlen", "Politik und Wahlen"),
    "JUST": ("gesetze_justiz", "Gesetze und Justiz"),
    "REGI": ("infrastruktur_bauen_wohnen", "Infrastruktur, Bauen und Wohnen"),
    "SOCI": ("soziales", "Soziales"),
    "TECH": ("infrastruktur_bauen_wohnen", "Infrastruktur, Bauen und Wohnen"),
    "TRAN": ("transport_verkehr", "Transport und Verkehr"),
}

THEME_LABELS = {
    "AGRI": "Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel",
    "ECON": "Wirtschaft und Finanzen",
    "EDUC": "Bildung, Kultur und Sport",
    "ENER": "Energie",
    "ENVI": "Umwelt",
    "GOVE": "Regierung und öffentlicher Sektor",
    "HEAL": "Gesundheit",
    "INTR": "Internationale Themen",
    "JUST": "Justiz, Rechtssystem und öffentliche Sicherheit",
    "REGI": "Regionen und Städte",
    "SOCI": "Bevölkerung und Gesellschaft",
    "TECH": "Wissenschaft und Technologie",
    "TRAN": "Verkehr",
}

SENTENCES = {
    "places": (
        "Lage und Anschrift aller Einträge zum Thema {title} in {town}.",
        "Standorte in {town} mit Adresse, Öffnungszeiten und Koordinaten (ETRS89/UTM 32N).",
        "Die Liste führt das Fachamt; Änderungen werden einmal im Quartal eingearbeitet.",
    ),
    "figures": (
        "Zahlen zum Thema {title} für {town}, Stichtag 31. Dezember.",
        "Zeitreihe seit 2009. Spalten: Jahr, Gebiet, Anzahl, Anteil in Prozent.",
        "Quelle: eigene Fortschreibung der Statistikstelle; kleine Fallzahlen sind gerundet.",
    ),
    "geodata": (
        "Geometrien zum Thema {title} im Gebiet von {town}.",
        "Abgabe in EPSG:25832, Darstellungsdienst und Herunterladedienst nach OGC.",
        "Digitalisiert im Maßstab 1:5.000; Lagegenauigkeit etwa zwei Meter.",
    ),
    "papers": (
        "Dokument der Verwaltung von {town} zum Thema {title}.",
        "Vom Rat beschlossene Fassung mit Anlagen.",
        "Die Zahlen im Anhang liegen nur als Dokument vor.",
    ),
    "live": (
        "Laufend erneuerte Werte zum Thema {title} aus {town}.",
        "Abruf als JSON, höchstens einmal je Minute.",
        "Die Werte sind ungeprüft; Ausfälle der Sensoren werden nicht nachgetragen.",
    ),
}
