import type { Library } from './library.ts';
import type { Models } from './models.ts';
import type { StrangerVectors } from './strangers.ts';

/**
 * Asks in idle time what the first question in each language of the collection would wait for: refusal's floor by words,
 * and by meaning where the language's model is loaded. A search a turn of the event loop, so that whoever asks meanwhile
 * waits for one of them at most, and has the fewer to ask. Ends where the collection is another, or the library closed.
 */
export async function prepareQuestions(
  library: Library,
  models: Models,
  strangersOf: StrangerVectors,
  isClosed: () => boolean,
): Promise<void> {
  const collection = library.collection();
  for (const language of collection.models().keys()) {
    const vectors = models.ready(language) && (await strangersOf(language, [language]));
    if (isClosed() || collection !== library.collection()) return;
    for (const _ of collection.index.prepare(language, vectors)) {
      await new Promise((resolve) => setTimeout(resolve));
      if (isClosed() || collection !== library.collection()) return;
    }
  }
}
