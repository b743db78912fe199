import type { GetManualChunk } from 'rollup';

export function makeChunks(): GetManualChunk;
