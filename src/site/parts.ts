import type { ByteRange, GetFile } from './shards.ts';

/** What has been learnt of a host: whether it answers with the range it is asked for. */
export interface Host {
  ranges?: boolean;
}

/** Reads a part of one file. @param decode throws if the bytes are not those of the part. */
export type ReadPart = <T>(range: ByteRange, decode: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>) => Promise<T>;

/**
 * One file that is wanted in parts. Each is fetched alone where the host knows ranges; elsewhere the file is fetched
 * once, and parts are cut from it. So is a file of which a part arrived damaged: a host that compresses on the way may
 * count other bytes than ours.
 *
 * Until it is known which kind of host this is, one request a file is on its way at a time: a host without ranges would
 * answer each with the whole.
 */
export function openParts(get: GetFile, name: string, host: Host): ReadPart {
  let whole: Promise<Uint8Array<ArrayBuffer>> | undefined;
  let first: Promise<unknown> | undefined;

  const cut: ReadPart = async ({ start, end }, decode) => {
    whole ??= get(name);
    const asked = whole;
    try {
      return await decode((await asked).slice(start, end));
    } catch (error) {
      if (whole === asked) whole = undefined;
      throw error;
    }
  };
  const ask = async (range: ByteRange) => {
    const bytes = await get(name, range);
    host.ranges = bytes.length === range.end - range.start;
    if (!host.ranges) whole ??= Promise.resolve(bytes);
    return bytes;
  };

  return async (range, decode) => {
    if (host.ranges === undefined && first) await first.catch(() => {});
    if (whole || host.ranges === false) return cut(range, decode);
    const asked = ask(range);
    first ??= asked;
    const bytes = await asked;
    if (bytes.length !== range.end - range.start) return cut(range, decode);
    try {
      return await decode(bytes);
    } catch {
      return cut(range, decode);
    }
  };
}
