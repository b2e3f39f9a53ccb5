import { EngineError } from '../core/errors.ts';

/**
 * The `size` bytes of which `packed` is the raw DEFLATE (RFC 1951), by the browser's own decoder.
 *
 * @throws EngineError `model-corrupt` if `packed` is damaged or is of another size.
 */
export async function inflate(
  packed: Uint8Array<ArrayBuffer>,
  size: number,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let at = 0;
  const damaged = (got: string) =>
    new EngineError('model-corrupt', `${where}: expected ${size} bytes packed by DEFLATE, got ${got}; load it again.`);
  const reader = new Response(packed).body!.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) throw damaged('more');
      bytes.set(part.value, at);
      at += part.value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => {});
    throw cause instanceof EngineError ? cause : damaged((cause as Error).message);
  }
  if (at < size) throw damaged(`${at}`);
  return bytes;
}
