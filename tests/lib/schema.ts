// As much of JSON Schema as our OpenAPI document uses: what is wrong with a value, or nothing.
// biome-ignore lint/suspicious/noExplicitAny: a JSON document
type Json = any;

export function resolve(document: Json, schema: Json): Json {
  if (!schema?.$ref) return schema;
  const found = schema.$ref
    .slice(2)
    .split('/')
    .reduce((node: Json, part: string) => node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  if (found === undefined) throw new Error(`${schema.$ref} leads nowhere`);
  return resolve(document, found);
}

export function problems(document: Json, schema: Json, value: Json, at = '$'): string[] {
  const s = resolve(document, schema);
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const expected = s.type === 'integer' ? 'number' : s.type;
  if (expected && expected !== type) return [`${at}: ${type} instead of ${s.type}`];
  const out: string[] = [];
  if (s.type === 'integer' && !Number.isInteger(value)) out.push(`${at}: no whole number`);
  if (s.enum && !s.enum.includes(value)) out.push(`${at}: ${JSON.stringify(value)} is none of ${s.enum}`);
  if (type === 'string' && s.pattern && !new RegExp(s.pattern, 'u').test(value)) out.push(`${at}: does not match ${s.pattern}`);
  if (type === 'string' && s.maxLength < [...value].length) out.push(`${at}: too long`);
  if (type === 'string' && s.minLength > [...value].length) out.push(`${at}: too short`);
  if (type === 'array') value.forEach((item: Json, i: number) => out.push(...problems(document, s.items, item, `${at}[${i}]`)));
  if (type === 'object') {
    for (const name of s.required ?? []) if (!(name in value)) out.push(`${at}.${name}: missing`);
    for (const [name, item] of Object.entries(value)) {
      if (s.properties?.[name]) out.push(...problems(document, s.properties[name], item, `${at}.${name}`));
      else if (s.properties && !s.additionalProperties) out.push(`${at}.${name}: not in the schema`);
    }
  }
  return out;
}
