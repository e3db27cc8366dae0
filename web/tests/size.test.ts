// @vitest-environment node
import { gzipSync } from "node:zlib";
import { resolve } from "node:path";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it, vi } from "vitest";

type Chunk = Rolldown.OutputChunk;

const chunks = new Map<string, Chunk>();

/** The file and all that it needs before it can run; `follow` says which of its later loads count as well. */
function closure(file: string, follow: (name: string) => boolean = () => false, found = new Set<string>()): Set<string> {
  const chunk = chunks.get(file);
  if (!chunk || found.has(file)) return found;
  found.add(file);
  for (const next of [...chunk.imports, ...chunk.dynamicImports.filter(follow)]) closure(next, follow, found);
  return found;
}

function kilobytes(files: Iterable<string>): number {
  let bytes = 0;
  for (const file of files) bytes += gzipSync(chunks.get(file)?.code ?? "", { level: 9 }).length;
  return bytes / 1000;
}

function entry(name: string): string {
  return [...chunks.values()].find((chunk) => chunk.isEntry && chunk.name === name)?.fileName ?? "";
}

const translations = (file: string) => /\/(en|es)-/.test(file);
/** Fetched when somebody opens it. */
const tool = (file: string) => /\/src\/tools\/[a-z]+\/index\.tsx$/.test(chunks.get(file)?.facadeModuleId ?? "");
/** The screens between the first one and the room: mirror, questions, waiting room. */
const inside = (file: string) => chunks.get(file)?.facadeModuleId?.endsWith("/src/join/Inside.tsx") === true;

beforeAll(async () => {
  // Else the libraries' own debugging builds are taken.
  vi.stubEnv("NODE_ENV", "production");
  const built = (await build({
    configFile: resolve(import.meta.dirname, "../vite.config.ts"),
    logLevel: "silent",
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  vi.unstubAllEnvs();
  for (const file of built.output) if (file.type === "chunk") chunks.set(file.fileName, file);
}, 60_000);

describe("what a browser has to load (gzip)", () => {
  /** All that a client goes through until they wait. */
  const way = () => closure(entry("join"), inside);

  it("is at most 22 kB until a client can begin", () => {
    expect(kilobytes(closure(entry("join")))).toBeLessThan(22);
  });

  it("is at most 31 kB until a client waits, with every question and the signalling", () => {
    const modules = [...way()].flatMap((file) => Object.keys(chunks.get(file)?.modules ?? {}));
    for (const needed of ["join/about/About.tsx", "join/Waiting.tsx", "core/session.ts", "core/channel.ts"]) {
      expect(modules.some((one) => one.endsWith(`/src/${needed}`)), needed).toBe(true);
    }
    expect(kilobytes(way())).toBeLessThan(31);
  });

  it("is at most 60 kB for the call: the engine of media and the room's view, without its tools", () => {
    const all = closure(entry("join"), (file) => !translations(file) && !tool(file));
    const call = [...all].filter((file) => !way().has(file));
    const modules = call.flatMap((file) => Object.keys(chunks.get(file)?.modules ?? {}));
    for (const needed of ["call/CallView.tsx", "core/media.ts", "core/peer.ts"]) {
      expect(modules.some((one) => one.endsWith(`/src/${needed}`)), needed).toBe(true);
    }
    expect(kilobytes(call)).toBeLessThan(60);
  });

  it("is at most 25 kB for each tool of a room, beside the view", () => {
    const view = closure(entry("join"), (file) => !translations(file) && !tool(file));
    const tools = [...chunks.keys()].filter(tool);
    expect(tools.length).toBeGreaterThan(0);
    for (const one of tools) expect(kilobytes([...closure(one)].filter((file) => !view.has(file))), one).toBeLessThan(25);
  });

  it("is at most 45 kB for a client's own page", () => {
    expect(kilobytes(closure(entry("me")))).toBeLessThan(45);
  });

  it("is at most 90 kB on the staff's pages, each with its frame", () => {
    for (const page of ["staff", "room", "docs", "verify", "stop"]) expect(kilobytes(closure(entry(page))), page).toBeLessThan(90);
    const frame = chunks.get(entry("staff"));
    const pages = frame?.dynamicImports.filter((file) => !translations(file)) ?? [];
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(kilobytes(new Set([...closure(frame?.fileName ?? ""), ...closure(page)])), page).toBeLessThan(90);
  });
});
