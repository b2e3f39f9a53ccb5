/** The script tag: `<script type="module" src="nearfield.js"></script>` defines the widget's elements. */
import type { Encoder } from './core/encoder.ts';
import { openSite } from './site/reader.ts';
import { httpFiles } from './site/shards.ts';
import { defineWidgets } from './ui/widget/elements.ts';

const script = import.meta.url;

defineWidgets({
  index: script.slice(0, script.lastIndexOf('/') + 1),
  openIndex: (address, full) => openSite({ getFile: httpFiles(address), ...(full && { encoder: lazyEncoder() }) }),
});

/** The full model's side comes only when it is asked for: its code, its worker, its weights. */
function lazyEncoder(): Pick<Encoder, 'load' | 'embed' | 'countTokens'> {
  let loading: Promise<Encoder> | undefined;
  const encoder = () => {
    loading ??= import('./widget.full.ts').then(({ startEncoder }) => startEncoder());
    return loading;
  };
  return {
    load: async (...args) => (await encoder()).load(...args),
    countTokens: async (...args) => (await encoder()).countTokens(...args),
    embed: async (...args) => (await encoder()).embed(...args),
  };
}
