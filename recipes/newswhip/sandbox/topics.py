"""The topics (categories) of the API: ids and English names, as a public client once listed them."""

_TABLE = """
280 All; 285 Pre-Viral; 286 YouTube; 2 News; 20 Politics; 668 Events; 686 Society; 687 People; 661 Weather;
3 Entertainment; 652 Teens; 655 TV; 663 Anime; 669 K-POP; 699 Celebrity; 4 Culture; 5 Fashion; 6 Arts; 7 Design;
8 Movies; 9 Music; 10 Gaming; 11 Ideas; 693 Manga; 756 Religion; 12 Life; 13 Health; 15 Food and Drink; 16 For Him;
17 For Her; 434 Parenting; 435 Fathers; 436 Mothers; 437 Homemaking; 443 Travel; 475 Education; 540 Beauty; 633 Latino;
636 Aging; 670 Pets; 694 DIY; 697 Fitness; 18 Fun; 19 Opinion; 21 Economics; 22 Mayhem; 23 Left; 24 Right; 25 Tech;
537 Cloud Computing; 623 Gadgets; 624 Wireless and Mobile; 625 Cyber Security; 626 Data Storage; 627 Networking;
628 Software; 629 Hardware; 692 App; 696 Development; 26 Science; 14 Psychology; 27 Environment; 28 Business;
29 The Wire; 30 Startups; 31 Strategy; 441 Careers; 446 Personal Finance; 447 Marketing; 448 Retirement; 429 Media;
449 Markets; 432 Mining; 442 Commodities; 450 Currencies; 451 Stocks; 452 Financial Products; 453 Funds;
454 Rates and Bonds; 455 Agricultural Goods; 456 Indexes; 457 Private Equity; 458 Emerging Markets; 459 Industries;
433 Energy; 460 Oil and Gas; 461 Health Care; 462 Insurance; 463 Finance; 464 Transport; 465 Retail; 466 Luxury;
467 Legal; 468 Telecom; 469 Accounting; 470 Electronics; 471 Tech Industry; 472 Defence; 473 Autos; 474 Real Estate;
538 Biotech; 539 Renewable Energy; 32 Sports; 33 Soccer; 34 Rugby; 35 Golf; 36 Motorsports; 37 Cycling; 38 Tennis;
39 American Football; 40 Basketball; 41 Cricket; 42 Track; 43 Baseball; 44 Aus Football; 430 Ice Hockey;
653 Action Sports; 664 Horse Racing; 665 Boat Racing; 671 Martial Arts; 750 Great Outdoors; 752 Combat Sports;
753 Gaelic Games; 638 World Cup 2014; 667 Brands; 689 Curation; 690 Viral; 691 Social; 438 Reddit; 444 Influencers;
476 Storyful; 621 Partners; 622 Wochit; 651 Quiz; 685 International; 751 U.S. Election 2016; 755 Canadian Election;
868 Fake News
"""

ALL_TOPICS = 280

TOPIC_NAMES = {int(number): name for number, name in (entry.strip().split(" ", 1) for entry in _TABLE.split(";"))}
TOPIC_IDS = {name: number for number, name in TOPIC_NAMES.items()}

_PARENTS = {
    20: 2,
    661: 2,
    668: 2,
    33: 32,
    34: 32,
    8: 3,
    9: 3,
    537: 25,
    625: 25,
    433: 28,
    464: 28,
    473: 28,
    474: 28,
    454: 28,
}


def below(topic: int) -> frozenset[int]:
    """Return a topic and those below it in the product's tree, as far as the sandbox uses them."""
    return frozenset({topic, *(child for child, parent in _PARENTS.items() if parent == topic)})
