// Runs in a page before anything else, and writes down what a screen reader would say by itself: what takes the focus, and
// what changes in a live region, politely or at once. It says nothing of what a reader goes through by hand.
(() => {
  window.__spoken = [];
  const tell = (how, text) => {
    const said = text.replace(/\s+/g, " ").trim();
    const last = window.__spoken.at(-1);
    if (said && !(last?.how === how && last.said === said)) window.__spoken.push({ how, said });
  };
  const POLITE = "[role=status], [aria-live=polite]", NOW = "[role=alert], [aria-live=assertive]";
  const region = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    return element?.closest(`${POLITE}, ${NOW}`) ?? null;
  };
  const say = (element) => tell(element.matches(NOW) ? "at once" : "politely", element.textContent ?? "");
  new MutationObserver((changes) => {
    const found = new Set();
    for (const { target, addedNodes } of changes) {
      const around = region(target);
      if (around?.isConnected) found.add(around);
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.matches(`${POLITE}, ${NOW}`)) found.add(node);
        for (const inside of node.querySelectorAll(`${POLITE}, ${NOW}`)) found.add(inside);
      }
    }
    for (const element of found) if (element.isConnected) say(element);
  }).observe(document, { subtree: true, childList: true, characterData: true });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("h1, h2")) tell("focus", `heading: ${target.textContent}`);
  });
})();
