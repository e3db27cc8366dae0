import { describe, expect, it } from "vitest";
import { catalogue, choose, fill } from "../src/text/catalogue.ts";

const english = import.meta.glob<Record<string, string>>("../src/**/en.json", { eager: true, import: "default" });
const spanish = import.meta.glob<Record<string, string>>("../src/**/es.json", { eager: true, import: "default" });

describe("catalogues", () => {
  it("have the same keys, and the same places to fill, in every language", () => {
    expect(Object.keys(english).length).toBeGreaterThan(0);
    for (const [path, texts] of Object.entries(english)) {
      const translated = spanish[path.replace(/en\.json$/, "es.json")] ?? {};
      expect(Object.keys(translated).sort(), path).toEqual(Object.keys(texts).sort());
      const places = (text: string | undefined) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
      for (const key of Object.keys(texts)) expect(places(translated[key]), key).toEqual(places(texts[key]));
    }
  });

  it("fill places and leave unknown ones visible", () => {
    expect(fill("Hello {name}, {other}", { name: "Ana" })).toBe("Hello Ana, {other}");
  });

  it("choose the plural form by n", () => {
    const { t } = catalogue({ "waits.one": "{n} person waits", "waits.other": "{n} people wait" }, {});
    expect(t("waits", { n: 1 })).toBe("1 person waits");
    expect(t("waits", { n: 3 })).toBe("3 people wait");
  });

  it("take the first language that both sides speak", () => {
    expect(choose(["fr-FR", "es-MX", "en"], ["es"])).toBe("es");
    expect(choose(["en-GB", "es"], ["es"])).toBe("en");
    expect(choose([], ["es"])).toBe("en");
  });
});
