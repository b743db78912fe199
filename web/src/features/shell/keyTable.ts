/** One line of the list of keys. Each of `keys` is one way to do it, each string in it one key to press. */
export interface KeyLine {
  text: string;
  keys: string[][];
}

export interface KeyArea {
  area: string;
  lines: KeyLine[];
}

/** `Mod` is Ctrl, or Cmd on a Mac. The one list of keys: the dialog and the screen in the settings show it. */
export const keyTable: readonly KeyArea[] = [
  {
    area: 'everywhere',
    lines: [
      { text: 'switcher', keys: [['Mod', 'K']] },
      { text: 'next', keys: [['Alt', '↓']] },
      { text: 'previous', keys: [['Alt', '↑']] },
      { text: 'leave', keys: [['Esc']] },
      { text: 'help', keys: [['?']] },
    ],
  },
  {
    area: 'writing',
    lines: [
      { text: 'send', keys: [['Enter']] },
      { text: 'break', keys: [['Shift', 'Enter']] },
      { text: 'lastOwn', keys: [['↑']] },
      { text: 'cancelReply', keys: [['Esc']] },
    ],
  },
  {
    area: 'lists',
    lines: [
      { text: 'move', keys: [['↑'], ['↓']] },
      { text: 'ends', keys: [['Home'], ['End']] },
      { text: 'open', keys: [['Enter']] },
    ],
  },
];

export const isMac = (platform: string): boolean => /Mac|iPhone|iPad/.test(platform);

/** What is printed on the key. */
export function keyLabel(key: string, mac: boolean): string {
  if (key === 'Mod') return mac ? '⌘' : 'Ctrl';
  if (key === 'Alt' && mac) return '⌥';
  return key;
}
