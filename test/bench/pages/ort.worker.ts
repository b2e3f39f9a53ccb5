/** Our encoder with ONNX Runtime in place of our own kernels: what the product falls back to. */
import { serveEncoder } from '../../../src/bridge/host.ts';
import { createEncoder } from '../../../src/embed/encoder.ts';
import { ortRuntime } from '../../../src/embed/ort.browser.ts';
import { fetchSource } from '../../../src/embed/source.browser.ts';

serveEncoder(({ models, threads }) => {
  const runtime = ortRuntime(threads === undefined ? {} : { threads });
  return createEncoder({ source: fetchSource(models!), runtime });
});
