import type { Refusal } from '../../core/answer.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Verdict } from '../accepting.ts';
import type { ViewName } from '../state.ts';
import type { AboutWords } from './about.ts';
import { english } from './en.ts';
import type { MapWords } from './map.ts';
import type { TeachWords } from './teach.ts';
import { chinese } from './zh.ts';

export type Tongue = 'en' | 'zh';

/** Every word the page says. A language is complete or does not compile. */
export interface Words {
  readonly tongue: Tongue;
  /** For `<html lang>`. */
  readonly tag: string;
  /** What the switch to the other language says, in that language. */
  readonly other: string;
  readonly title: string;

  readonly welcomeTitle: string;
  readonly welcomeWhat: string;
  readonly welcomePrivate: string;
  readonly dropHere: string;
  readonly dropFormats: string;
  readonly dropNow: string;
  readonly addFiles: string;
  readonly addFolder: string;
  readonly trySample: string;
  readonly sampleSize: (documents: number, size: string) => string;
  readonly finishSample: string;

  readonly ask: string;
  readonly askLabel: string;
  readonly askIn: (name: string) => string;
  readonly askHere: string;
  readonly askWithin: string;
  readonly askAll: (name: string) => string;
  readonly askWider: string;
  readonly askHint: string;
  readonly askSoon: string;
  readonly askExamples: string;
  readonly clearQuestion: string;
  readonly keys: string;

  readonly views: Readonly<Record<'label' | ViewName, string>>;
  readonly map: MapWords;
  readonly teach: TeachWords;
  readonly about: AboutWords;

  readonly library: string;
  readonly noFolder: string;
  readonly documents: (count: number) => string;
  readonly passages: (count: number) => string;
  readonly incomplete: (stored: number, chunks: number) => string;
  readonly finishHint: (count: number) => string;
  readonly more: (count: number) => string;
  readonly remove: (name: string) => string;
  readonly removed: (name: string) => string;
  readonly saveLibrary: string;
  readonly openSaved: string;
  readonly clear: string;
  readonly clearQuestionTitle: string;
  readonly clearWarning: (documents: number) => string;
  readonly removeFolderTitle: (name: string) => string;
  readonly yesClear: string;
  readonly yesRemove: string;
  readonly no: string;
  readonly opening: string;
  readonly emptyLibrary: string;

  readonly gathering: (files: number) => string;
  readonly loadingModel: (model: string) => string;
  readonly openingModel: (model: string) => string;
  readonly indexing: (name: string) => string;
  readonly filesOf: (done: number, total: number) => string;
  readonly perSecond: (rate: string) => string;
  readonly timeLeft: (ms: number) => string;
  readonly cancel: string;
  readonly stopping: string;
  readonly progressLabel: string;
  readonly report: (added: number, unchanged: number) => string;
  readonly nothingFound: string;
  readonly stopped: string;
  /** An earlier visit went away while files were added. */
  brokenOff(done: number, total: number): string;
  readonly skipped: (count: number) => string;
  readonly seeWhy: string;
  readonly skippedTitle: string;
  readonly leftOut: string;
  readonly dismiss: string;

  readonly summary: (passages: number, documents: number) => string;
  readonly keywordsNow: string;
  readonly keywordsOnly: string;
  readonly lookingFurther: string;
  /** The choice of a model. */
  readonly model: Readonly<
    Record<
      | 'open'
      | 'title'
      | 'hint'
      | 'full'
      | 'fullHint'
      | 'small'
      | 'smallHint'
      | 'picked'
      | 'use'
      | 'inUse'
      | 'choose'
      | 'chooseHint'
      | 'keeping',
      string
    >
  >;
  /** What can be said of a passage; how the button reads once it is said; and what follows from it. */
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly verdictSaid: Readonly<Record<Verdict, string>>;
  readonly verdictHint: Readonly<Record<Verdict, string>>;
  readonly rememberedOpen: (count: number) => string;
  readonly rememberedTitle: string;
  readonly rememberedHint: string;
  readonly rememberedWrong: string;
  readonly rememberedNone: string;
  readonly rememberedGone: (name: string) => string;
  readonly erase: string;
  readonly eraseAll: string;
  readonly refuseLabel: string;
  readonly refuseLevel: Readonly<Record<Refusal, string>>;
  readonly refusedTitle: string;
  readonly refusedHint: string;
  readonly refusedIndexing: string;
  readonly closest: (count: number) => string;
  readonly why: string;
  readonly matched: (words: string) => string;
  readonly verbatim: (text: string) => string;
  readonly meaning: (value: string) => string;
  readonly question: (text: string) => string;
  readonly numbers: string;
  readonly fusedScore: string;
  readonly wordScore: string;
  readonly cosine: string;
  readonly wordLikeness: string;
  readonly learnedScore: string;
  readonly confidence: string;
  readonly page: (page: number) => string;
  readonly place: string;
  readonly characters: (start: string, end: string) => string;

  readonly back: string;
  readonly close: string;
  readonly copyPassage: string;
  /** All passages of an answer. */
  readonly copyAll: string;
  readonly copied: string;
  readonly quote: (text: string, source: string) => string;
  readonly previous: string;
  readonly next: string;
  readonly ofPassages: (index: number, count: number) => string;
  readonly readerEmpty: string;
  readonly readerLoading: string;
  readonly readerLabel: string;

  readonly offlineReady: string;
  readonly offline: string;
  readonly online: string;
  readonly threads: (backend: string, threads: number) => string;
  readonly roomTitle: string;
  readonly roomNeeded: (needed: string, free: string) => string;
  readonly roomNone: string;
  readonly roomLean: (needed: string) => string;
  readonly roomAddLean: string;
  readonly roomAddAnyway: string;
  readonly used: (used: string, quota: string | undefined) => string;
  readonly quotaNear: (used: string, quota: string) => string;
  readonly took: (time: string) => string;
  readonly theme: { readonly auto: string; readonly light: string; readonly dark: string };
  readonly newVersion: string;
  readonly reload: string;
  readonly tryAgain: string;
  readonly notes: (count: number) => string;

  /** What a person can do about each error, in one sentence. */
  readonly advice: Readonly<Record<ErrorCode, string>>;
  readonly unknownError: string;
}

const WORDS: Readonly<Record<Tongue, Words>> = { en: english, zh: chinese };

export const wordsOf = (tongue: Tongue): Words => WORDS[tongue];

/** The first of a person's languages that we speak; English if none. */
export function preferredTongue(languages: readonly string[]): Tongue {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return 'zh';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}
