// Before the first paint: the theme, so that nothing flashes.
(function () {
  var wish = null;
  try { wish = localStorage.getItem("pilothouse.theme"); } catch { /* no storage: follow the system */ }
  var dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
