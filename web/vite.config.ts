/**
 * How the client is built: one HTML page per entry, into the Python package, with compressed siblings.
 *
 * Nothing here knows what a page does. The server picks FILE.br or FILE.gz by itself when the browser takes it, so
 * everything that compresses is compressed once, at build time, as hard as possible.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vitest/config";

const here = import.meta.dirname;
const out = resolve(here, "../telehealth/static");

/** Each page's HTML file, and the path under which the server shows it. */
const PAGES = { join: "/j", room: "/room", staff: "/", docs: "/docs", verify: "/verify", stop: "/stop", me: "/me", calendar: "/calendar" } as const;

/** What every page needs, and nothing that a client's first screen does not: it is all that a heading waits for. */
const BASE =
  /node_modules\/(preact|@preact)\/|src\/call\/Screen\.tsx|src\/ui\/(Button|Icon|IconButton|Notice)\.tsx|src\/text\/(catalogue\.ts|client\.ts|en\.json)|src\/core\/(http|random)\.ts|src\/join\/(token|exit)\.ts|src\/ui\/fetched\.tsx|src\/comfort\/(comfort|ComfortButton)\./;

/** Small things that several pages share, a client's first screen not among them. */
const SHARED = /src\/ui\/(Breathing|Field|LevelMeter)\.tsx|src\/call\/devices\/index\.ts|src\/join\/Steps\.tsx/;

/** A part in a session without its media: signalling, state, devices. A client comes in and waits with it. */
const SESSION = /src\/core\/(channel|clock|devices|effects|guards|level|plugging|reconcile|session|socket|state)\.ts/;

/** The engine of media, which a client's page fetches when the screens before the waiting room are there. */
const MEDIA = /src\/core\/(ear|encodings|media|path|peer|stereo|watchdog)\.ts/;

/** The server under `npm run dev`. */
const server = process.env["TELEHEALTH_DEV_SERVER"] ?? "http://127.0.0.1:8080";

function compressed(): Plugin {
  let writes = true;
  return {
    name: "compressed-siblings",
    apply: "build",
    configResolved(config) {
      writes = config.build.write;
    },
    closeBundle() {
      if (!writes) return;
      for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|html|svg|json)$/.test(name)) continue;
        const file = join(out, name);
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
        );
      }
    },
  };
}

/** Of what others wrote and we ship, the licences go along. */
function licences(): Plugin {
  const shipped = [
    "preact", "@preact/signals", "@preact/signals-core", "@fontsource-variable/atkinson-hyperlegible-next",
  ];
  return {
    name: "licences",
    apply: "build",
    generateBundle() {
      const texts = shipped.map((name) => {
        const folder = resolve(here, "node_modules", name);
        const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
        if (!file) throw new Error(`${name} has no licence file`);
        return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "assets/licences.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
    },
  };
}

/** `npm run dev` shows each page under the path that the real server uses. */
function paths(): Plugin {
  return {
    name: "paths-of-the-server",
    apply: "serve",
    configureServer(dev) {
      dev.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "").split("?")[0];
        const page = Object.entries(PAGES).find(([, shown]) => shown === path);
        if (page) request.url = `/${page[0]}.html`;
        next();
      });
    },
  };
}

export default defineConfig({
  root: here,
  base: "/",
  appType: "mpa",
  plugins: [compressed(), licences(), paths()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: out,
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    target: ["chrome107", "firefox115", "safari16"],
    rolldownOptions: {
      input: Object.fromEntries(Object.keys(PAGES).map((name) => [name, resolve(here, `${name}.html`)])),
      output: {
        // One file: many small ones compress worse and cost a phone more requests.
        codeSplitting: {
          groups: [
            { name: "base", test: BASE },
            { name: "shared", test: SHARED },
            { name: "session", test: SESSION },
            { name: "media", test: MEDIA },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "/signal": { target: server, changeOrigin: true, ws: true, headers: { origin: server } },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
