import { EngineError } from '../core/errors.ts';
import { checksum } from '../store/checksum.ts';

/**
 * The static index: what `nearfield build` writes beside a site and a browser reads piece by piece.
 *
 *   manifest.json            the only name that stays; small; says which files make this version, and
 *                            what its own checksum is                                                    manifest.ts
 *   <lane>-map.<hash>.nf     what every query needs: common terms, term ranges, cells' centres, row ranges  map.ts
 *   <lane>-terms-<i>.….nf    a range of terms: postings with counts, and the terms' query vectors          terms.ts
 *   <lane>-cell-<i>.….nf     passage vectors of one nearest-neighbour cell in the dimensions that the
 *                            query table knows, as differences from its centre                             cell.ts
 *   <lane>-text-<i>.….nf     what is shown: pages, headings, passages of a range of rows                    text.ts
 *   <lane>-glossary.….nf     what visitors say and what the pages say for it; only if the owner gave one      glossary.ts
 *   <lane>-facets.….nf       what pages can be narrowed to and ordered by; only if there is something       facets.ts
 *   <lane>-adapter-<i>.….nf  how queries are turned for ranking, where the site was taught; 0 instant, 1 full  adapter.ts
 *   <lane>-basis.….nf        for the full tier: how the model's vectors are turned into the lane's          basis.ts
 *   <lane>-tail-<i>.….nf     for the full tier: the other dimensions of a range of cells                    tail.ts
 *
 * A *lane* is a language with its model; a site in two languages has two, and a query asks one. *Rows* are passages,
 * numbered cell by cell and in a cell by likeness, so that what is near in meaning is near in every file: a query's best passages share few
 * text files, and the gaps between rows of a posting list are short. *Known questions* are searched beside the rows, each
 * leading to the passage that answers it, and are numbered apart: their words stand in the terms, their vectors in the cells. A name holds the hash of the file's bytes, so a
 * file never changes and may be cached for ever; a new version of the site brings a new manifest and new names.
 *
 * Every `.nf` file is one *shard*, little-endian:
 *
 *   byte  0  magic     0x5349464e ("NFIS")                              Uint32
 *         4  version   4                                                Uint8
 *         5  kind      see KINDS                                        Uint8
 *         6  number    place among the lane's shards of this kind       Uint16
 *         8  length    bytes of the body before it was compressed       Uint32
 *        12  checksum  xxHash32 of the bytes after it, with that of
 *                      bytes 0–11 as seed                               Uint32
 *        16  body      raw DEFLATE
 *
 * Nothing in a shard is believed before its checksum agrees, and nothing its body says (a count, an offset, a row)
 * before it has been compared with what there is.
 */
export type ShardKind = keyof typeof KINDS;

export const FORMAT_VERSION = 4;
const KINDS = { map: 1, terms: 2, cell: 3, text: 4, basis: 5, facets: 6, adapter: 7, tail: 8, glossary: 9 } as const;
const MAGIC = 0x5349464e;
const HEADER_BYTES = 16;
/** No shard is written larger; a header that says more is not believed. */
const MAX_BODY = 1 << 28;

/** A body as the bytes of a file. Same body, same bytes (of one zlib). */
export async function sealShard(
  kind: ShardKind,
  number: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await through(body, new CompressionStream('deflate-raw'), MAX_BODY);
  const shard = new Uint8Array(HEADER_BYTES + packed.length);
  const header = new DataView(shard.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint8(4, FORMAT_VERSION);
  header.setUint8(5, KINDS[kind]);
  header.setUint16(6, number, true);
  header.setUint32(8, body.length, true);
  shard.set(packed, HEADER_BYTES);
  header.setUint32(12, sumOf(shard), true);
  return shard;
}

/**
 * The body of a shard.
 *
 * @throws EngineError `block-corrupt` for anything but the bytes that `sealShard(kind, number, …)` made;
 * `store-version` for a whole shard of a newer format.
 */
export async function openShard(
  kind: ShardKind,
  number: number,
  shard: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const check = (what: string, got: number, wanted: number) => {
    if (got !== wanted) throw damaged(kind, number, `expected ${what} ${wanted}, got ${got}`);
  };
  if (shard.length < HEADER_BYTES) throw damaged(kind, number, `expected a header, got ${shard.length} bytes`);
  const header = new DataView(shard.buffer, shard.byteOffset, HEADER_BYTES);
  check('magic', header.getUint32(0, true), MAGIC);
  check('checksum', sumOf(shard), header.getUint32(12, true));
  const version = header.getUint8(4);
  if (version !== FORMAT_VERSION) {
    throw new EngineError(
      'store-version',
      `This index has format ${version} and this script reads ${FORMAT_VERSION}; build the site again, or reload the page.`,
    );
  }
  check('kind', header.getUint8(5), KINDS[kind]);
  check('number', header.getUint16(6, true), number);
  const length = header.getUint32(8, true);
  if (length > MAX_BODY) throw damaged(kind, number, `expected at most ${MAX_BODY} bytes, got ${length}`);
  try {
    const body = await through(shard.subarray(HEADER_BYTES), new DecompressionStream('deflate-raw'), length);
    check('length', body.length, length);
    return body;
  } catch (error) {
    throw error instanceof EngineError ? error : damaged(kind, number, 'its body does not decompress');
  }
}

/** The error of a decoder: which shard, and what is wrong with it. */
export const damaged = (kind: ShardKind, number: number, what: string) =>
  new EngineError('block-corrupt', `Search index file ${kind} ${number} is damaged: ${what}; build the site again.`);

const sumOf = (shard: Uint8Array) => checksum(shard.subarray(HEADER_BYTES), checksum(shard.subarray(0, 12)));

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > most) {
      await reader.cancel();
      throw new EngineError('block-corrupt', `A search index file grew past the ${most} bytes it announced.`);
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
