/**
 * The product's engine with its train worker, over passages some of whose vectors are those of their questions, turned:
 * there is something to learn, so that a run goes through all its phases, and every product is as large as with real
 * vectors. The others lie at random about those.
 */
import { connectEncoder, connectTrainer } from '../../../src/bridge/client.ts';
import { serveEngine } from '../../../src/bridge/host.ts';
import { createEngine } from '../../../src/engine.ts';
import { startWorker } from '../../../src/workers.ts';
import { filled } from './filled.ts';
import { questionOf } from './questions.ts';

/** Passages whose vector is made from their question's. */
const TURNED = 256;
const encoder = connectEncoder(() => startWorker('embed'));
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };

async function turnedStore() {
  const texts = (await (await fetch(new URL('../passages.json', self.location.href))).json()) as string[];
  const card = await encoder.load(models.en);
  const { dim } = card;
  const vectors = new Float32Array(texts.length * dim);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  for (let at = 0; at < texts.length; at += 16) {
    // Passages without a question lie about those that have one.
    const asked = texts.slice(at, at + 16).map((_, i) => questionOf(texts[(at + i) % TURNED]!));
    const { dense } =
      at < TURNED ? await encoder.embed(models.en, 'query', asked) : { dense: vectors.slice(0, asked.length * dim) };
    for (let i = 0; i < asked.length; i++) {
      const row = vectors.subarray((at + i) * dim, (at + i + 1) * dim);
      for (let d = 0; d < dim; d++)
        row[d] = (d % 3 === 0 && at < TURNED ? -1 : 1) * dense[i * dim + d]! + 0.06 * random();
      const length = Math.hypot(...row);
      for (let d = 0; d < dim; d++) row[d]! /= length;
    }
  }
  return filled(texts, card, vectors);
}

serveEngine(createEngine({ store: turnedStore, encoder, models, trainer: connectTrainer(() => startWorker('train')) }));
