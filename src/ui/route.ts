import type { Scope } from './scope.ts';

/** What the address says: the question, the open document and where in it. */
export interface Route {
  readonly query: string;
  /** Where the question is asked: a folder (ending in `/`) or a document. */
  readonly scope?: Scope;
  readonly document?: string;
  /** UTF-16 offsets into the document's reading text. */
  readonly passage?: { readonly start: number; readonly end: number };
  /** On a phone: the library lies over the question. */
  readonly library?: boolean;
  /** Absent for the question. */
  readonly view?: 'map' | 'teach' | 'about';
}

/** Reads `?q=…&in=…&doc=…&at=12-345#library`; anything it does not understand is left out. */
export function parseRoute(search: string, hash = ''): Route {
  const params = new URLSearchParams(search);
  const document = params.get('doc');
  const scope = params.get('in');
  const at = /^(\d{1,10})-(\d{1,10})$/.exec(params.get('at') ?? '');
  const passage = at && { start: Number(at[1]), end: Number(at[2]) };
  return {
    query: params.get('q') ?? '',
    ...(scope ? { scope } : {}),
    ...(document ? { document } : {}),
    ...(document && passage && passage.start <= passage.end ? { passage } : {}),
    ...(hash === '#library' ? { library: true } : {}),
    ...(hash === '#map' ? { view: 'map' as const } : {}),
    ...(hash === '#teach' ? { view: 'teach' as const } : {}),
    ...(hash === '#about' ? { view: 'about' as const } : {}),
  };
}

/** What the visit was opened with (`main.ts`) stays in the address while its routes change. */
const KEPT = ['model', 'backend'];

/** The address of a route, relative to the page; `now` is the address's search part as it is. */
export function formatRoute(route: Route, now = globalThis.location?.search ?? ''): string {
  const params = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(now)) if (KEPT.includes(name)) params.set(name, value);
  if (route.query) params.set('q', route.query);
  if (route.scope) params.set('in', route.scope);
  if (route.document) params.set('doc', route.document);
  if (route.document && route.passage) params.set('at', `${route.passage.start}-${route.passage.end}`);
  const search = params.toString();
  return (search ? `?${search}` : './') + (route.library ? '#library' : route.view ? `#${route.view}` : '');
}
