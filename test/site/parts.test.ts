import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Host, openParts } from '../../src/site/parts.ts';
import type { ByteRange } from '../../src/site/shards.ts';

const FILE = Uint8Array.from({ length: 100 }, (_, i) => i);
const range = fc
  .uniqueArray(fc.nat(FILE.length), { minLength: 2, maxLength: 2 })
  .map(([a, b]): ByteRange => ({ start: Math.min(a!, b!), end: Math.max(a!, b!) }));

/** Counts what was asked; `answer` may give other bytes than those asked for. */
function hostThat(answer: (range: ByteRange | undefined) => Uint8Array<ArrayBuffer>) {
  const asked: (ByteRange | undefined)[] = [];
  const get = async (_name: string, range?: ByteRange) => {
    asked.push(range);
    await new Promise((resolve) => setTimeout(resolve, 0));
    return answer(range);
  };
  return { asked, get };
}

/** As a shard's checksum does: the bytes of the part, or nothing. */
const exactly = (range: ByteRange) => async (bytes: Uint8Array<ArrayBuffer>) => {
  if (bytes.length !== range.end - range.start || bytes.some((byte, i) => byte !== range.start + i)) {
    throw new Error('damaged');
  }
  return bytes;
};

test('every part comes as it is, whatever the host does with ranges', async () => {
  const hosts = {
    ranges: (part: ByteRange | undefined) => (part ? FILE.slice(part.start, part.end) : FILE),
    none: () => FILE,
    // A host that compresses on the way counts other bytes than ours.
    others: (part: ByteRange | undefined) => (part ? FILE.slice(part.start, part.end).reverse() : FILE),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 6 }), async (parts) => {
      for (const answer of Object.values(hosts)) {
        const read = openParts(hostThat(answer).get, 'text', {});
        const got = await Promise.all(parts.map((part) => read(part, exactly(part))));
        for (const [i, { start, end }] of parts.entries()) expect(got[i]).toEqual(FILE.slice(start, end));
      }
    }),
    { numRuns: 30 },
  );
});

test('a host without ranges is asked for a file once, however many parts are wanted at once', async () => {
  const { asked, get } = hostThat(() => FILE);
  const host: Host = {};
  const read = openParts(get, 'text', host);
  const parts = [0, 10, 20].map((start) => ({ start, end: start + 5 }));
  await Promise.all(parts.map((part) => read(part, exactly(part))));
  expect(asked).toHaveLength(1);
  expect(host.ranges).toBe(false);
  await openParts(get, 'another', host)(parts[0]!, exactly(parts[0]!));
  expect(asked.at(-1)).toBeUndefined();
});

test('a host with ranges sends no more than the parts', async () => {
  const { asked, get } = hostThat((part) => FILE.slice(part!.start, part!.end));
  const read = openParts(get, 'text', {});
  const parts = [0, 10, 20].map((start) => ({ start, end: start + 5 }));
  await Promise.all(parts.map((part) => read(part, exactly(part))));
  expect(asked).toEqual(parts);
});

test('a file that is damaged as a whole is an error, and is asked for again the next time', async () => {
  let broken = true;
  const { asked, get } = hostThat((part) => {
    const bytes = broken ? FILE.map((byte) => byte ^ 1) : FILE;
    return part ? bytes.slice(part.start, part.end) : bytes;
  });
  const read = openParts(get, 'text', {});
  const part = { start: 3, end: 9 };
  await expect(read(part, exactly(part))).rejects.toThrow('damaged');
  broken = false;
  expect(await read(part, exactly(part))).toEqual(FILE.slice(3, 9));
  expect(asked.length).toBeLessThanOrEqual(4);
});

test('a part that cannot be had is an error, and is asked for again the next time', async () => {
  let gone = true;
  const read = openParts(
    async (_name, part) => {
      if (gone) throw new Error('gone');
      return FILE.slice(part!.start, part!.end);
    },
    'text',
    {},
  );
  const part = { start: 3, end: 9 };
  await expect(read(part, exactly(part))).rejects.toThrow('gone');
  gone = false;
  expect(await read(part, exactly(part))).toEqual(FILE.slice(3, 9));
});
