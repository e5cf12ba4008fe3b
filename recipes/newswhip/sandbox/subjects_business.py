"""English storylines of the business and technology pages."""

from .subjects import Subject

HEAT_PUMP = Subject(
    name="heat pump",
    language="en",
    topics=(28, 433, 539),
    section="energy",
    weight=1.0,
    headlines=(
        (
            "Heat pump sales up {pct} percent as {company} cuts prices",
            "{company} cuts prices, heat pump sales up {pct} percent",
        ),
        (
            "We put a heat pump into a {place} terrace. Here is the bill",
            "A heat pump in a {place} terrace: here is the bill",
        ),
        (
            "{place} offers {cheap} towards every new heat pump",
            "Every new heat pump in {place} to get {cheap} grant",
            "{place}: {cheap} grant for every heat pump",
        ),
        (
            "{company} to build heat pump factory in {place}, {big} jobs",
            "{big} jobs for {place} as {company} plans heat pump factory",
        ),
        ("Heat pump or gas boiler? {n} readers, {n} answers", "Gas boiler or heat pump? {n} readers share their bills"),
    ),
    excerpts=(
        "Installers in {place} are booked until spring. A heat pump still costs more to buy than a boiler.",
        "{person} of {company} expects prices to fall by {pct} percent within a year.",
    ),
    body=(
        "Owners report savings of {cheap} a year, provided the house is insulated.",
        "The grant is paid for by the levy on gas, which was set to help slow climate change.",
    ),
)

ELECTRIC_CARS = Subject(
    name="electric cars",
    language="en",
    topics=(28, 473, 25),
    section="motoring",
    weight=1.2,
    headlines=(
        (
            "Electric cars outsell petrol in {place} for the first time",
            "First time: electric cars outsell petrol in {place}",
        ),
        (
            "{company} recalls {big} electric cars over battery fault",
            "Battery fault: {company} recalls {big} electric cars",
            "{company} in recall of {big} electric cars over battery fault",
        ),
        ("{car} review: {n}00 kilometres without a stop", "Review: {n}00 kilometres in the {car}"),
        (
            "{place} to get {big} chargers for electric cars",
            "{big} chargers for electric cars planned in {place}",
        ),
        (
            "Are electric cars cheaper to run? We did the sums for {place}",
            "We did the sums: electric cars and petrol cars in {place}",
        ),
        (
            "{company} cuts {big} jobs as demand for electric cars slows",
            "{big} jobs go at {company} as electric cars slow",
        ),
    ),
    excerpts=(
        "Registrations of electric cars rose by {pct} percent. {company} sold more than anyone else.",
        "{person} of {company} said the plant in {place} would run three shifts.",
    ),
    body=(
        "The {car} has a range of {n}00 kilometres in winter.",
        "Charging at night costs {pct} cents a kilometre, the motorists' association found.",
    ),
)

INTEREST_RATES = Subject(
    name="interest rates",
    language="en",
    topics=(28, 21, 454),
    section="economy",
    weight=1.1,
    headlines=(
        (
            "Interest rates held at {pct} percent, {person} hints at a cut",
            "{person} hints at a cut as interest rates held at {pct} percent",
        ),
        (
            "What lower interest rates mean for your mortgage",
            "Your mortgage and lower interest rates: {n} questions answered",
        ),
        (
            "{company} passes interest rates cut on to savers after {n} weeks",
            "Savers at {company} wait {n} weeks for interest rates cut",
        ),
        ("Shares jump as interest rates fall to {pct} percent", "Interest rates fall to {pct} percent, shares jump"),
    ),
    excerpts=(
        "The bank left interest rates where they were, as {n} of nine members wished.",
        "Inflation in {place} is at {pct} percent. {person} called for patience.",
    ),
    body=("A loan of {money} costs {cheap} less a year.", "Bond yields fell after the announcement."),
)

HOUSING = Subject(
    name="housing",
    language="en",
    topics=(2, 474, 28),
    section="property",
    weight=1.2,
    headlines=(
        (
            "Housing: rents in {place} up {pct} percent in a year",
            "Rents in {place} up {pct} percent in a year, housing report says",
        ),
        (
            "{place} approves {big} homes in housing plan after {n}-year row",
            "After {n}-year row {place} approves housing plan for {big} homes",
        ),
        (
            "'{n} viewings, no flat': the housing crisis in {place}",
            "Housing crisis in {place}: {n} viewings and no flat",
        ),
        ("{company} to turn {place} offices into housing", "Offices in {place} to become housing, says {company}"),
        (
            "Inside the {cheap} house that {person} printed in {place}",
            "{person} printed a house in {place} for {cheap}",
        ),
    ),
    excerpts=(
        "The housing report counts {big} empty flats in {place}.",
        "{person}, who chairs the tenants' union, wants a cap on rents.",
    ),
    body=("Builders blame interest rates and a lack of land.", "The plan costs {money} over {n} years."),
)

DATA_CENTRE = Subject(
    name="data centre",
    language="en",
    topics=(25, 537, 28),
    section="technology",
    weight=1.0,
    headlines=(
        (
            "{company} plans {money} data centre in {place}",
            "{money} data centre planned for {place} by {company}",
            "{place} to host {money} {company} data centre",
        ),
        (
            "Data centre would use as much power as {big} homes, {place} told",
            "{place} told data centre would use as much power as {big} homes",
        ),
        (
            "Outage at {company} data centre takes {n} banks offline",
            "{n} banks offline after outage at {company} data centre",
        ),
        ("Heat from data centre to warm pool in {place}", "{place} pool to be warmed by data centre"),
        ("Judge halts {company} data centre near {place}", "{company} data centre near {place} halted by judge"),
    ),
    excerpts=(
        "The data centre would stand on {n} hectares outside {place} and bring {n} hundred jobs.",
        "{person} of {company} promised to buy only wind power.",
    ),
    body=("Cooling takes {big} litres of water a day.", "The grid operator asked for {n} years to connect the site."),
)

CYBER = Subject(
    name="cyber attack",
    language="en",
    topics=(25, 625),
    section="technology",
    weight=0.7,
    headlines=(
        (
            "Cyber attack on {company}: {big} customers affected",
            "{big} customers affected by cyber attack on {company}",
        ),
        (
            "{company} pays nothing after cyber attack, {person} says",
            "{person}: {company} paid nothing after cyber attack",
        ),
        ("How one e-mail shut down {place} for {n} days", "{n} days offline: the cyber attack on {place}"),
        (
            "Lawsuit over leaked data: {big} join case against {company}",
            "{big} join lawsuit against {company} over leaked data",
        ),
    ),
    excerpts=(
        "Names and addresses were copied, passwords were not.",
        "{person} says the gap was closed within {n} hours.",
    ),
    body=("Investigators followed the trail through {n} countries.",),
)

BUSINESS = (HEAT_PUMP, ELECTRIC_CARS, INTEREST_RATES, HOUSING, DATA_CENTRE, CYBER)
