import type { LoadOptions } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { openShelf, SHELF_ADDRESS, type Shelf } from '../shelf/shelf.ts';
import { type HubOptions, hubModel } from './hub.ts';
import { createModel, type Model } from './model.ts';
import type { Runtime } from './session.ts';
import { type ModelSource, verify } from './source.ts';

/** A model that a person picked from files, in whichever layout it is; no network is asked. */
export function pickedModel(id: string, runtime: Runtime, wasm: HubOptions['wasm'], shelf = openShelf()): Model {
  let found: Model | undefined;
  const find = async (): Promise<Model> => {
    const about = await shelf.about(id);
    if (!about) throw gone(id);
    const { layout, sha256 } = about;
    found ??=
      layout.kind === 'nearfield'
        ? createModel(id.slice(id.lastIndexOf('/') + 1), shelfSource(id, shelf), runtime)
        : hubModel(id, {
            folder: SHELF_ADDRESS,
            dtype: layout.dtype,
            weightsHash: sha256,
            ...(wasm && { wasm }),
            read: (url) => shelf.file(id, decodeURIComponent(url.slice(`${SHELF_ADDRESS}${id}/`.length))),
          });
    return found;
  };
  return {
    id,
    get opened() {
      return found?.opened ?? false;
    },
    // The engine asks for it by the name it was kept under.
    load: async (options: LoadOptions) => ({ ...(await (await find()).load(options)), id }),
    tokenizer: async (signal) => (await find()).tokenizer(signal),
    async open(signal) {
      const opened = await (await find()).open(signal);
      return { ...opened, card: { ...opened.card, id } };
    },
    close: async () => found?.close(),
  };
}

function shelfSource(model: string, shelf: Shelf): ModelSource {
  const read = async (path: string) => {
    const blob = await shelf.file(model, path);
    if (blob) return blob;
    throw gone(model);
  };
  return {
    manifest: async () => JSON.parse(await (await read('model.json')).text()) as unknown,
    async file(_, file, { signal, onBytes }) {
      const bytes = new Uint8Array(await (await read(file.path)).arrayBuffer());
      signal.throwIfAborted();
      await verify(bytes, file, `${model}/${file.path}`);
      onBytes(bytes.length);
      return bytes;
    },
  };
}

const gone = (model: string) =>
  new EngineError('model-unavailable', `Expected the files of “${model}” on this device, got none; choose them again.`);
