// The page at /docs: every call of the contract, to read and to try.

import { el, inline, paragraphs } from './dom.js';
import { fields, limitsOf, resolve, typeOf } from './schema.js';
import { tryForm } from './try.js';

// The theme that was chosen in the web app; the system's is the default.
try {
  const theme = localStorage.getItem('lyceum.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden.
}

const contract = await (await fetch('/api/openapi.json')).json();
const calls = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, tag: operation.tags[0] })),
);

function path(text) {
  return text.split(/(\{[^}]*\})/).map((part, i) => (i % 2 ? el('var', {}, part) : part));
}

function who(operation) {
  const anyone = operation.security.some((way) => Object.keys(way).length === 0);
  return el(
    'p',
    { class: 'chips' },
    el('span', { class: 'chip' }, anyone ? 'Anyone' : 'Signed in'),
    operation['x-scope'] && el('span', { class: 'chip' }, `token scope: ${operation['x-scope']}`),
    operation['x-role'] && el('span', { class: 'chip warn' }, `role: ${operation['x-role']}`),
    el('span', { class: 'chip' }, `rate: ${operation['x-rate'].toLowerCase()}`),
  );
}

function parameters(operation) {
  if (!operation.parameters?.length) return undefined;
  return el(
    'section',
    {},
    el('h3', {}, 'Parameters'),
    el(
      'ul',
      { class: 'fields' },
      operation.parameters.map((one) => {
        const limits = limitsOf(resolve(contract, one.schema));
        return el(
          'li',
          {},
          el(
            'div',
            { class: 'field' },
            el('code', { class: 'name' }, one.name),
            el('span', { class: 'type' }, `${typeOf(contract, one.schema)}, in ${one.in === 'query' ? 'the query' : one.in === 'path' ? 'the path' : 'a header'}`),
            one.required ? el('span', { class: 'required' }, 'required') : el('span', { class: 'faint' }, 'optional'),
            limits && el('span', { class: 'dim' }, inline(limits)),
            one.description && el('p', {}, inline(one.description)),
          ),
        );
      }),
    ),
  );
}

function body(operation) {
  const schema = operation.requestBody?.content['application/json'].schema;
  return schema && el('section', {}, el('h3', {}, 'Body'), fields(contract, schema));
}

function answers(operation) {
  const [status, good] = Object.entries(operation.responses)[0];
  const kinds = Object.entries(good.content ?? {});
  return el(
    'section',
    {},
    el('h3', {}, `Answer ${status}`),
    kinds.length === 0 && el('p', { class: 'dim' }, 'No body.'),
    kinds.map(([kind, { schema }]) => [kinds.length > 1 || kind !== 'application/json' ? el('p', { class: 'dim' }, kind) : '', fields(contract, schema, 'answer')]).flat(),
  );
}

function open(details, call) {
  if (details.dataset.filled) return;
  details.dataset.filled = 'yes';
  details.append(
    el(
      'div',
      { class: 'inside' },
      paragraphs(call.operation.description),
      who(call.operation),
      parameters(call.operation),
      body(call.operation),
      answers(call.operation),
      el('section', {}, el('h3', {}, 'Try it'), tryForm(contract, call)),
    ),
  );
}

function card(call) {
  const { operation, method } = call;
  const details = el(
    'details',
    { class: 'call', id: operation.operationId },
    el('summary', {}, el('span', { class: `method ${method}` }, method.toUpperCase()), el('code', { class: 'path' }, path(call.path)), el('span', { class: 'dim' }, operation.summary)),
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    open(details, call);
    history.replaceState(null, '', `#${operation.operationId}`);
  });
  call.card = details;
  return details;
}

function build() {
  const main = document.querySelector('#main');
  const nav = document.querySelector('#nav');
  main.replaceChildren(el('h1', {}, contract.info.title, ' API'), el('div', { class: 'intro' }, paragraphs(contract.info.description), el('p', {}, 'The same for programs: ', el('a', { href: '/api/openapi.json' }, '/api/openapi.json'), ' (OpenAPI 3.1).')));
  for (const tag of contract.tags) {
    const own = calls.filter((call) => call.tag === tag.name);
    if (own.length === 0) continue;
    const links = own.map((call) => {
      call.link = el('li', {}, el('a', { href: `#${call.operation.operationId}` }, el('span', { class: `method ${call.method}` }, call.method.toUpperCase()), call.operation.summary));
      return call.link;
    });
    const heading = el('h2', { id: `tag-${tag.name}` }, tag.name);
    const group = el('section', { class: 'group' }, heading, paragraphs(tag.description), own.map(card));
    const list = el('section', {}, el('p', {}, tag.name), el('ul', { 'aria-label': tag.name }, links));
    for (const call of own) call.groups = [group, list];
    main.append(group);
    nav.append(list);
  }
  main.append(el('p', { id: 'none', class: 'dim', hidden: true }, 'No call has these words. Try fewer, or another one.'));
}

function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set();
  for (const call of calls) {
    const { operation } = call;
    const haystack = `${call.method} ${call.path} ${operation.summary} ${operation.operationId} ${operation.description ?? ''} ${call.tag}`.toLowerCase();
    const hit = words.every((word) => haystack.includes(word));
    call.card.hidden = call.link.hidden = !hit;
    if (hit) for (const group of call.groups) shown.add(group);
  }
  for (const call of calls) for (const group of call.groups) group.hidden = !shown.has(group);
  document.querySelector('#none').hidden = shown.size > 0;
}

function follow() {
  const call = calls.find(({ operation }) => `#${operation.operationId}` === location.hash);
  if (!call) return;
  call.card.open = true;
  open(call.card, call);
  call.card.scrollIntoView({ block: 'start' });
}

async function whoAmI() {
  const chip = document.querySelector('#whoami');
  const token = document.querySelector('#token').value.trim();
  const response = await fetch('/api/v1/me', token ? { headers: { authorization: `Bearer ${token}` }, credentials: 'omit' } : {});
  const name = response.ok ? (await response.json()).nickname || 'signed in' : undefined;
  const scoped = response.status === 403; // a token that may do other things
  chip.className = response.ok || scoped ? 'chip ok' : token ? 'chip bad' : 'chip';
  chip.textContent = name ? `✓ ${name}${token ? ' (token)' : ''}` : scoped ? '✓ token' : token ? '✗ bad token' : 'guest';
}

build();
follow();
window.addEventListener('hashchange', follow);
const field = document.querySelector('#search');
field.addEventListener('input', () => search(field.value));
document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    field.focus();
  }
});
document.querySelector('#who').addEventListener('submit', (event) => event.preventDefault());
document.querySelector('#token').addEventListener('change', whoAmI);
await whoAmI();
