import { fileURLToPath, URL } from 'node:url';
import vueI18n from '@intlify/unplugin-vue-i18n/vite';
import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import elementPlus from 'unplugin-element-plus/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { makeChunks } from './scripts/chunks.mjs';
import { isolateNames } from './src/lib/isolate';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Puts Element Plus' styles into the layer of their name, below Tailwind's utilities (the order stands in src/style.css). */
function elementPlusLayer(): Plugin {
  return {
    name: 'element-plus-layer',
    enforce: 'pre',
    transform(code, id) {
      if (!/element-plus\/.*\.css($|\?)/.test(id)) return null;
      return { code: `@layer element-plus {\n${code.replace(/@charset "[^"]*";/g, '')}\n}`, map: null };
    },
  };
}

/** Names in texts keep their direction to themselves; before the texts are compiled. */
function namesIsolated(): Plugin {
  return {
    name: 'names-isolated',
    enforce: 'pre',
    transform: (code, id) => (/\/src\/locales\/\w+\/[^/]+\.json$/.test(id) ? { code: isolateNames(code), map: null } : null),
  };
}

const server = process.env['GODWIT_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    elementPlusLayer(),
    namesIsolated(),
    tailwindcss(),
    vue(),
    elementPlus({}),
    // Texts are compiled here, so the page has no use for the compiler.
    vueI18n({ include: path('./src/locales/*/*.json'), strictMessage: true, dropMessageCompiler: true }),
  ],
  resolve: { alias: { '@': path('./src') }, conditions: ['godwit-source', 'module', 'browser', 'development|production'] },
  define: { __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    outDir: path('../build/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true, // for scripts/budget.mjs, which takes it away
    cssCodeSplit: false, // one file of styles, which the first page has; Vite does not ask again for one that failed
    rollupOptions: { output: { manualChunks: makeChunks(), onlyExplicitManualChunks: true } },
  },
  server: { proxy: { '/v1': { target: server, ws: true, changeOrigin: true }, '/healthz': server, '/docs': server, '/openapi.yaml': server, '/asyncapi.yaml': server } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'reference/**/*.test.ts', 'scripts/**/*.test.mjs'],
    server: { deps: { inline: ['element-plus'] } },
  },
});
