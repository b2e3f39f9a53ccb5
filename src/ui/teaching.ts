/** Teaching as the page goes about it: what is to be learned from, the runs of this visit, and the adapters kept. */
import type { EpochRecord, SampleKind, StepReport } from '../core/adapt.ts';
import type { Engine } from '../core/engine.ts';
import type { AdapterId, KeptAdapter, TeachProgress, TeachReport, TeachWarning } from '../core/teach.ts';
import type { SourceFile } from '../core/types.ts';
import { type Failure, toFailure } from './state.ts';

export interface ChosenLessons {
  readonly files: readonly SourceFile[];
  readonly kind: SampleKind;
  readonly accepted: boolean;
  readonly faq: boolean;
  /** Pairs with these words and /expressions/ are left out. */
  readonly blockList?: { readonly name: string; readonly lines: readonly string[] };
  /** Questions to make a passage; 0 is none. */
  readonly synthetic: number;
}

export type RunPhase = 'read' | 'made' | 'model' | 'questions' | 'keywords' | 'negatives' | 'folds' | 'final' | 'test';

/** One run of this visit, from the click on. */
export interface TeachRun {
  readonly number: number;
  readonly state: 'running' | 'paused' | 'stopping' | 'done' | 'cancelled' | 'failed';
  readonly phase: RunPhase;
  /** 0–1 within the phase, where it can be said. */
  readonly done?: number;
  readonly steps: readonly StepReport[];
  readonly warnings: readonly TeachWarning[];
  /** Loss by step, thinned out where there are many: while epochs are tried, and of the training on everything. */
  readonly losses: Readonly<Record<'tried' | 'final', readonly (readonly [step: number, loss: number])[]>>;
  readonly epochs: readonly EpochRecord[];
  readonly report?: TeachReport;
  readonly failure?: Failure;
}

export interface TeachState {
  readonly lessons: ChosenLessons;
  /** The latest last. */
  readonly runs: readonly TeachRun[];
  /** Number of the run that is shown, and of one beside it. */
  readonly shown?: number;
  readonly beside?: number;
  readonly adapters: readonly KeptAdapter[];
  readonly accepted: number;
  readonly rejected: number;
  readonly failure?: Failure;
}

export const NOTHING_TAUGHT: TeachState = {
  lessons: { files: [], kind: 'question-document', accepted: true, faq: true, synthetic: 0 },
  runs: [],
  adapters: [],
  accepted: 0,
  rejected: 0,
};

export interface TeachActions {
  /** Looks at what is there. */
  refresh(): Promise<void>;
  choose(lessons: Partial<ChosenLessons>): void;
  /** Takes a block list, one word or phrase a line; without one, none. */
  block(list?: File): Promise<void>;
  train(): void;
  pause(): void;
  resume(): void;
  stop(): void;
  cancel(): void;
  show(run: number, beside?: number): void;
  apply(id: AdapterId, on: boolean): Promise<void>;
  remove(id: AdapterId): Promise<void>;
  import(file: Blob): Promise<void>;
  exported(id: AdapterId): Promise<Blob | undefined>;
}

/** Beyond so many points every other one goes: a curve, not a record; the record of a run is its log. */
const MOST_POINTS = 400;

