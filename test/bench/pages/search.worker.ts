/** The product's engine over a store in memory that already holds the passages, with random unit vectors. */
import { connectEncoder } from '../../../src/bridge/client.ts';
import { serveEngine } from '../../../src/bridge/host.ts';
import { createEngine } from '../../../src/engine.ts';
import { startWorker } from '../../../src/workers.ts';
import { filled } from './filled.ts';

const encoder = connectEncoder(() => startWorker('embed'));
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };

async function filledStore() {
  const texts = (await (await fetch(new URL('../passages.json', self.location.href))).json()) as string[];
  const card = await encoder.load(models.en);
  return filled(texts, card, directions(texts.length, card.dim));
}

/** Rows pointing in random directions, from a fixed seed. */
function directions(rows: number, dim: number): Float32Array<ArrayBuffer> {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  const values = Float32Array.from({ length: rows * dim }, random);
  for (let at = 0; at < values.length; at += dim) {
    const row = values.subarray(at, at + dim);
    const length = Math.hypot(...row);
    for (let i = 0; i < dim; i++) row[i]! /= length;
  }
  return values;
}

serveEngine(createEngine({ store: filledStore, encoder, models }));
