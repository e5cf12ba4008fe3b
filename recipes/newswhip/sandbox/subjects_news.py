"""English storylines of the news pages: transport, weather, climate, politics, schools, hospitals."""

from .subjects import Subject

FERRY_STRIKE = Subject(
    name="ferry strike",
    language="en",
    topics=(2, 464, 28),
    section="transport",
    weight=2.2,
    headlines=(
        (
            "Ferry strike enters day {day} as talks in {place} stall",
            "Talks in {place} stall as ferry strike enters day {day}",
            "Ferry strike: day {day} and still no deal in {place}",
        ),
        (
            "{company} cancels {n} sailings as ferry strike spreads to {place}",
            "Ferry strike spreads to {place}, {company} cancels {n} sailings",
        ),
        (
            "{person}: we will end the ferry strike when the offer is fair",
            "We will end the ferry strike when the offer is fair, says {person}",
        ),
        (
            "Ferry strike costs {place} hotels {money} in a week",
            "Hotels in {place} lose {money} in a week of ferry strike",
            "How the ferry strike cost {place} hotels {money}",
        ),
        (
            "{big} travellers stuck in {place} as ferry strike goes on",
            "Ferry strike leaves {big} travellers stuck in {place}",
        ),
        (
            "Ferry strike: {company} tables {pct} percent pay offer",
            "{company} tables {pct} percent pay offer to end ferry strike",
        ),
    ),
    excerpts=(
        "Crews at {company} walked out over rosters and pay. Talks resume in {place} on Friday.",
        "{person}, who speaks for the crews, said the ferry strike could last into next week.",
        "Passengers are told to check before they travel to {place}.",
    ),
    body=(
        "The mediator met both sides for {n} hours in {place}.",
        "Freight for the islands is carried by {n} chartered boats until the dispute is settled.",
    ),
)

FLOODING = Subject(
    name="flooding",
    language="en",
    topics=(2, 661, 27),
    section="weather",
    weight=1.1,
    headlines=(
        (
            "{big} homes without power as flooding hits {place}",
            "Flooding hits {place}: {big} homes without power",
            "Flooding in {place} leaves {big} homes without power",
        ),
        (
            "{place} asks for {money} to rebuild after flooding",
            "After the flooding, {place} asks for {money} to rebuild",
        ),
        (
            "'The water came in {n} minutes': {place} counts the cost of flooding",
            "{place} counts the cost of flooding: 'the water came in {n} minutes'",
        ),
        (
            "River at {place} to peak tonight, flooding expected in {n} districts",
            "Flooding expected in {n} districts as river at {place} nears its peak",
        ),
        (
            "Why {place} keeps flooding, and what {money} would change",
            "What {money} could do about flooding in {place}",
        ),
    ),
    excerpts=(
        "Volunteers filled sandbags through the night in {place}. Flooding has closed {n} roads.",
        "{person} of the river authority says the defences held, but only just.",
    ),
    body=(
        "Rainfall over {place} was the highest in {n} years.",
        "Insurers expect claims of {money} before the end of the month.",
    ),
)

CLIMATE_CHANGE = Subject(
    name="climate change",
    language="en",
    topics=(2, 27, 26),
    section="environment",
    weight=1.4,
    headlines=(
        (
            "Climate change will cost {place} {money} a year, study finds",
            "Study: climate change to cost {place} {money} a year",
            "{place} faces {money} a year in climate change costs, study finds",
        ),
        (
            "{person} walks out of climate change talks in {place}",
            "Climate change talks in {place}: {person} walks out",
        ),
        (
            "Farmers in {place} move the harvest by {n} weeks because of climate change",
            "Climate change moves the harvest in {place} by {n} weeks",
        ),
        (
            "School pupils take {place} to court over climate change",
            "Climate change: pupils take {place} to court",
        ),
        (
            "Climate change: {n} things the new report says about {place}",
            "{n} things the new climate change report says about {place}",
        ),
    ),
    excerpts=(
        "The report was written by {big} scientists and names {place} as one of the regions most at risk.",
        "{person} called the finding a warning that can still be heeded.",
    ),
    body=(
        "Carbon emissions fell by {pct} percent last year, less than the plan asks for.",
        "Measures such as insulation, heat networks and wetlands would pay for themselves in {n} years.",
    ),
)

