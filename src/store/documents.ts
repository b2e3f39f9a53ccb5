import type { DocumentSummary } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { DocumentId } from '../core/types.ts';
import { decodeBlock, decodeJson, encodeBlock, encodeJson } from './block.ts';
import type { Attachment, DocumentContent } from './store.ts';

const SUMMARY = 'document/';
export const summaryPrefix = SUMMARY;
export const summaryKey = (id: DocumentId) => `${SUMMARY}${id}`;
export const contentKey = (id: DocumentId) => `content/${id}`;
/** The document that a summary's key names. */
export const idOfKey = (key: string) => key.slice(SUMMARY.length) as DocumentId;

export const encodeSummary = (summary: DocumentSummary): [key: string, block: ArrayBuffer] => {
  const key = summaryKey(summary.id);
  return [key, encodeJson(key, 'document', summary)];
};

export const decodeSummary = (key: string, block: ArrayBuffer) => decodeJson<DocumentSummary>(key, 'document', block);

/** Body: byte length of the JSON (Uint32), the JSON, zeros up to a multiple of 4, then `origin`. */
export function encodeContent({ origin, ...rest }: DocumentContent): [key: string, block: ArrayBuffer] {
  const key = contentKey(rest.id);
  const json = new TextEncoder().encode(JSON.stringify(rest));
  const originAt = aligned(4 + json.length);
  const body = new Uint8Array(originAt + origin.byteLength);
  new DataView(body.buffer).setUint32(0, json.length, true);
  body.set(json, 4);
  body.set(new Uint8Array(origin.buffer, origin.byteOffset, origin.byteLength), originAt);
  return [key, encodeBlock(key, { kind: 'content', body })];
}

/** @throws EngineError `block-corrupt` if the block is damaged or missing. */
export function decodeContent(id: DocumentId, block: ArrayBuffer | undefined): DocumentContent {
  const key = contentKey(id);
  if (!block) throw new EngineError('block-corrupt', `Stored block “${key}” is missing.`);
  const body = decodeBlock(key, block, { kind: 'content' });
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const originAt = aligned(4 + length);
  if (originAt > body.length) throw new EngineError('block-corrupt', `Stored block “${key}” has no room for its text.`);
  const rest = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length))) as Omit<DocumentContent, 'origin'>;
  return { ...rest, origin: new Uint32Array(body.slice(originAt).buffer) };
}

export const attachmentPrefix = 'attachment/';
export const attachmentKey = (name: string) => `${attachmentPrefix}${name}`;

export const encodeAttachment = ({ name, body }: Attachment): [key: string, block: ArrayBuffer] => {
  const key = attachmentKey(name);
  return [key, encodeBlock(key, { kind: 'attachment', body })];
};

/** @throws EngineError `block-corrupt`. */
export const decodeAttachment = (key: string, block: ArrayBuffer): Attachment => ({
  name: key.slice(attachmentPrefix.length),
  body: decodeBlock(key, block, { kind: 'attachment' }).slice(),
});

const aligned = (at: number) => (at + 3) & ~3;
