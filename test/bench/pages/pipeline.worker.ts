/// <reference path="../../../src/embed/assets.d.ts" />
/** The transformers.js feature-extraction pipeline, used as its documentation says. */
import { env, type FeatureExtractionPipeline, pipeline } from '@xenova/transformers';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

type Message = { host: string; model: string; threads: number } | { texts: string[]; batch: number };

const here = (url: string) => new URL(url, self.location.href).href;
let pipe: FeatureExtractionPipeline;

async function answer(message: Message): Promise<Float32Array | undefined> {
  if ('host' in message) {
    env.allowLocalModels = false;
    Object.assign(env, { remoteHost: message.host, remotePathTemplate: '{model}/' });
    Object.assign(env.backends.onnx.wasm!, {
      wasmPaths: { mjs: here(mjs), wasm: here(wasm) },
      numThreads: message.threads,
    });
    pipe = await pipeline('feature-extraction', message.model, { dtype: 'q8', device: 'wasm' });
    return undefined;
  }
  const parts: Float32Array[] = [];
  for (let at = 0; at < message.texts.length; at += message.batch) {
    const options = { pooling: 'cls', normalize: true } as const;
    parts.push((await pipe(message.texts.slice(at, at + message.batch), options)).data as Float32Array);
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

self.onmessage = ({ data }: MessageEvent<Message>) =>
  answer(data).then(
    (answer) => self.postMessage({ answer }),
    (error: Error) => self.postMessage({ error: error.message }),
  );
