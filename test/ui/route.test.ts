import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRoute, parseRoute, type Route } from '../../src/ui/route.ts';

const routes: fc.Arbitrary<Route> = fc
  .record({
    query: fc.string({ unit: 'grapheme' }),
    document: fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
    start: fc.option(fc.nat(), { nil: undefined }),
    length: fc.nat(1000),
    library: fc.boolean(),
  })
  .map(({ query, document, start, length, library }) => ({
    query,
    ...(document !== undefined && { document }),
    ...(document !== undefined && start !== undefined && { passage: { start, end: start + length } }),
    ...(library && { library }),
  }));

test('the other views have addresses, with the question they were left from', () => {
  expect(parseRoute('?q=rent', '#teach')).toEqual({ query: 'rent', view: 'teach' });
  expect(formatRoute({ query: 'rent', view: 'teach' })).toBe('?q=rent#teach');
  expect(parseRoute('', '#about')).toEqual({ query: '', view: 'about' });
  expect(parseRoute('', '#map')).toEqual({ query: '', view: 'map' });
});

test('an address says a route and nothing is lost on the way', () => {
  fc.assert(
    fc.property(routes, (route) => {
      const { search, hash } = new URL(formatRoute(route), 'http://localhost/app/');
      expect(parseRoute(search, hash)).toEqual(route);
    }),
  );
});

test.each(['?at=3-5', '?doc=a&at=5-3', '?doc=a&at=x-3', '?doc=a&at=-3', '?doc=&at=1-2'])(
  'an address that makes no sense (%s) marks nothing',
  (search) => expect(parseRoute(search).passage).toBeUndefined(),
);