/** `onApplied` is called when queries rank otherwise than before. */
export function createTeachActions(
  engine: Engine,
  get: () => TeachState,
  set: (state: TeachState) => void,
  onApplied: () => void,
): TeachActions {
  let stop: AbortController | undefined;
  const patch = (change: Partial<TeachState>) => set({ ...get(), ...change });
  const update = (number: number, change: (run: TeachRun) => Partial<TeachRun>) =>
    patch({ runs: get().runs.map((run) => (run.number === number ? { ...run, ...change(run) } : run)) });

  const refresh = async () => {
    try {
      const [adapters, accepted, rejected] = await Promise.all([
        engine.adapters(),
        engine.accepted(),
        engine.rejected(),
      ]);
      patch({ adapters, accepted: accepted.length, rejected: rejected.length });
    } catch (error) {
      patch({ failure: toFailure(error) });
    }
  };
  /** A change to the adapters; its failure is shown, and what is there is looked at again. */
  const change = async (work: () => Promise<unknown>) => {
    const { failure: _, ...rest } = get();
    set(rest);
    try {
      await work();
    } catch (error) {
      patch({ failure: toFailure(error) });
    }
    await refresh();
    onApplied();
  };

  const run = async (number: number, signal: AbortSignal) => {
    const { files, kind, accepted, faq, synthetic, blockList } = get().lessons;
    let step = 0;
    const onProgress = (progress: TeachProgress) => {
      if (progress.kind === 'phase') step = 0;
      if (progress.kind === 'step') step++;
      update(number, (before) => changed(before, progress, step));
    };
    try {
      const lessons = {
        files,
        kind,
        accepted,
        faq,
        ...(synthetic > 0 && { synthetic }),
        ...(blockList && { blockList: blockList.lines }),
      };
      const report = await engine.teach(lessons, { signal, onProgress });
      update(number, () => ({
        state: 'done',
        report,
        steps: report.steps,
        warnings: report.warnings,
        epochs: report.log.epochs,
      }));
    } catch (error) {
      update(number, () => (signal.aborted ? { state: 'cancelled' } : { state: 'failed', failure: toFailure(error) }));
    }
    stop = undefined;
    await refresh();
  };

  const current = () => get().runs.at(-1);
  return {
    refresh,
    choose: (lessons) => patch({ lessons: { ...get().lessons, ...lessons } }),
    async block(list) {
      const { blockList: _, ...lessons } = get().lessons;
      try {
        const lines = list && (await list.text()).split(/\r?\n/);
        patch({ lessons: { ...lessons, ...(list && lines && { blockList: { name: list.name, lines } }) } });
      } catch (error) {
        patch({ failure: toFailure(error) });
      }
    },
    train() {
      if (stop) return;
      stop = new AbortController();
      const number = (current()?.number ?? 0) + 1;
      const fresh: TeachRun = {
        number,
        state: 'running',
        phase: 'read',
        steps: [],
        warnings: [],
        losses: { tried: [], final: [] },
        epochs: [],
      };
      const { failure: _, beside: __, ...rest } = get();
      set({ ...rest, runs: [...rest.runs, fresh], shown: number });
      void run(number, stop.signal);
    },
    pause() {
      update(current()?.number ?? 0, () => ({ state: 'paused' }));
      engine.pauseTeaching().catch(() => {});
    },
    resume() {
      update(current()?.number ?? 0, () => ({ state: 'running' }));
      engine.resumeTeaching().catch(() => {});
    },
    stop() {
      update(current()?.number ?? 0, () => ({ state: 'stopping' }));
      engine.stopTeaching().catch(() => {});
    },
    cancel: () => stop?.abort(),
    show: (shown, beside) => {
      const { beside: _, ...rest } = get();
      set({ ...rest, shown, ...(beside !== undefined && beside !== shown && { beside }) });
    },
    apply: (id, on) => change(() => engine.applyAdapter(id, on)),
    remove: (id) => change(() => engine.removeAdapter(id)),
    import: (file) => change(() => engine.importAdapter(file)),
    async exported(id) {
      try {
        return await engine.exportAdapter(id);
      } catch (error) {
        patch({ failure: toFailure(error) });
        return undefined;
      }
    },
  };
}

function changed(run: TeachRun, progress: TeachProgress, step: number): Partial<TeachRun> {
  switch (progress.kind) {
    case 'prepare':
      return { phase: progress.phase, done: progress.total > 0 ? progress.done / progress.total : 0 };
    case 'lessons':
      return { steps: progress.steps, warnings: progress.warnings };
    case 'phase':
      return { phase: progress.phase, done: 0 };
    case 'step': {
      const curve = run.phase === 'final' ? 'final' : 'tried';
      const grown = [...run.losses[curve], [step, progress.loss] as const];
      const thinned = grown.length > MOST_POINTS ? grown.filter((_, i) => i % 2 === 0) : grown;
      return { losses: { ...run.losses, [curve]: thinned }, done: progress.step / progress.steps };
    }
    case 'epoch':
      return { epochs: [...run.epochs, progress.record] };
    default:
      return {};
  }
}
