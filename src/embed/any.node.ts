import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Encoder } from '../core/encoder.ts';
import { createNodeEncoder, packagedModels } from './encoder.node.ts';
import { createHubEncoder } from './hub.ts';
import { routedEncoder } from './routed.ts';

/** A model's encoder, and the id by which the encoder knows it. */
export interface NamedEncoder {
  readonly encoder: Encoder;
  readonly id: string;
  /** Where the model's folder lies, if it is in our layout. */
  readonly folder?: string;
}

/**
 * The encoder for a model by whatever name a person gives, and the id by which that encoder knows it: one of ours, a
 * folder in our layout (`model.json`), a folder in the transformers.js layout (`config.json`), or else a hub id.
 */
export function nodeEncoderFor(model: string): NamedEncoder {
  if (existsSync(join(packagedModels(), model, 'model.json')))
    return { encoder: createNodeEncoder(), id: model, folder: packagedModels() };
  const path = resolve(model);
  const [folder, id] = [dirname(path), basename(path)];
  if (existsSync(join(path, 'model.json'))) return { encoder: createNodeEncoder(folder), id, folder };
  if (existsSync(join(path, 'config.json'))) return { encoder: createHubEncoder({ folder }), id };
  return { encoder: createHubEncoder(), id: model };
}

/** `encoder` with a cross-encoder beside it, named as a person names it, and the id by which it is known there. */
export function withCrossEncoder(
  encoder: Encoder,
  model: string,
): { readonly encoder: Encoder; readonly crossEncoder: string } {
  const { encoder: beside, id } = nodeEncoderFor(model);
  return { encoder: routedEncoder((name) => name === id, beside, encoder), crossEncoder: id };
}
