const mac = /Mac|iPhone|iPad/.test(navigator.platform);

/** "mod+Enter" as it is printed on keys: "Ctrl ↵", "⌘ ↵". */
export const keyNames = (keys: string, onMac = mac): string =>
  keys
    .split('+')
    .map((key) => (key === 'mod' ? (onMac ? '⌘' : 'Ctrl') : key === 'Enter' ? '↵' : key))
    .join(' ');
