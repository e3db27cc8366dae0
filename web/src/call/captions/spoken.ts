/** The language that is spoken, as a recogniser wants it named: with a country. */
const COUNTRIES: Readonly<Record<string, string>> = { en: "en-US", es: "es-US" };

export function spoken(): string {
  const page = document.documentElement.lang || "en";
  const full = navigator.languages.find((one) => one.toLowerCase().startsWith(`${page}-`));
  return full ?? COUNTRIES[page] ?? page;
}
