import { afterEach, expect, test, vi } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { askToPersist, browserUsage, storageError } from '../../src/store/quota.ts';

afterEach(() => vi.unstubAllGlobals());

const withStorage = (storage: object) => vi.stubGlobal('navigator', { storage });
const ESTIMATE = { estimate: async () => ({ usage: 12_400_000, quota: 60_000_000 }), persisted: async () => false };

/** The new class is not in Node; what tells it from others is its name. */
class QuotaExceededError extends Error {
  override readonly name = 'QuotaExceededError';
}

test.each([new DOMException('full', 'QuotaExceededError'), new QuotaExceededError('full')])(
  'a full quota is told with figures, whatever its class (case %#)',
  async (thrown) => {
    withStorage(ESTIMATE);
    const error = (await storageError(thrown)) as EngineError;
    expect(error).toBeInstanceOf(EngineError);
    expect(error.code).toBe('quota-exceeded');
    expect(error.message).toContain('12 MB of 60 MB in use');
    expect(structuredClone(error.cause)).toEqual({ name: 'QuotaExceededError', message: 'full' });
  },
);

test('where the browser estimates nothing, the sentence leaves the figures out that it lacks', async () => {
  const error = (await storageError(new DOMException('', 'QuotaExceededError'))) as EngineError;
  expect(error.message).toContain('refused more storage. All that');
});

test.each([
  ['VersionError', 'store-version'],
  ['AbortError', 'busy'],
  ['InvalidStateError', 'busy'],
])('%s becomes %s', async (name, code) => {
  expect(await storageError(new DOMException('', name))).toMatchObject({ code });
});

test('any other error stays what it is', async () => {
  const errors = [new TypeError('a bug'), new EngineError('bad-input', 'x'), 'text'];
  expect(await Promise.all(errors.map(storageError))).toEqual(errors);
});

test('usage is what the browser estimates, and nothing is made up where it does not', async () => {
  withStorage(ESTIMATE);
  expect(await browserUsage('indexeddb')).toEqual({
    kind: 'indexeddb',
    usedBytes: 12_400_000,
    quotaBytes: 60_000_000,
    persisted: false,
  });
  // Safari before 17 estimates nothing; WebKitGTK has no manager of storage at all.
  withStorage({ persisted: async () => true });
  expect(await browserUsage('indexeddb')).toEqual({ kind: 'indexeddb', persisted: true });
  vi.stubGlobal('navigator', {});
  expect(await browserUsage('indexeddb')).toEqual({ kind: 'indexeddb' });
});

test('asking to persist never fails, be it refused, absent or broken', async () => {
  const persist = vi.fn(async () => {
    throw new Error('broken');
  });
  withStorage({ persist });
  await askToPersist();
  expect(persist).toHaveBeenCalledOnce();
  withStorage({});
  await askToPersist();
});
