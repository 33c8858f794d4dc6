// Elements, made without markup: what a server or a user said is never read as HTML.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return made;
}

// Text with `code` in it.
export function inline(text) {
  return text.split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));
}

export function paragraphs(text = '') {
  return text
    .split(/\n\n+/)
    .filter(Boolean)
    .map((part) => el('p', {}, inline(part)));
}

// JSON with its parts marked for colour.
export function highlighted(text) {
  const pre = el('pre', { class: 'json', tabindex: '0' });
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  let end = 0;
  for (const found of text.matchAll(token)) {
    pre.append(text.slice(end, found.index));
    const kind = found[2] ? 'key' : found[1] ? 'str' : 'num';
    pre.append(el('span', { class: kind }, found[1] ?? found[0]), found[2] ?? '');
    end = found.index + found[0].length;
  }
  pre.append(text.slice(end));
  return pre;
}

export function copyButton(text, label = 'Copy') {
  const button = el('button', { type: 'button', class: 'quiet' }, label);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = label), 1200);
  });
  return button;
}
