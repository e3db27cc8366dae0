// Runs in a page before anything else: notes when its main part was last drawn, and which requests are on their way.
(() => {
  let asked = 0;
  let drawn = 0;
  const real = window.fetch;
  window.fetch = async (...given) => {
    asked++;
    try {
      return await real(...given);
    } finally {
      asked--;
    }
  };
  new MutationObserver(() => requestAnimationFrame(() => (drawn = performance.now()))).observe(document, { childList: true, subtree: true });
  // The time of the last drawing, once nothing more is to come; text, since a time of 0 would not be true.
  window.__usable = () =>
    document.querySelector("main h1") !== null && asked === 0 && drawn > 0 && performance.now() - drawn > QUIET_MS ? String(drawn) : null;
})();
