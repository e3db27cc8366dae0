"""How long it takes from a click until somebody is seen: real pages in a real browser, on the real server."""
