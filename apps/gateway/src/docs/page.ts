import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The API reference viewer as a single file. The Lambda's bundle has it next to its own file. */
const SCRIPT = 'openapi-explorer.min.js';

function explorer(): string {
  const bundled = join(__dirname, SCRIPT);
  const path = existsSync(bundled) ? bundled : require.resolve(`openapi-explorer/dist/browser/${SCRIPT}`);
  return readFileSync(path, 'utf8');
}

/** The viewer has no dark mode, so the page sets the colors that the browser prefers. */
const COLORS = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const themes = {
  light: { 'bg-color': '#ffffff', 'text-color': '#1b1f24', 'primary-color': '#0b5cad', 'secondary-color': '#0b5cad',
    'nav-bg-color': '#f3f4f6', 'nav-text-color': '#1b1f24', 'nav-hover-bg-color': '#e2e6ea', 'nav-hover-text-color': '#0b5cad' },
  dark: { 'bg-color': '#14171a', 'text-color': '#e6e8eb', 'primary-color': '#79b8ff', 'secondary-color': '#79b8ff',
    'nav-bg-color': '#1b1f24', 'nav-text-color': '#c9d1d9', 'nav-hover-bg-color': '#2a3138', 'nav-hover-text-color': '#ffffff' },
};
function paint() {
  const explorer = document.querySelector('openapi-explorer');
  const colors = themes[dark.matches ? 'dark' : 'light'];
  for (const [name, value] of Object.entries(colors)) explorer.setAttribute(name, value);
  document.body.style.background = colors['bg-color'];
}
paint();
dark.addEventListener('change', paint);
`;

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** A page and its Content-Security-Policy. */
export interface DocsPage {
  readonly html: string;
  readonly policy: string;
}

/**
 * The OpenAPI document as a page: search, examples, and a form to call each operation. Everything except the
 * document is inlined, so that the page works offline. The policy allows only its two scripts and this
 * server.
 */
export function docsPage(title: string): DocsPage {
  const scripts = [COLORS, explorer()];
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}: API reference</title>
<style>body{margin:0}openapi-explorer{--font-regular:system-ui,sans-serif;--font-mono:ui-monospace,monospace}</style></head>
<body>
<openapi-explorer spec-url="/openapi.json" server-url="/" hide-server-selection="true" hide-components="true" hide-defaults="true" schema-expand-level="2"></openapi-explorer>
<noscript>This page needs JavaScript. The API is described in <a href="/openapi.json">/openapi.json</a>.</noscript>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body></html>
`;
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    // The viewer uses inline style attributes.
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(';');
  return { html, policy };
}
