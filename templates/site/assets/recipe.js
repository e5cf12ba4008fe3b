// The page of a recipe: what is typed into the form goes into the commands, the script and the request beside it.
// Nothing is sent anywhere. Values live behind the # of the address, but private ones.
"use strict";
(() => {
  const form = document.getElementById("values");
  const page = JSON.parse(form.dataset.page);
  const element = (id) => document.getElementById(id);
  page.fields.forEach((field) => { field.default ??= []; field.initial ??= field.default; });
  // Of the script there is only what is not in the recipe, which stands further down.
  const whole = (around, [at, start, end]) => around.slice(0, at) + element("source").textContent.slice(start, end) + around.slice(at);
  const first = { script: element("script") && whole(element("script").textContent, page.splice), curl: element("curl")?.textContent };
  const same = (a, b) => a.length === b.length && a.every((each, at) => each === b[at]);

  // ---- Quoting -------------------------------------------------------------------------------------------------

  const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
  const bytesOf = (text) => [...new TextEncoder().encode(text)];
  const hex = (number, digits) => number.toString(16).padStart(digits, "0");

  // As Python's shlex.quote; what would be obeyed or hidden when it is pasted is written as bytes in $'...'.
  const bash = (word) => {
    if (HIDDEN.test(word)) {
      const parts = [...word].map((char) =>
        HIDDEN.test(char) ? bytesOf(char).map((byte) => `\\x${hex(byte, 2)}`).join("") : char.replace(/[\\']/, "\\$&"));
      return `$'${parts.join("")}'`;
    }
    if (word === "") return "''";
    return /[^\w@%+=:,./-]/.test(word) ? `'${word.replaceAll("'", "'\"'\"'")}'` : word;
  };

  const powershell = (word) => {
    if (HIDDEN.test(word)) {
      const parts = [...word].map((char) =>
        HIDDEN.test(char) ? `$([char]::ConvertFromUtf32(0x${hex(char.codePointAt(0), 2)}))` : char.replace(/[`"$\u201c\u201d\u201e]/, "`$&"));
      return `"${parts.join("")}"`;
    }
    if (/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|--?[A-Za-z][A-Za-z0-9-]*)$/.test(word)) return word;
    return `'${word.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
  };

  const pythonText = (text) => {
    const parts = [...text].map((char) => {
      if (char === "\\" || char === '"') return `\\${char}`;
      if (char === "\n") return "\\n";
      const code = char.codePointAt(0);
      if (!HIDDEN.test(char) && !/\p{Cs}/u.test(char)) return char;
      return code > 0xffff ? `\\U${hex(code, 8)}` : code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`;
    });
    return `"${parts.join("")}"`;
  };

  const pythonValue = (field, text) => {
    if (field.shape === "bool") return text === "yes" ? "True" : "False";
    const isNumber = { int: /^-?(?:0|[1-9][0-9]*)$/, float: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?$/i }[field.shape];
    return isNumber?.test(text) ? text : pythonText(text);
  };

  // ---- Values --------------------------------------------------------------------------------------------------

  const controlOf = (field) => element(`v-${field.name}`);

  // A control may be unable to hold what it begins with: a line has no line breaks, and a line of a list no two lines.
  const untouched = new Map(page.fields.map((field) => [field, controlOf(field).value]));

  const read = (field) => {
    const control = controlOf(field);
    if (control.type === "checkbox") return [control.checked ? "yes" : "no"];
    if (control.value === untouched.get(field)) return field.initial;
    if (field.many) return control.value.split("\n").map((each) => each.replace(/\r$/, "")).filter((each) => each !== "");
    if (control.value === "" && !(field.shape === "text" && field.default.length)) return [];
    return [control.value];
  };

  const write = (field, texts) => {
    const control = controlOf(field);
    if (control.type === "checkbox") control.checked = texts[0] === "yes";
    else control.value = texts.join("\n");
  };

  const wordsOf = (field, texts) => {
    if (same(texts, field.default)) return [];
    if (field.option === "-P") return texts.flatMap((text) => ["-P", `${field.name}=${text}`]);
    if (field.shape === "bool" && !field.many) return texts.map((text) => (text === "yes" ? field.option : `--no-${field.option.slice(2)}`));
    return texts.flatMap((text) => (text.startsWith("-") ? [`${field.option}=${text}`] : [field.option, text]));
  };

  // ---- Texts with values in them ---------------------------------------------------------------------------------

  const inQuotes = (text) => text.replaceAll("'", "'\"'\"'");
  const forms = {
    python: (field, texts) => pythonValue(field, texts[0]),
    argument: (field, texts) => `default=${pythonValue(field, texts[0])}, `,
    list: (field, texts) => `[${texts.map((text) => pythonValue(field, text)).join(", ")}]`,
    help: (field, texts, head) => pythonText(`${head}${texts.join(", ").replaceAll("%", "%%")}]`),
    json: (field, texts) => inQuotes(JSON.stringify(texts[0]).slice(1, -1)),
    query: (field, texts) => inQuotes(new URLSearchParams([["", texts[0]]]).toString().slice(1)),
    number: (field, texts) => inQuotes(/^-?[0-9]+(?:\.[0-9]+)?$/.test(texts[0]) ? texts[0] : JSON.stringify(texts[0])),
  };

  const fill = (kind, values) => {
    let text = "", end = 0;
    for (const [start, stop, name, form, head] of page[kind]) {
      const { field, texts } = values.get(name);
      const changed = texts.length && !same(texts, field.initial);
      text += first[kind].slice(end, start) + (changed ? forms[form](field, texts, head) : first[kind].slice(start, stop));
      end = stop;
    }
    return text + first[kind].slice(end);
  };

  const unfilled = (kind, values) => {
    const places = new Set(page[kind].filter((slot) => slot[3] !== "help").map((slot) => slot[2]));
    return [...values.values()].filter(({ field, texts }) => texts.length && !same(texts, field.initial) && !places.has(field.name));
  };

  // ---- Rewriting -------------------------------------------------------------------------------------------------

  const check = (field, texts) => {
    const control = controlOf(field);
    let problem = control.checkValidity() ? "" : control.validationMessage;
    if (!problem && !texts.length && field.default.length) problem = "Left empty, it takes its default.";
    control.setAttribute("aria-invalid", problem && texts.length ? "true" : "false");
    element(`p-${field.name}`).textContent = problem;
  };

  let script = first.script;
  const rewrite = () => {
    const values = new Map(page.fields.map((field) => [field.name, { field, texts: read(field) }]));
    const words = page.fields.flatMap((field) => wordsOf(field, values.get(field.name).texts));
    element("bash").textContent = ["recipes run", page.id, ...words.map(bash)].join(" ");
    element("powershell").textContent = ["recipes run", page.id, ...words.map(powershell)].join(" ");
    element("old-powershell").hidden = !words.some((word) => word.includes('"'));
    values.forEach(({ field, texts }) => check(field, texts));
    if (element("script")) {
      script = fill("script", values);
      element("script").textContent = script;
      const left = unfilled("script", values).flatMap(({ field, texts }) => texts.map((text) => `--${field.name.replaceAll("_", "-")} ${bash(text)}`));
      element("script-note").textContent = left.length ? `Give it ${left.join(" ")} too.` : "";
    }
    if (element("curl")) {
      element("curl").textContent = fill("curl", values);
      const left = unfilled("curl", values).map(({ field }) => field.name);
      element("curl-note").textContent = left.length ? `It keeps what was recorded for ${left.join(", ")}.` : "";
    }
    return values;
  };

  const fragment = (values) => {
    const pairs = [...values.values()]
      .filter(({ field, texts }) => !field.private && !same(texts, field.initial))
      .flatMap(({ field, texts }) => (texts.length ? texts : [""]).map((text) => [field.name, text]));
    return new URLSearchParams(pairs).toString();
  };

  const address = (values) => `${location.href.split("#")[0]}${fragment(values) && "#"}${fragment(values)}`;

  const keep = (values) => {
    try { history.replaceState(null, "", address(values)); } catch { /* some browsers refuse it in a folder */ }
  };

  const take = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const field of page.fields) {
      if (!field.private && given.has(field.name)) write(field, given.getAll(field.name).filter((text, at, all) => text !== "" || (all.length === 1 && !field.many)));
    }
    rewrite();
  };

  // ---- Copy and download -------------------------------------------------------------------------------------------

  const say = (text) => {
    element("said").textContent = "";
    setTimeout(() => { element("said").textContent = text; }, 50);
  };

  const copyOld = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copy = async (text, button) => {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch { done = copyOld(text); }
    button.focus();
    say(done ? "Copied." : "The browser did not let the page copy.");
    const label = button.firstChild, before = label.data;
    if (!done || button.dataset.busy) return;
    button.dataset.busy = "yes";
    label.data = "Copied";
    setTimeout(() => { label.data = before; delete button.dataset.busy; }, 1500);
  };

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(element(button.dataset.copy).textContent, button));
  });
  if (element("whole")) element("whole").hidden = false;
  element("link").hidden = element("reset").hidden = !page.fields.length;
  element("link").addEventListener("click", (event) => copy(address(rewrite()), event.currentTarget));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => keep(rewrite()));
  form.addEventListener("reset", () => setTimeout(() => keep(rewrite())));
  element("download")?.addEventListener("click", (event) => {
    if (!page.script.length) return;
    event.preventDefault();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([script], { type: "text/x-python" }));
    link.download = page.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  addEventListener("hashchange", take);
  take();
})();
