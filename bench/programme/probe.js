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
  // When the last drawing was, in milliseconds since the page was asked for; null while something is still to come.
  // The navigation tells the staff's pages from the one on which they sign in.
  window.__usable = () =>
    document.querySelector("nav [aria-current]") !== null && document.querySelector("main h1") !== null && asked === 0 && drawn > 0 && performance.now() - drawn > QUIET_MS ? drawn : null;
})();
