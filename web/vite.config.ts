/**
 * How the client is built: one HTML page per entry, into the Python package, with compressed siblings.
 *
 * Nothing here knows what a page does. The server picks FILE.br or FILE.gz by itself when the browser takes it, so
 * everything that compresses is compressed once, at build time, as hard as possible.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vitest/config";

const here = import.meta.dirname;
const out = resolve(here, "../telehealth/static");

/** Page, the path under which the server shows it, and its first module. */
const PAGES = {
  join: { path: "/j", main: "src/join/main.tsx" },
  room: { path: "/room", main: "src/staff/room.tsx" },
  staff: { path: "/", main: "src/staff/main.tsx" },
  docs: { path: "/docs", main: "src/docs/main.tsx" },
} as const;

/** The server under `npm run dev`. */
const server = process.env["TELEHEALTH_DEV_SERVER"] ?? "http://127.0.0.1:8080";

function compressed(): Plugin {
  return {
    name: "compressed-siblings",
    apply: "build",
    closeBundle() {
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

/** `npm run dev` shows each page under the path that the real server uses. */
function paths(): Plugin {
  return {
    name: "paths-of-the-server",
    apply: "serve",
    configureServer(dev) {
      dev.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "").split("?")[0];
        const page = Object.entries(PAGES).find(([, one]) => one.path === path);
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
  plugins: [compressed(), paths()],
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
      input: Object.fromEntries(
        Object.entries(PAGES)
          .filter(([, one]) => existsSync(resolve(here, one.main)))
          .map(([name]) => [name, resolve(here, `${name}.html`)]),
      ),
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
