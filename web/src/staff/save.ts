/** Hands a file that the page holds to the browser, to be saved under a name. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it up by the next turn, but some read it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
