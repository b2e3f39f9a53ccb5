import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inflate } from '../../src/embed/inflate.ts';

const bytes = fc.uint8Array({ maxLength: 5000 }).map((values) => Uint8Array.from(values));
const packed = (content: Uint8Array) => Uint8Array.from(deflateRawSync(content));

test('what was packed comes back', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      expect(await inflate(packed(content), content.length, 'model.deflate')).toEqual(content);
    }),
  );
});

test('any beginning of a packed file is refused, and so is another size', async () => {
  const content = Uint8Array.from({ length: 300 }, (_, i) => (i * i) & 255);
  const file = packed(content);
  const refused = { code: 'model-corrupt', message: /^model.deflate: expected \d+ bytes packed by DEFLATE, got / };
  for (let end = 0; end < file.length; end += 7) {
    await expect(inflate(file.slice(0, end), content.length, 'model.deflate'), `${end}`).rejects.toMatchObject(refused);
  }
  await expect(inflate(file, content.length - 1, 'model.deflate')).rejects.toMatchObject(refused);
  await expect(inflate(file, content.length + 1, 'model.deflate')).rejects.toMatchObject(refused);
});
