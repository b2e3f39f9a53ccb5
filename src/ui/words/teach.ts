import type { SampleKind } from '../../core/adapt.ts';
import type { TeachWarning } from '../../core/teach.ts';
import type { RunPhase } from '../teaching.ts';

/** What the Teach view says. */
export interface TeachWords {
  readonly title: string;
  readonly lead: string;
  readonly empty: string;

  readonly from: string;
  readonly choose: string;
  readonly forms: string;
  readonly chosen: (files: number) => string;
  readonly forget: (name: string) => string;
  readonly pairsAre: string;
  readonly kinds: Readonly<Record<SampleKind, string>>;
  readonly accepted: (accepted: number, rejected: number) => string;
  readonly faq: string;
  readonly made: string;
  readonly madeHint: string;
  readonly block: string;
  readonly blockHint: string;
  readonly train: string;
  readonly again: string;

  readonly run: (number: number) => string;
  readonly phases: Readonly<Record<RunPhase, string>>;
  readonly pause: string;
  readonly resume: string;
  readonly stop: string;
  readonly stopHint: string;
  readonly paused: string;
  readonly stopping: string;
  readonly cancelled: string;
  readonly searchOn: string;

  readonly kept: (kept: number, of: number) => string;
  readonly keptTitle: string;
  readonly step: string;
  readonly dropped: string;
  readonly why: string;
  readonly example: string;
  readonly steps: (name: string) => string;
  readonly reason: (text: string) => string;
  readonly warning: (warning: TeachWarning) => string;

  readonly quality: string;
  readonly qualityAxis: string;
  readonly epoch: string;
  readonly loss: string;
  readonly finalLoss: string;
  readonly lossTitle: string;
  readonly lossAxis: string;
  readonly stepAxis: string;
  readonly all: string;
  readonly shared: string;
  readonly untouched: string;
  readonly sharedHint: string;
  readonly ofRun: (number: number) => string;
  readonly chosenEpoch: string;
  readonly asTable: string;
  readonly compareWith: string;
  readonly nothing: string;

  readonly better: (gain: string) => string;
  readonly identity: string;
  readonly strength: (epoch: number, alpha: number) => string;
  readonly onTest: string;
  readonly onValidation: string;
  readonly questions: string;
  readonly measure: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly interval: string;
  readonly winsLosses: string;
  readonly fused: string;
  readonly dense: string;
  readonly mrr: string;
  readonly recall: string;
  readonly readThrough: string;
  readonly wins: (count: number) => string;
  readonly losses: (count: number) => string;
  readonly place: (before: string, after: string) => string;
  readonly noChanges: string;
  readonly log: string;
  readonly events: string;
  readonly took: (seconds: number, questions: number, passages: number, megabytes: string) => string;

  readonly adapters: string;
  readonly adaptersLead: string;
  readonly noAdapters: string;
  readonly apply: string;
  readonly applied: string;
  readonly unapply: string;
  readonly export: string;
  readonly import: string;
  readonly removeTitle: (name: string) => string;
  readonly removeWarning: string;
  readonly adapterFacts: (questions: number, gain: string, size: string) => string;
  readonly ranksWith: (name: string) => string;
}
