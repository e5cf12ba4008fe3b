"""Invented people, places, companies, teams and films, by country or language."""

PLACES = {
    "ie": ("Kilderry Quay", "Dunmarra", "Ballyfenn", "Port Carrow"),
    "gb": ("Eastmere", "Thornbrigg", "Caldwick", "Saltby Sands", "Upper Farrow"),
    "us": ("Cedar Narrows", "Port Halden", "New Avaria", "Lake Orrin", "Fort Tamsin"),
    "au": ("Wattle Point", "Kurrabin", "Port Tallow"),
    "in": ("Navalpura", "Chandripet", "Sonamgarh"),
    "de": ("Neuwalde", "Hafenbruck", "Altenmoor", "Lindengrund"),
    "fr": ("Saint-Aurel", "Montclaive", "Rivebelle"),
    "es": ("Puerto Luminar", "Villaseria", "Campoalto"),
    "it": ("Portoluce", "Montefosca", "Valdisera"),
    "br": ("Porto Alvim", "Serra Jurena", "Nova Tainá"),
}

PEOPLE = {
    "en": (
        "Mara Quill",
        "Owen Tolmarsh",
        "Priya Sandelwal",
        "Dermot Fallowby",
        "Celia Okandu",
        "Rafe Penhollow",
        "Niamh Corriven",
        "Jonah Wexmoor",
        "Talia Brightsea",
        "Hugh Ardmerrin",
        "Ines Valcroft",
        "Kofi Lanternby",
        "Ruth Oakhallow",
        "Desmond Yarrowell",
    ),
    "de": ("Jutta Falkenrain", "Henrik Moorland", "Sabine Wolkenstett", "Emil Harzbrandt", "Nele Tannwieser"),
    "fr": ("Camille Ravelhon", "Luc Montaubrel", "Solène Quimardec", "Yanis Bellerive"),
    "es": ("Lucía Montaraz Vela", "Iker Salvatorre", "Carmen Ojedilla", "Tomás Riberalta"),
    "it": ("Chiara Montevosco", "Dario Vallelunghi", "Elena Sartomare", "Pietro Lucernini"),
    "pt": ("Joana Tavarelo", "Caio Ribamonte", "Lívia Serranova", "Davi Alencarim"),
}

COMPANIES = {
    "transport": ("Harbour Line", "Pelagia Ferries", "Brightwater Rail"),
    "energy": ("Hearthwell", "Northgrid Energy", "Calorana"),
    "motoring": ("Voltaro Motors", "Quanta Auto", "Ellipse Cars"),
    "technology": ("Nimbus Vault", "Castellane Cloud", "Ardent Systems"),
    "economy": ("Castlemere Bank", "Tidewater Savings", "First Orchard Bank"),
    "property": ("Keystone Yard", "Larkfield Homes"),
    "money": ("Oatfield Foods", "Marrow & Pine", "Goldcrust Bakeries"),
    "weather": ("Brightwater Rail", "Northgrid Energy"),
}
OTHER_COMPANIES = ("Harbour Line", "Northgrid Energy", "Voltaro Motors", "Nimbus Vault", "Castlemere Bank")

CARS = ("Voltaro X-40", "Quanta Leaf-9", "Ellipse E-150", "Voltaro Pico")

TEAMS = {
    "en": (
        "Eastmere Rovers",
        "Thornbrigg Town",
        "Port Halden Athletic",
        "Dunmarra Celtic",
        "Kurrabin Sharks",
        "Caldwick Albion",
    ),
    "de": ("Fortuna Neuwalde", "SV Hafenbruck", "Eintracht Altenmoor"),
    "fr": ("AS Montclaive", "Olympique Rivebelle"),
    "es": ("Deportivo Campoalto", "Atlético Luminar", "Real Villaseria"),
    "it": ("Montefosca Calcio", "US Portoluce"),
    "pt": ("Alvim Futebol Clube", "Jurena Esporte", "União Tainá"),
}

FILMS = ("The Salt Road", "Winter of Glass", "A Map of Rain", "Nobody's Orchard", "The Tenth Lantern", "Slow Harbour")

STORMS = ("Alva", "Bram", "Cora", "Dorrit", "Edvin", "Fenna", "Gorm", "Hedda", "Ivo", "Juna", "Kester", "Lorna")

CURRENCIES = {"gb": "£", "us": "$", "au": "A$", "in": "₹", "br": "R$"}
