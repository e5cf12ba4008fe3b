"""Storylines in German, French, Spanish, Italian and Portuguese, a few each."""

from .subjects import Subject

GERMAN = (
    Subject(
        name="Wärmepumpe",
        language="de",
        topics=(28, 433, 539),
        section="wirtschaft",
        weight=1.0,
        headlines=(
            (
                "Wärmepumpe im Altbau: So hoch war die Rechnung in {place}",
                "Altbau in {place}: was die Wärmepumpe wirklich kostet",
            ),
            ("{company} baut Werk für Wärmepumpen in {place}", "{place} bekommt Werk für Wärmepumpen von {company}"),
            (
                "{pct} Prozent mehr Anträge: Die Wärmepumpe ist zurück",
                "Die Wärmepumpe ist zurück: {pct} Prozent mehr Anträge",
            ),
        ),
        excerpts=("Handwerker in {place} sind bis zum Frühjahr ausgebucht.", "{person} rechnet mit sinkenden Preisen."),
        body=("Die Förderung wird aus dem Klimafonds bezahlt.",),
    ),
    Subject(
        name="Bahnstreik",
        language="de",
        topics=(2, 464),
        section="verkehr",
        weight=1.0,
        headlines=(
            ("Bahnstreik: Tag {day} ohne Züge in {place}", "{place}: Tag {day} ohne Züge im Bahnstreik"),
            ("Bahnstreik kostet Betriebe {money} am Tag", "{money} am Tag: was der Bahnstreik die Betriebe kostet"),
        ),
        excerpts=("{company} bietet {pct} Prozent mehr Lohn.", "{person} will am Freitag weiter verhandeln."),
        body=("Pendler in {place} steigen auf das Rad um.",),
    ),
    Subject(
        name="Hochwasser",
        language="de",
        topics=(2, 661, 27),
        section="panorama",
        weight=0.9,
        headlines=(
            (
                "Hochwasser in {place}: {big} Haushalte ohne Strom",
                "{big} Haushalte in {place} nach Hochwasser ohne Strom",
            ),
            (
                "Klimawandel: Warum {place} höhere Deiche braucht",
                "Höhere Deiche für {place}: der Klimawandel wird teuer",
            ),
        ),
        excerpts=("Helfer füllten die ganze Nacht Sandsäcke.", "Der Pegel in {place} sinkt seit dem Morgen."),
        body=("Die Schäden werden auf {money} geschätzt.",),
    ),
    Subject(
        name="Pokalfinale",
        language="de",
        topics=(32, 33),
        section="sport",
        weight=0.9,
        headlines=(
            (
                "{team} schlägt {rival} {n}:1 und steht im Pokalfinale",
                "Pokalfinale: {team} nach {n}:1 gegen {rival} dabei",
            ),
            ("{person} fehlt im Pokalfinale", "Pokalfinale ohne {person}"),
        ),
        excerpts=("{team} stand seit {n}0 Jahren nicht mehr im Finale.",),
        body=("{big} Fans reisten mit.",),
    ),
)

FRENCH = (
    Subject(
        name="grève des ferries",
        language="fr",
        topics=(2, 464),
        section="economie",
        weight=1.0,
        headlines=(
            (
                "Grève des ferries : {day}e jour sans accord à {place}",
                "À {place}, la grève des ferries entre dans son {day}e jour",
            ),
            ("{company} annule {n} traversées, la grève s'étend", "La grève s'étend : {company} annule {n} traversées"),
        ),
        excerpts=(
            "{person} attend une offre sérieuse de la direction.",
            "Les voyageurs dorment dans le port de {place}.",
        ),
        body=("La médiatrice a reçu les deux parties pendant {n} heures.",),
    ),
    Subject(
        name="changement climatique",
        language="fr",
        topics=(2, 27, 26),
        section="planete",
        weight=1.0,
        headlines=(
            (
                "Le changement climatique coûtera {money} par an à {place}",
                "{place} : {money} par an pour le changement climatique",
            ),
            (
                "Inondations à {place} : {big} foyers sans courant",
                "{big} foyers sans courant à {place} après les inondations",
            ),
        ),
        excerpts=("Selon le rapport, {place} est en première ligne.", "{person} demande un plan avant l'été."),
        body=("Les vendanges ont avancé de {n} semaines.",),
    ),
    Subject(
        name="festival du film",
        language="fr",
        topics=(3, 8),
        section="culture",
        weight=0.8,
        headlines=(
            (
                "Festival du film de {place} : « {film} » remporte le grand prix",
                "« {film} », grand prix du festival du film de {place}",
            ),
            (
                "{n} minutes d'applaudissements pour {person} à {place}",
                "À {place}, {n} minutes d'applaudissements pour {person}",
            ),
        ),
        excerpts=("Le jury de {person} a salué la patience du film.",),
        body=("Les billets sont partis en {n} heures.",),
    ),
)

