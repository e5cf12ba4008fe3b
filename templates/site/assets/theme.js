// Light or dark: what the reader chose before, or else what the system says.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("recipes-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("recipes-theme", theme); } catch { /* not kept */ } };
  if (["light", "dark"].includes(kept())) root.dataset.theme = kept();
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep(root.dataset.theme);
      name();
    });
    button.hidden = false;
    name();
  });
})();
