/** From here on a chat has room for who it is with beside it. */
export const roomForDetails = '(min-width: 1200px)';