SPANISH = (
    Subject(
        name="vivienda",
        language="es",
        topics=(2, 474),
        section="economia",
        weight=1.0,
        headlines=(
            (
                "Vivienda: el alquiler sube un {pct} por ciento en {place}",
                "El alquiler sube un {pct} por ciento en {place}",
            ),
            ("{place} aprueba {big} pisos tras {n} años de espera", "Tras {n} años, {place} aprueba {big} pisos"),
        ),
        excerpts=("{person} pide un tope a los alquileres.", "Hay {big} pisos vacíos en {place}."),
        body=("El plan cuesta {money}.",),
    ),
    Subject(
        name="coches eléctricos",
        language="es",
        topics=(28, 473),
        section="motor",
        weight=0.9,
        headlines=(
            (
                "Los coches eléctricos superan a la gasolina en {place}",
                "{place}: los coches eléctricos superan a la gasolina",
            ),
            (
                "{company} llama a revisión {big} coches eléctricos",
                "Fallo de batería: {company} revisa {big} coches eléctricos",
            ),
        ),
        excerpts=("Las ventas crecen un {pct} por ciento.",),
        body=("El {car} recorre {n}00 kilómetros en invierno.",),
    ),
    Subject(
        name="final de fútbol",
        language="es",
        topics=(32, 33),
        section="deportes",
        weight=1.0,
        headlines=(
            ("{team} gana {n}-1 a {rival} y jugará la final", "{team} jugará la final tras ganar {n}-1 a {rival}"),
            ("{person} se pierde la final por lesión", "Final sin {person}: lesión de rodilla"),
        ),
        excerpts=("{team} no llegaba a una final desde hace {n}0 años.",),
        body=("{big} personas vieron el partido en {place}.",),
    ),
)

ITALIAN = (
    Subject(
        name="sciopero dei traghetti",
        language="it",
        topics=(2, 464),
        section="cronaca",
        weight=1.0,
        headlines=(
            (
                "Sciopero dei traghetti, giorno {day}: {place} isolata",
                "{place} isolata: giorno {day} di sciopero dei traghetti",
            ),
            ("Alluvione a {place}: {big} case senza luce", "{big} case senza luce a {place} dopo l'alluvione"),
        ),
        excerpts=("{person} chiede un tavolo entro venerdì.", "La compagnia {company} offre il {pct} per cento."),
        body=("I danni sono stimati in {money}.",),
    ),
    Subject(
        name="festival del cinema",
        language="it",
        topics=(3, 8),
        section="spettacoli",
        weight=0.8,
        headlines=(
            ("Festival del cinema di {place}: vince «{film}»", "«{film}» vince il festival del cinema di {place}"),
            ("{n} minuti di applausi per {person} a {place}", "{place}, {n} minuti di applausi per {person}"),
        ),
        excerpts=("La giuria ha premiato la pazienza del film.",),
        body=("Biglietti esauriti in {n} ore.",),
    ),
)

PORTUGUESE = (
    Subject(
        name="mudança climática",
        language="pt",
        topics=(2, 27),
        section="ambiente",
        weight=1.0,
        headlines=(
            (
                "Mudança climática custará {money} por ano a {place}",
                "{place}: mudança climática custará {money} por ano",
            ),
            ("Enchente deixa {big} casas sem luz em {place}", "{big} casas sem luz após enchente em {place}"),
        ),
        excerpts=("{person} pede obras antes da próxima estação.",),
        body=("A safra atrasou {n} semanas.",),
    ),
    Subject(
        name="final do campeonato",
        language="pt",
        topics=(32, 33),
        section="esporte",
        weight=1.2,
        headlines=(
            ("{team} vence {rival} por {n} a 1 e está na final", "{team} está na final após {n} a 1 contra {rival}"),
            (
                "Ingressos da final por {cheap} revoltam torcida do {team}",
                "Torcida do {team} protesta: final custa {cheap}",
            ),
        ),
        excerpts=("{team} não chegava à final havia {n}0 anos.",),
        body=("{big} torcedores foram às ruas de {place}.",),
    ),
)

WORLD = (*GERMAN, *FRENCH, *SPANISH, *ITALIAN, *PORTUGUESE)
