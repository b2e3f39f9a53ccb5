import type { Language } from '../../core/types.ts';

/** What the map says. */
export interface MapWords {
  readonly title: string;
  readonly label: (passages: number) => string;
  readonly keys: string;
  readonly phases: Readonly<Record<'compare' | 'arrange' | 'place', string>>;
  readonly progress: string;
  readonly stopped: string;
  readonly draw: string;
  readonly anew: string;
  readonly anewHint: string;
  readonly few: (passages: number) => string;
  /** What can be read off the map, and what cannot. */
  readonly meaning: string;
  readonly apart: string;
  readonly sampled: (fitted: number, passages: number) => string;
  readonly none: string;
  readonly areas: Readonly<Record<Language, string>>;
  readonly nearer: string;
  readonly farther: string;
  readonly whole: string;
  readonly read: string;
  readonly alike: (passages: number) => string;
  readonly loading: string;
  readonly question: (text: string) => string;
  readonly hit: (rank: number, place: string) => string;
  readonly lit: (passages: number) => string;
  readonly refused: string;

  readonly asList: string;
  readonly group: string;
  readonly documentsIn: string;
  readonly passagesIn: string;
  readonly nearestGroup: string;
  readonly typical: string;
  readonly rest: (groups: number) => string;
}
