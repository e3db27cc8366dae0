/**
 * One reason per rule: a promise that nobody awaits hides its error (floating, misused), and markup that is built from
 * text is the only way in for injected script (the bans; Trusted Types in the CSP enforces the same at run time).
 */
import tseslint from "typescript-eslint";

const markup = "Text nodes only: markup built from strings is refused by the page's Trusted Types policy.";

export default tseslint.config(
  { ignores: ["node_modules", "src/wire.ts"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-console": "error",
      "no-alert": "error",
      eqeqeq: "error",
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "core/http.ts is the door to HTTP." },
        { name: "WebSocket", message: "core/channel.ts is the door to signalling." },
        { name: "SpeechRecognition", message: "call/captions/recogniser.ts is the door to speech recognition: on the device or not at all." },
        { name: "webkitSpeechRecognition", message: "A prefixed recogniser sends sound away." },
        { name: "RTCPeerConnection", message: "core/peer.ts is the door to media." },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: markup },
        { property: "outerHTML", message: markup },
        { property: "insertAdjacentHTML", message: markup },
        { object: "document", property: "write", message: markup },
        { object: "document", property: "cookie", message: "The cookie is HttpOnly." },
        { property: "createContextualFragment", message: markup },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: markup },
        { selector: "JSXAttribute[name.name='style']", message: "The CSP allows no inline styles: use a class or a data attribute." },
        { selector: "NewExpression[callee.name='Function']", message: markup },
      ],
    },
  },
  { files: ["src/core/http.ts", "src/core/file.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["src/core/channel.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["src/core/peer.ts"], rules: { "no-restricted-globals": "off" } },
  { files: ["tests/**", "vite.config.ts", "eslint.config.js"], rules: { "no-restricted-globals": "off" } },
);
