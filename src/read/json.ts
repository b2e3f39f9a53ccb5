import type { Piece } from './compose.ts';
import { parseJson } from './parse-json.ts';
import { type Fields, recordPieces } from './records.ts';

/** What is nested deeper is left out. */
const MAX_DEPTH = 8;

/** A JSON file that is a list of objects, or (`lined`) one object a line, as records; `undefined` for any other, which is read as text. */
export function readJson(source: string, lined: boolean): Piece[] | undefined {
  const values = lined ? lines(source) : parseJson(source);
  if (!Array.isArray(values) || values.length === 0 || !values.every(isObject)) return undefined;
  return recordPieces(values.map((value) => fieldsOf(value)));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function lines(source: string): unknown[] | undefined {
  const values = source
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseJson);
  return values.includes(undefined) ? undefined : values;
}

/** Strings, numbers and truth values of an object; what is nested goes by its path, `author.name`. */
function fieldsOf(value: object, prefix = '', fields = new Map<string, string>()): Fields {
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (Array.isArray(inner) && inner.every((item) => typeof item !== 'object')) fields.set(name, inner.join(', '));
    else if (typeof inner === 'object' && inner !== null) {
      if (name.split('.').length < MAX_DEPTH) fieldsOf(inner, `${name}.`, fields);
    } else if (inner !== null) fields.set(name, String(inner));
  }
  return fields;
}
