import { fileURLToPath, URL } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The reference at /docs: a page of its own beside the chat's, so that neither loads the other's code. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: path('../build/page'),
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000, // Swagger UI is one file
    rollupOptions: { input: path('./docs.html') },
  },
});
