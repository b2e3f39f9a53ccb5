import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/** What pages can be narrowed to and ordered by. One shard a lane, fetched only by those who ask for it. */
export interface Facets {
  /** Page of each row, numbered from 0. */
  readonly pageOf: Uint32Array;
  /** Filter → value → pages that have it, ascending. */
  readonly filters: ReadonlyMap<string, ReadonlyMap<string, Uint32Array>>;
  /** Sort key → value of each page; empty where a page has none. */
  readonly sorts: ReadonlyMap<string, readonly string[]>;
}

/** Filter → the values wanted: any of them will do, but every filter must be met. */
export type Filters = Readonly<Record<string, readonly string[]>>;
/** Filter → value → number of pages. */
export type FacetCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;
export interface Sort {
  readonly key: string;
  readonly order: 'ascending' | 'descending';
}

interface FacetPage {
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly sort: Readonly<Record<string, string>>;
}

const MOST = 1 << 20;

/** The facets of rows that stand on these pages; nothing if no page has a filter or a sort key. */
export function facetsOf(rows: readonly { readonly page: FacetPage }[]): Facets | undefined {
  const pages = [...new Set(rows.map(({ page }) => page))];
  const place = new Map(pages.map((page, i) => [page, i]));
  const filters = new Map<string, Map<string, number[]>>();
  const sorts = new Map<string, string[]>();
  for (const [i, { filters: own, sort }] of pages.entries()) {
    for (const [key, values] of Object.entries(own)) {
      const known = filters.get(key) ?? new Map<string, number[]>();
      filters.set(key, known);
      for (const value of new Set(values)) known.set(value, [...(known.get(value) ?? []), i]);
    }
    for (const [key, value] of Object.entries(sort)) {
      const values = sorts.get(key) ?? pages.map(() => '');
      sorts.set(key, values);
      values[i] = value;
    }
  }
  if (filters.size + sorts.size === 0) return undefined;
  const packed = [...filters].map(([key, values]) => {
    const lists = [...values].map(([value, list]) => [value, Uint32Array.from(list)] as const);
    return [key, new Map(lists)] as const;
  });
  return { pageOf: Uint32Array.from(rows, ({ page }) => place.get(page)!), filters: new Map(packed), sorts };
}

/** Body of a facets shard: number of pages; each row's page; filters with their values' pages as gaps; sort keys with every page's value. */
export function encodeFacets({ pageOf, filters, sorts }: Facets): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(pageOf.reduce((most, page) => Math.max(most, page + 1), 0));
  for (const page of pageOf) writer.count(page);
  writer.count(filters.size);
  for (const [key, values] of filters) {
    writer.text(key);
    writer.count(values.size);
    for (const [value, pages] of values) {
      writer.text(value);
      writer.count(pages.length);
      let last = -1;
      for (const page of pages) {
        writer.count(page - last - 1);
        last = page;
      }
    }
  }
  writer.count(sorts.size);
  for (const [key, values] of sorts) for (const text of [key, ...values]) writer.text(text);
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything `encodeFacets` could not have written for `rows` rows. */
export function decodeFacets(body: Uint8Array<ArrayBuffer>, number: number, rows: number): Facets {
  const fail = (what: string) => damaged('facets', number, what);
  const reader = new ByteReader(body, fail);
  const pages = reader.count('the number of pages', rows);
  if (rows > 0 && pages === 0) throw fail('expected a page');
  const pageOf = Uint32Array.from({ length: rows }, () => reader.count('a page', pages - 1));
  const most = (what: string) => reader.count(what, Math.min(MOST, body.length));
  const filters = new Map<string, Map<string, Uint32Array>>();
  for (let left = most('the number of filters'); left > 0; left--) {
    const values = new Map<string, Uint32Array>();
    filters.set(reader.text('a filter'), values);
    for (let more = most('the number of values'); more > 0; more--) {
      const value = reader.text('a value');
      let last = -1;
      const list = Uint32Array.from({ length: reader.count('the pages of a value', pages) }, () => {
        last += reader.count('a gap', pages) + 1;
        if (last >= pages) throw fail(`expected pages below ${pages}`);
        return last;
      });
      values.set(value, list);
    }
  }
  const sorts = new Map<string, string[]>();
  for (let left = most('the number of sort keys'); left > 0; left--) {
    const key = reader.text('a sort key');
    sorts.set(
      key,
      Array.from({ length: pages }, () => reader.text('a sort value')),
    );
  }
  reader.end();
  return { pageOf, filters, sorts };
}

/** 1 for each row whose page meets every filter; a filter or value that no page has is met by none. */
export function allowedRows({ pageOf, filters }: Facets, wanted: Filters): Uint8Array {
  const pages = pageOf.reduce((most, page) => Math.max(most, page + 1), 0);
  const allowed = new Uint8Array(pages).fill(1);
  for (const [key, values] of Object.entries(wanted)) {
    if (values.length === 0) continue;
    const met = new Uint8Array(pages);
    for (const value of values) for (const page of filters.get(key)?.get(value) ?? []) met[page] = 1;
    for (let page = 0; page < pages; page++) allowed[page]! &= met[page]!;
  }
  return Uint8Array.from(pageOf, (page) => allowed[page]!);
}

/** How many of the pages that `rows` stand on have each value of a filter; a value that none has is counted 0. */
export function countFacets({ pageOf, filters }: Facets, key: string, rows: Iterable<number>): Record<string, number> {
  const pages = new Set<number>();
  for (const row of rows) pages.add(pageOf[row]!);
  const count = (list: Uint32Array) => list.reduce((sum, page) => sum + (pages.has(page) ? 1 : 0), 0);
  return Object.fromEntries([...(filters.get(key) ?? [])].map(([value, list]) => [value, count(list)]));
}

/** Compares two values of a sort key: as numbers where both are, else as text; a missing one comes last in either order. */
export function compareSortValues(a: string, b: string, order: Sort['order']): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const [x, y] = [Number(a), Number(b)];
  const rising = Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : 1) : x - y;
  return order === 'ascending' ? rising : -rising;
}
