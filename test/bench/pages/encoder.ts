/** Encoders in workers, as the product has them, and the transformers.js pipeline in a worker of its own. */
import { connectEncoder } from '../../../src/bridge/client.ts';
import { pooledEncoder } from '../../../src/bridge/pool.ts';
import type { Encoder, EncoderSettings } from '../../../src/core/encoder.ts';
import { startWorker } from '../../../src/workers.ts';

const startOrt = () => new Worker(new URL('./ort.worker.ts', import.meta.url), { type: 'module' });
const startPipeline = () => new Worker(new URL('./pipeline.worker.ts', import.meta.url), { type: 'module' });

/** One message to the pipeline's worker, one answer. */
function ask<T>(worker: Worker, message: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ error?: string; answer: T }>) =>
      data.error === undefined ? resolve(data.answer) : reject(new Error(data.error));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}

const lab = {
  encoder: (settings: EncoderSettings = {}): Encoder =>
    connectEncoder(() => startWorker('embed'), { models: new URL('./models/', location.href).href, ...settings }),
  /** The same with ONNX Runtime. */
  ort: (threads: number): Encoder =>
    connectEncoder(startOrt, { models: new URL('./models/', location.href).href, threads }),
  /** Several workers as one, as on a page that may not use threads. */
  pool: (workers: number, settings: EncoderSettings = {}): Encoder =>
    pooledEncoder(Array.from({ length: workers }, () => lab.encoder(settings))),
  pipeline(model: string, threads: number) {
    const worker = startPipeline();
    const loaded = ask<void>(worker, { host: new URL('./hub/', location.href).href, model, threads });
    return {
      loaded,
      /** Vectors, texts × dim. */
      async embed(texts: readonly string[], batch: number): Promise<Float32Array> {
        await loaded;
        return ask(worker, { texts, batch });
      },
      close: () => worker.terminate(),
    };
  },
};

export type EncoderLab = typeof lab;
Object.assign(globalThis, { lab });
