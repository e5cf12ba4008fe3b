// Tables whose columns can be sorted: a button in each heading, the first order again at the third press.
"use strict";
(() => {
  const compareTexts = new Intl.Collator("en", { numeric: true }).compare;
  const numberOf = (text) => parseFloat(text.replace(/[,\s]/g, ""));

  const keyOf = (row, column) => row.cells[column].textContent.trim();

  const compare = (a, b, isNumber) => {
    if (!isNumber) return compareTexts(a, b);
    const [left, right] = [numberOf(a), numberOf(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right);
    return left - right;
  };

  const prepare = (table) => {
    const body = table.tBodies[0];
    const first = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const sort = (head, column) => {
      const order = { none: "descending", descending: "ascending", ascending: "none" }[head.getAttribute("aria-sort") || "none"];
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      const isNumber = head.classList.contains("number");
      const rows = [...first];
      if (order !== "none") {
        head.setAttribute("aria-sort", order);
        rows.sort((a, b) => compare(keyOf(a, column), keyOf(b, column), isNumber) * (order === "ascending" ? 1 : -1));
      }
      body.append(...rows);
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(head, column));
      head.replaceChildren(button);
    });
  };

  document.querySelectorAll("table.sortable").forEach(prepare);
})();
