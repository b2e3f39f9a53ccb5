import { EngineError } from '../core/errors.ts';
import type { GlossaryEntry, WeightedTerm } from '../core/expansion.ts';
import type { DocumentId } from '../core/types.ts';
import { expandBy } from '../search/index.ts';
import type { Attachment, Change, Store } from '../store/store.ts';

/** The glossaries of a collection: those dropped into it as files. */
export interface Glossary {
  /** What the words of a query stand for. Cost: one look at each entry. */
  expand(query: string): readonly WeightedTerm[];
  completed(change: Change): Change;
  take(change: Change): void;
}

const PREFIX = 'glossary/';

/** A glossary as it is kept beside its document. */
export const glossaryFile = (document: DocumentId, entries: readonly GlossaryEntry[]): Attachment => ({
  name: PREFIX + document,
  body: new TextEncoder().encode(JSON.stringify({ format: 1, entries })),
});

export async function openGlossary(store: Store, note: (sentence: string) => void): Promise<Glossary> {
  const files = new Map<string, readonly GlossaryEntry[]>();

  const takeFile = ({ name, body }: Pick<Attachment, 'name'> & Partial<Attachment>) => {
    if (!name.startsWith(PREFIX)) return;
    if (!body) return void files.delete(name);
    const { format, entries } = JSON.parse(new TextDecoder().decode(body)) as { format: 1; entries: GlossaryEntry[] };
    if (format !== 1) throw new EngineError('store-version', `“${name}” was written by a newer Nearfield.`);
    files.set(name, entries);
  };
  for (const attachment of await store.attachments(PREFIX)) {
    try {
      takeFile(attachment);
    } catch (error) {
      note(
        error instanceof EngineError
          ? error.message
          : `The stored “${attachment.name}” is damaged; add the file again.`,
      );
    }
  }

  return {
    expand: (query) => expandBy([...files.values()].flat(), query),
    completed(change) {
      const brought = new Set(change.attachments?.map(({ name }) => name));
      const gone = (change.removed ?? [])
        .map((id) => ({ name: PREFIX + id }))
        .filter(({ name }) => files.has(name) && !brought.has(name));
      return gone.length === 0 ? change : { ...change, attachments: [...(change.attachments ?? []), ...gone] };
    },
    take({ attachments = [] }) {
      for (const attachment of attachments) takeFile(attachment);
    },
  };
}
