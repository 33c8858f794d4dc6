// Schemas of the document: shown as a list of fields, and as an example to start from.

import { el, inline } from './dom.js';

export function resolve(document, schema) {
  if (schema?.allOf?.length === 1) return { ...resolve(document, schema.allOf[0]), ...(schema.description ? { description: schema.description } : {}) };
  if (!schema?.$ref) return schema ?? {};
  return resolve(document, schema.$ref.slice(2).split('/').reduce((at, part) => at[part], document));
}

function nameOf(schema) {
  return (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').pop().replace(/Input$/, '');
}

const isId = (schema) => schema.pattern?.startsWith('^(0|') ?? false;

export function typeOf(document, schema) {
  const whole = resolve(document, schema);
  if (whole.type === 'array') return `list of ${typeOf(document, whole.items)}`;
  if (whole.type === 'object' && whole.additionalProperties?.type) return `object of ${typeOf(document, whole.additionalProperties)}`;
  if (whole.contentEncoding) return 'base64';
  if (isId(whole)) return 'id';
  return nameOf(schema) ?? whole.type ?? 'object';
}

export function limitsOf(schema) {
  const parts = [];
  const range = (least, most, unit) => {
    if (least !== undefined && most !== undefined) parts.push(`${least} to ${most.toLocaleString('en')}${unit}`);
    else if (least !== undefined) parts.push(`from ${least}${unit}`);
    else if (most !== undefined) parts.push(`up to ${most.toLocaleString('en')}${unit}`);
  };
  if (schema.enum) parts.push(`one of ${schema.enum.map((word) => `\`${word}\``).join(', ')}`);
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' elements');
  range(schema.minimum, schema.maximum, '');
  return parts.join('; ');
}

// What is inside a field, if anything: an object, or the objects of a list or map.
function inside(document, schema) {
  const whole = resolve(document, schema);
  if (whole.type === 'array') return inside(document, whole.items);
  if (whole.additionalProperties?.$ref) return inside(document, whole.additionalProperties);
  return whole.properties || whole.oneOf ? whole : undefined;
}

// Of an answer, only what may be missing is worth a word.
function field(document, name, schema, required, side) {
  const whole = resolve(document, schema);
  const limits = limitsOf(whole);
  const line = el(
    'div',
    { class: 'field' },
    el('code', { class: 'name' }, name),
    el('span', { class: 'type' }, typeOf(document, schema)),
    required ? side !== 'answer' && el('span', { class: 'required' }, 'required') : el('span', { class: 'faint' }, 'optional'),
    limits && el('span', { class: 'dim' }, inline(limits)),
    schema.description && el('p', {}, inline(schema.description)),
  );
  const below = inside(document, schema);
  if (!below) return el('li', {}, line);
  // Opened when asked for: messages may hold themselves.
  const details = el('details', {}, el('summary', {}, line));
  details.addEventListener('toggle', () => details.open && !details.querySelector('ul') && details.append(fields(document, below, side)));
  return el('li', {}, details);
}

export function fields(document, schema, side = 'request') {
  const whole = resolve(document, schema);
  if (whole.oneOf) {
    return el(
      'ul',
      { class: 'fields' },
      whole.oneOf.map((one) => field(document, `event: ${one.properties.event.const}`, one.properties.data, true, side)),
    );
  }
  const names = Object.entries(whole.properties ?? {});
  if (names.length === 0) return el('p', { class: 'dim' }, 'An empty object.');
  return el(
    'ul',
    { class: 'fields' },
    names.map(([name, one]) => field(document, name, one, whole.required?.includes(name), side)),
  );
}

// The smallest value that the schema takes.
export function example(document, schema, depth = 0) {
  const whole = resolve(document, schema);
  if (whole.enum) return whole.enum[0];
  if (whole.type === 'array') return depth < 3 && whole.minItems ? [example(document, whole.items, depth + 1)] : [];
  if (whole.properties) {
    const needed = Object.entries(whole.properties).filter(([name]) => whole.required?.includes(name));
    const shown = needed.length || depth ? needed : Object.entries(whole.properties);
    return Object.fromEntries(shown.map(([name, one]) => [name, example(document, one, depth + 1)]));
  }
  if (whole.type === 'object') return {};
  if (whole.type === 'boolean') return false;
  if (whole.type === 'integer' || whole.type === 'number') return whole.minimum ?? 0;
  return isId(whole) ? '1' : '';
}
