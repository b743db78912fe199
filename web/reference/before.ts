/**
 * Before Swagger UI: its DOMPurify makes a policy for trusted types where there are any, which this server's policy
 * forbids with an error on the console. Nothing of what it purifies is used (see markdown.ts), and the browser goes on
 * refusing markup all the same.
 */
Object.defineProperty(window, 'trustedTypes', { value: undefined });
