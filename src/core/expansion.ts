/** Words that may stand beside those of a query: from a glossary, a model, a caller. */
export interface WeightedTerm {
  /** A word or a phrase. */
  readonly text: string;
  /** Against a word of the query itself, which has 1. */
  readonly weight: number;
}

/** What people say, and the words that documents use for it. */
export interface GlossaryEntry {
  readonly term: string;
  readonly means: readonly string[];
}
