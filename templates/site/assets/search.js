// The search of the home page, and its filters; both are part of the address.
"use strict";
(() => {
  const { documents, synonyms, stopWords } = self.recipesToSearch;
  const [input, list, count, facets] = ["words", "cards", "count", "facets"].map((id) => document.getElementById(id));
  const selects = [...facets.querySelectorAll("select")];
  const cards = [...list.children];
  const byId = new Map(cards.map((card) => [card.dataset.id, card]));
  const stops = new Set(stopWords);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const split = (text) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  // What else customers say for a word, singular and plural.
  const akin = (word) => {
    const forms = new Set([word, word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ies$/, "y")]);
    const groups = synonyms.filter((group) => group.some((each) => forms.has(each)));
    return groups.flat().filter((each) => !forms.has(each)).flatMap((each) => [each, `${each}s`]);
  };

  const index = new MiniSearch({
    fields: ["title", "tags", "parameters", "columns", "endpoints", "description", "akin"],
    storeFields: [],
    tokenize: split,
    processTerm: (term) => term,
  });
  index.addAll(documents.map((each) => ({ ...each, akin: [...new Set(split(`${each.title} ${each.tags}`).flatMap(akin))].join(" ") })));

  const boost = { title: 5, tags: 4, parameters: 2, columns: 1.5, endpoints: 2, description: 1, akin: 2 };
  const search = (text) => {
    const typed = split(text);
    const deciding = typed.filter((word) => !stops.has(word));
    const hits = index.search((deciding.length ? deciding : typed).join(" "), {
      boost,
      combineWith: "OR",
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      maxFuzzy: 2,
      weights: { prefix: 0.5, fuzzy: 0.4 },
    });
    return hits.filter((hit) => hit.score >= hits[0].score / 5).slice(0, 60);
  };

  const isFiltered = () => selects.some((select) => select.value);
  const show = () => {
    const text = input.value.trim();
    const found = text ? search(text).map((hit) => byId.get(hit.id)) : cards;
    const chosen = selects.map((select) => select.selectedOptions[0].className).filter(Boolean);
    const kept = new Set(found.filter((card) => chosen.every((name) => card.classList.contains(name))));
    cards.forEach((card) => { card.hidden = !kept.has(card); });
    list.prepend(...found);
    const shown = kept.size;
    const noun = shown === 1 ? "recipe" : "recipes";
    count.textContent = text || isFiltered() ? (shown ? `${shown} ${noun} of ${cards.length}` : "No recipe fits. Try other words, or fewer filters.") : `${cards.length} ${cards.length === 1 ? "recipe" : "recipes"}`;
  };

  const keep = () => {
    const pairs = [["words", input.value.trim()], ...selects.map((select) => [select.name, select.value])].filter((pair) => pair[1]);
    const fragment = new URLSearchParams(pairs).toString();
    try { history.replaceState(null, "", `${location.href.split("#")[0]}${fragment && "#"}${fragment}`); } catch { /* not kept */ }
  };

  const take = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    if (!location.hash.includes("=")) return show();
    input.value = given.get("words") ?? "";
    selects.forEach((select) => {
      select.value = given.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    });
    return show();
  };

  document.getElementById("search").hidden = false;
  document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
  facets.addEventListener("submit", (event) => event.preventDefault());
  const changed = () => { show(); keep(); };
  input.addEventListener("input", changed);
  facets.addEventListener("change", changed);
  facets.addEventListener("reset", () => { input.value = ""; setTimeout(changed); });
  addEventListener("hashchange", take);
  take();
})();
