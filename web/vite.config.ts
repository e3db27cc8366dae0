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

/** What every page needs. */
const BASE =
  /node_modules\/(preact|@preact)\/|src\/call\/Screen\.tsx|src\/ui\/(Button|Dialog|Field|Icon|IconButton|LevelMeter|Notice)\.tsx|src\/text\/(catalogue\.ts|client\.ts|en\.json)|src\/core\/(http|random)\.ts|src\/join\/(token|exit)\.ts|src\/ui\/fetched\.tsx|src\/comfort\/(comfort|ComfortButton)\./;

/**
 * What a client's way in needs besides. A browser fetches six files at a time: a seventh would wait for another round trip
 * before the first heading can be drawn.
 */
const WAY_IN = /src\/join\/(Steps|exit)\.tsx?/;

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

/**
 * Signalling is WebSocket only, so engine.io's other transports stay out of the bundle (3 kB of a phone's first load).
 * engine.io-client has no build without them; its list of transports is one small module.
 */
function webSocketOnly(): Plugin {
  return {
    name: "websocket-only",
    enforce: "pre",
    load(id) {
      if (!/engine\.io-client\/build\/esm\/transports\/index\.js$/.test(id)) return null;
      return `import { WS } from "./websocket.js"; export const transports = { websocket: WS };`;
    },
  };
}

/** Of what others wrote and we ship, the licences go along. */
function licences(): Plugin {
  const shipped = [
    "preact", "@preact/signals", "@preact/signals-core", "socket.io-client", "socket.io-parser", "engine.io-client",
    "engine.io-parser", "@socket.io/component-emitter", "@fontsource-variable/atkinson-hyperlegible-next",
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
  plugins: [compressed(), webSocketOnly(), licences(), paths()],
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
        codeSplitting: { groups: [{ name: "base", test: BASE }, { name: "way-in", test: WAY_IN }] },
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
