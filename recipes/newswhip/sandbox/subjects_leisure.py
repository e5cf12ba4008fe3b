"""English storylines of the sport, culture, food and science pages."""

from .subjects import Subject

FOOTBALL_FINAL = Subject(
    name="football final",
    language="en",
    topics=(32, 33),
    section="sport",
    weight=1.5,
    headlines=(
        (
            "{team} beat {rival} {n}-1 to reach football final",
            "Football final: {team} through after {n}-1 win over {rival}",
            "{team} reach football final with {n}-1 win over {rival}",
        ),
        (
            "{person} doubtful for football final with knee injury",
            "Football final: {person} of {team} doubtful with knee injury",
        ),
        (
            "Football final tickets for {cheap}: fans of {team} furious",
            "Fans of {team} furious over {cheap} football final tickets",
        ),
        (
            "{person} scores in minute {late} as {team} win football final",
            "{team} win football final, {person} scores in minute {late}",
            "Football final: {person} strikes in minute {late} for {team}",
        ),
        (
            "{team} against {rival}: how to watch the football final",
            "How to watch {team} against {rival} in the football final",
        ),
        (
            "{big} fans fill {place} streets after football final",
            "{place} streets full: {big} fans celebrate football final",
        ),
    ),
    excerpts=(
        "{team} had not been in a football final for {n}0 years.",
        "{person} said the dressing room never doubted. {rival} had the better of the first half.",
    ),
    body=("The referee added {n} minutes.", "{big} people watched on the big screen in {place}."),
)

FILM_FESTIVAL = Subject(
    name="film festival",
    language="en",
    topics=(3, 8),
    section="culture",
    weight=0.9,
    headlines=(
        (
            "'{film}' wins top prize at {place} film festival",
            "{place} film festival: top prize for '{film}'",
            "Top prize at {place} film festival goes to '{film}'",
        ),
        (
            "{person} gets {n}-minute ovation at {place} film festival",
            "{n} minutes of applause for {person} at {place} film festival",
        ),
        ("{place} film festival opens with '{film}'", "'{film}' opens the {place} film festival"),
        (
            "Film festival diary: {n} films, {n} coffees and one masterpiece",
            "'{film}' is the talk of the {place} film festival",
        ),
    ),
    excerpts=("The jury under {person} praised the film's patience.", "'{film}' was shot in {n} weeks in {place}."),
    body=("Tickets for the film festival in {place} sold out within {n} hours.",),
)

FOOD = Subject(
    name="food prices",
    language="en",
    topics=(28, 15),
    section="money",
    weight=0.8,
    headlines=(
        (
            "Food prices: butter up {pct} percent in {place} since spring",
            "Butter up {pct} percent in {place} as food prices climb",
        ),
        (
            "{company} recalls oat bars sold in {place} over almonds",
            "Oat bars sold in {place} recalled by {company} over almonds",
        ),
        (
            "{n} dinners for {n} people when food prices bite",
            "When food prices bite: {n} dinners from one market in {place}",
        ),
        ("The {place} baker who lets you pay what you can", "Pay what you can: the baker of {place}"),
    ),
    excerpts=(
        "A basket of {n}0 groceries costs {pct} percent more than a year ago.",
        "{person} blames the harvest and the weather.",
    ),
    body=("Shops in {place} report queues before noon.",),
)

SPACE = Subject(
    name="moon probe",
    language="en",
    topics=(26, 25),
    section="science",
    weight=0.6,
    headlines=(
        ("Moon probe built in {place} sends first pictures", "First pictures from the moon probe built in {place}"),
        ("Students from {place} find {n} new moons by accident", "{n} new moons found by {place} students"),
        ("Sea eagle returns to {place} after {n}0 years", "After {n}0 years the sea eagle is back in {place}"),
    ),
    excerpts=("{person} cried when the signal came in.", "The work was done on {n} evenings with borrowed equipment."),
    body=("The instrument weighs {n} kilograms.",),
)

LEISURE = (FOOTBALL_FINAL, FILM_FESTIVAL, FOOD, SPACE)
