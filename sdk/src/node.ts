/** What only Node has: `import { fileStorage } from 'godwit-sdk/node'`. */
export { fileStorage } from './storage/files.js';
