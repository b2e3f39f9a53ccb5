import type { PairId } from '../core/accepted.ts';
import { decodeJson, encodeJson } from './block.ts';
import type { StoredPair } from './store.ts';

export const acceptedPrefix = 'accepted/';
export const acceptedKey = (id: PairId) => `${acceptedPrefix}${id}`;

export const encodePair = (pair: StoredPair): [key: string, block: ArrayBuffer] => {
  const key = acceptedKey(pair.id);
  return [key, encodeJson(key, 'accepted', pair)];
};

/** @throws EngineError `block-corrupt` */
export const decodePair = (key: string, block: ArrayBuffer) => decodeJson<StoredPair>(key, 'accepted', block);
