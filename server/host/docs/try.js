// The form under an operation: fills it in, sends it, shows the answer, also as it streams.

import { copyButton, el, highlighted } from './dom.js';
import { example, resolve, typeOf } from './schema.js';

const token = () => document.querySelector('#token').value.trim();

function input(contract, parameter, id) {
  const schema = resolve(contract, parameter.schema);
  const attributes = { id, name: parameter.name, spellcheck: 'false', autocomplete: 'off' };
  if (schema.enum)
    return el('select', attributes, el('option', { value: '' }, '–'), schema.enum.map((word) => el('option', { value: word }, word)));
  if (parameter.name === 'Idempotency-Key') return el('input', { ...attributes, value: parameter.required ? crypto.randomUUID() : '' });
  return el('input', { ...attributes, placeholder: typeOf(contract, parameter.schema) });
}

function parameterRows(contract, operation, prefix) {
  return (operation.parameters ?? []).map((parameter) => {
    const id = `${prefix}-${parameter.name}`;
    const field = input(contract, parameter, id);
    const fresh =
      parameter.name === 'Idempotency-Key' &&
      el('button', { type: 'button', class: 'quiet', onclick: () => (field.value = crypto.randomUUID()) }, 'New');
    return {
      parameter,
      field,
      row: el('div', { class: 'row' }, el('label', { for: id }, el('code', {}, parameter.name), parameter.required ? el('span', { class: 'required' }, 'required') : ''), field, fresh),
    };
  });
}

// What is to be sent, from what is filled in.
function request(call, rows, body, streamed) {
  const headers = { accept: streamed ? 'text/event-stream' : 'application/json' };
  const query = new URLSearchParams();
  let path = call.path;
  for (const { parameter, field } of rows) {
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(field.value));
    else if (field.value !== '' && parameter.in === 'query') query.set(parameter.name, field.value);
    else if (field.value !== '') headers[parameter.name] = field.value;
  }
  if (body) headers['content-type'] = 'application/json';
  if (token()) headers.authorization = `Bearer ${token()}`;
  const url = path + (query.size ? `?${query}` : '');
  return { url, options: { method: call.method.toUpperCase(), headers, body: body?.value, credentials: token() ? 'omit' : 'same-origin' } };
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function curl({ url, options }) {
  const parts = ['curl', ...(options.method === 'GET' ? [] : ['-X', options.method]), quoted(location.origin + url)];
  if (options.headers.accept === 'text/event-stream') parts.push('-N');
  for (const [name, value] of Object.entries(options.headers)) {
    if (name === 'accept' && value === 'application/json') continue;
    // "$TOKEN" and not the token: commands end up in histories and chats.
    parts.push('-H', name === 'authorization' ? '"Authorization: Bearer $TOKEN"' : quoted(`${name}: ${value}`));
  }
  if (!options.headers.authorization) parts.push('-H', '"Authorization: Bearer $TOKEN"');
  if (options.body) parts.push('--data', quoted(options.body));
  return parts.join(' ');
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function showStream(response, into) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    waiting += value;
    const events = waiting.split('\n\n');
    waiting = events.pop();
    for (const event of events) {
      const lines = event.split('\n');
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7);
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
      if (!name) continue; // a heartbeat
      into.append(el('div', { class: 'event' }, el('span', { class: name === 'error' ? 'chip bad' : 'chip acc' }, name), highlighted(pretty(data))));
    }
  }
}

async function show(response, took, answer) {
  const good = response.ok;
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const line = el('p', { class: 'status' }, el('span', { class: good ? 'chip ok' : 'chip bad' }, `${good ? '✓' : '✗'} ${response.status} ${response.statusText}`), el('span', { class: 'dim' }, `${Math.round(took)} ms`));
  answer.replaceChildren(line, el('details', {}, el('summary', {}, 'Headers'), el('pre', { tabindex: '0' }, headers)));
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await showStream(response, answer);
    answer.append(el('p', { class: 'dim' }, 'The stream has ended.'));
    return;
  }
  const text = await response.text();
  if (!text) return answer.append(el('p', { class: 'dim' }, 'No body.'));
  line.append(copyButton(pretty(text)));
  answer.append(highlighted(pretty(text)));
}

function bodyField(contract, operation, id) {
  const content = operation.requestBody?.content?.['application/json'];
  if (!content) return undefined;
  const start = content.example ?? example(contract, content.schema);
  const field = el('textarea', { id, spellcheck: 'false', autocomplete: 'off' });
  field.value = JSON.stringify(start, null, 2);
  field.rows = Math.min(20, field.value.split('\n').length + 1);
  return field;
}

export function tryForm(contract, call) {
  const { operation } = call;
  const id = `try-${operation.operationId}`;
  const rows = parameterRows(contract, operation, id);
  const body = bodyField(contract, operation, `${id}-body`);
  const kinds = Object.keys(Object.values(operation.responses)[0].content ?? {});
  const stream = kinds.includes('text/event-stream') && el('input', { type: 'checkbox', id: `${id}-stream`, checked: kinds.length === 1, disabled: kinds.length === 1 });
  const send = el('button', { type: 'submit', class: 'main' }, 'Send');
  const stop = el('button', { type: 'button', hidden: true }, 'Stop');
  const answer = el('div', { class: 'answer', 'aria-live': 'polite' });
  const ready = () => request(call, rows, body, stream && stream.checked);

  const form = el(
    'form',
    { class: 'try' },
    rows.map(({ row }) => row),
    body && el('div', { class: 'row top' }, el('label', { for: body.id }, 'Body'), body),
    stream && el('div', { class: 'row' }, el('label', { for: stream.id }, 'As a stream'), stream),
    el('div', { class: 'actions' }, send, stop, copyCurl(ready)),
    answer,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const abort = new AbortController();
    stop.onclick = () => abort.abort();
    stop.hidden = false;
    send.disabled = true;
    const { url, options } = ready();
    const start = performance.now();
    try {
      await show(await fetch(url, { ...options, signal: abort.signal }), performance.now() - start, answer);
    } catch (error) {
      answer.append(el('p', { class: 'notice' }, abort.signal.aborted ? 'Stopped.' : `No answer: ${error.message}`));
    }
    send.disabled = false;
    stop.hidden = true;
  });
  return form;
}

function copyCurl(ready) {
  const button = copyButton(() => curl(ready()), 'Copy as curl');
  button.title = 'The command reads the token from $TOKEN';
  return button;
}