STORM = Subject(
    name="storm",
    language="en",
    topics=(2, 661),
    section="weather",
    weight=0.45,
    headlines=(
        (
            "Storm {storm}: {big} homes without power in {place}",
            "{big} homes without power in {place} after storm {storm}",
            "Storm {storm} cuts power to {big} homes in {place}",
        ),
        (
            "Storm {storm} closes schools in {place} for {n} days",
            "Schools in {place} closed for {n} days by storm {storm}",
        ),
        (
            "Red warning for {place} as storm {storm} makes landfall",
            "Storm {storm} makes landfall: red warning for {place}",
        ),
        (
            "Crews of {company} work {n} hours to clear tracks after storm {storm}",
            "After storm {storm}: {company} crews work {n} hours to clear tracks",
        ),
        (
            "Storm {storm}: lifeboat saves {n} off {place}",
            "Lifeboat saves {n} off {place} in storm {storm}",
        ),
        (
            "{place} cleans up after storm {storm}, damage put at {money}",
            "Storm {storm} damage put at {money} as {place} cleans up",
        ),
        (
            "Storm {storm} warning for {place}: what to do before tonight",
            "What to do in {place} before storm {storm} arrives tonight",
        ),
        (
            "{person} thanks rescuers after storm {storm} in {place}",
            "Storm {storm}: {person} thanks rescuers in {place}",
        ),
    ),
    excerpts=(
        "Gusts of {gust} km/h were measured at {place}. The storm moves east overnight.",
        "The storm is the {n}th with a name this season. {person} asked people to stay at home.",
    ),
    body=(
        "The weather service lifted the warning for {place} shortly before noon.",
        "Fallen trees blocked {n} roads; {company} had no trains running.",
    ),
)

POLITICS = Subject(
    name="coalition talks",
    language="en",
    topics=(2, 20),
    section="politics",
    weight=1.3,
    headlines=(
        (
            "Coalition talks collapse after {n} hours, {person} blames rivals",
            "{person} blames rivals as coalition talks collapse after {n} hours",
        ),
        (
            "{person} resigns over {money} housing grant",
            "Minister {person} resigns over {money} housing grant",
            "{money} housing grant: {person} resigns",
        ),
        (
            "Poll: {person}'s party falls {pct} points in {place}",
            "{person}'s party falls {pct} points in {place}, poll finds",
        ),
        (
            "Budget: {money} for schools in {place}, nothing for roads",
            "{place} gets {money} for schools in budget, nothing for roads",
        ),
        (
            "{person} to stand for mayor of {place}",
            "Mayor of {place}: {person} to stand",
        ),
        ("What {person} promised {place}, and what came of it", "Fact check: {n} promises {person} made in {place}"),
    ),
    excerpts=(
        "The government needs {n} more votes. {person} said a deal is still possible this week.",
        "Opposition parties asked for a debate before the end of the month.",
    ),
    body=(
        "Turnout in {place} was the lowest in {n} elections.",
        "Analysts expect {person} to be asked to form a minority government.",
    ),
)

HOSPITALS = Subject(
    name="hospital waiting lists",
    language="en",
    topics=(2, 13),
    section="health",
    weight=0.9,
    headlines=(
        (
            "Hospital waiting lists in {place} grow for month {n} in a row",
            "Month {n} in a row: hospital waiting lists in {place} grow",
        ),
        (
            "Nurses in {place} vote for {n}-day walkout",
            "{place} nurses vote for {n}-day walkout",
        ),
        (
            "New trial: one tablet a week cut migraine days by {pct} percent",
            "One tablet a week cuts migraine days by {pct} percent, trial finds",
        ),
        (
            "'I waited {n} months for a scan': {place} patients speak",
            "{place} patients speak: 'I waited {n} months for a scan'",
        ),
    ),
    excerpts=(
        "{big} people wait for an operation in {place}. The ministry promises {money}.",
        "Doctors say the figures hide how uneven the wait is.",
    ),
    body=("The hospital in {place} opened {n} more theatres.", "{person} leads the review that is due in spring."),
)

SCHOOLS = Subject(
    name="school exams",
    language="en",
    topics=(2, 475),
    section="education",
    weight=0.7,
    headlines=(
        (
            "{place} school drops phones, grades rise {pct} percent",
            "Grades rise {pct} percent at {place} school without phones",
        ),
        ("School exams: {n} papers to be marked again in {place}", "{n} school exams to be marked again in {place}"),
        ("{place} to pay teachers {money} more to stay", "{money} more to keep teachers in {place}"),
        ("Boy, {teen}, from {place} builds hearing aid for {cheap}", "{place} teenager builds hearing aid for {cheap}"),
    ),
    excerpts=("Parents and teachers in {place} say the rule works.", "{person} presented the figures on Tuesday."),
    body=("The pilot ran for {n} terms in {place}.",),
)

NEWS = (FERRY_STRIKE, FLOODING, CLIMATE_CHANGE, STORM, POLITICS, HOSPITALS, SCHOOLS)
