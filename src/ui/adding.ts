import type { AddProgress, AddReport, Engine, Skipped, StorageEstimate } from '../core/engine.ts';
import type { SourceFile } from '../core/types.ts';
import type { Gather } from './gather.ts';
import { createRate, timeLeft } from './rate.ts';
import { type Adding, type Outcome, toFailure } from './state.ts';

/** What to do with files that will not fit: add what fits, add them without token vectors, or leave them. */
export type Room = 'whole' | 'without-tokens' | 'stop';

export interface AddEvents {
  /** Asked before files are added that there is, most likely, no room for. */
  chooseRoom(estimate: StorageEstimate): Promise<Room>;
  onProgress(adding: Adding): void;
  /** All that was asked for has ended, one way or another. */
  onEnd(outcome: Outcome): void;
}

export interface Adder {
  /** Adds what `gather` finds, after whatever is being added already. */
  add(gather: Gather): void;
  cancel(): void;
}

/** Looks for files and hands them to the engine, one gathering after the other, with rate and remaining time. */
export function createAdder(engine: Pick<Engine, 'add' | 'estimate'>, events: AddEvents): Adder {
  let stop = new AbortController();
  let last: Adding | undefined;
  const waiting: Gather[] = [];
  let running = false;

  const show = (adding: Omit<Adding, 'stopping'>) => {
    last = { ...adding, stopping: stop.signal.aborted };
    events.onProgress(last);
  };

  const run = async () => {
    running = true;
    const total = { added: 0, unchanged: 0, skipped: [] as Skipped[], files: 0 };
    let end: Pick<Outcome, 'kind' | 'failure'> = { kind: 'done' };
    try {
      for (let gather = waiting.shift(); gather; gather = waiting.shift()) {
        const files = await gatherFiles(gather, stop.signal, show);
        total.files += files.length;
        const room = await roomFor(engine, files, events);
        if (room === 'stop') {
          stop.abort();
          break;
        }
        const options = { signal: stop.signal, tokens: room === 'whole' };
        await addInBatches(engine, files, options, show, (report) => {
          total.added += report.added;
          total.unchanged += report.unchanged;
          total.skipped.push(...report.skipped);
        });
      }
      if (stop.signal.aborted) end = { kind: 'stopped' };
      else if (total.files === 0) end = { kind: 'nothing' };
    } catch (error) {
      end = stop.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', failure: toFailure(error) };
    }
    waiting.length = 0;
    running = false;
    stop = new AbortController();
    last = undefined;
    events.onEnd({ ...end, added: total.added, unchanged: total.unchanged, skipped: total.skipped });
  };

  return {
    add(gather) {
      waiting.push(gather);
      if (!running) void run();
    },
    cancel() {
      if (!running) return;
      stop.abort();
      if (last) events.onProgress({ ...last, stopping: true });
    },
  };
}

type Show = (adding: Omit<Adding, 'stopping'>) => void;

async function gatherFiles(gather: Gather, signal: AbortSignal, show: Show): Promise<readonly SourceFile[]> {
  let shown = -Infinity;
  const onFound = (found: number) => {
    if (performance.now() - shown < SHOW_EVERY_MS) return;
    shown = performance.now();
    show({ phase: 'gather', current: '', files: found, filesTotal: 0 });
  };
  onFound(0);
  return gather(signal, onFound);
}

const SHOW_EVERY_MS = 100;
/** Cloning ten thousand `File`s in one message would hold the page for longer than a frame. */
const FILES_PER_CALL = 400;

async function roomFor(
  engine: Pick<Engine, 'estimate'>,
  files: readonly SourceFile[],
  { chooseRoom }: Pick<AddEvents, 'chooseRoom'>,
): Promise<Room> {
  // Where it cannot be told, adding says so itself when the room is used up, and keeps what it has.
  const estimate = files.length > 0 ? await engine.estimate(files).catch(() => undefined) : undefined;
  return !estimate || estimate.fits === 'whole' ? 'whole' : chooseRoom(estimate);
}

async function addInBatches(
  engine: Pick<Engine, 'add'>,
  files: readonly SourceFile[],
  { signal, tokens }: { readonly signal: AbortSignal; readonly tokens: boolean },
  show: Show,
  onReport: (report: AddReport) => void,
): Promise<void> {
  const bytesTotal = files.reduce((sum, file) => sum + file.data.size, 0);
  let passageRate = createRate();
  let byteRate = createRate();
  const before = { files: 0, bytes: 0, passages: 0 };

  for (let at = 0; at < files.length && !signal.aborted; at += FILES_PER_CALL) {
    const batch = files.slice(at, at + FILES_PER_CALL);
    let passages = 0;
    const onProgress = (progress: AddProgress) => {
      passages = progress.passages;
      const now = performance.now();
      if (progress.phase === 'model') {
        // The time a model takes to load says nothing of how fast passages go.
        passageRate = createRate();
        byteRate = createRate();
        const done = progress.bytesTotal > 0 ? { done: progress.bytes / progress.bytesTotal } : {};
        const counted = { files: before.files + progress.files, filesTotal: files.length };
        show({ phase: 'model', current: progress.current, ...counted, ...done });
        return;
      }
      const bytes = before.bytes + progress.bytes;
      passageRate.note(before.passages + progress.passages, now);
      byteRate.note(bytes, now);
      const rate = passageRate.perSecond();
      const leftMs = timeLeft(bytesTotal - bytes, byteRate.perSecond());
      show({
        phase: 'index',
        current: progress.current,
        files: before.files + progress.files,
        filesTotal: files.length,
        done: bytesTotal > 0 ? Math.min(1, bytes / bytesTotal) : 0,
        ...(rate === undefined ? {} : { rate }),
        ...(leftMs === undefined ? {} : { leftMs }),
      });
    };
    onReport(await engine.add(batch, { signal, tokens, onProgress }));
    before.files += batch.length;
    before.bytes += batch.reduce((sum, file) => sum + file.data.size, 0);
    before.passages += passages;
  }
}
