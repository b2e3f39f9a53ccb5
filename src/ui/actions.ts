/** Everything a person can do, as one object that the elements call. */
import type { PairId } from '../core/accepted.ts';
import type { Refusal } from '../core/answer.ts';
import type { Engine } from '../core/engine.ts';
import type { Chunk, DocumentId } from '../core/types.ts';
import { createAccepting, type Verdict } from './accepting.ts';
import { createAdder } from './adding.ts';
import { askForRoom } from './explorer/confirm.ts';
import type { Gather } from './gather.ts';
import { createLibrary } from './library.ts';
import { createMapActions, type MapActions } from './mapping.ts';
import { createNavigator } from './navigator.ts';
import { createOpener, placeOf, targetOf } from './opening.ts';
import { keepStorage } from './persist.ts';
import type { Route } from './route.ts';
import { fetchSample, fetchSampleIndex } from './sample.ts';
import { documentsIn, type Scope } from './scope.ts';
import { createSearcher, isAnswered } from './searching.ts';
import { type State, type Theme, toFailure, type ViewName } from './state.ts';
import type { Store } from './store.ts';
import { createTeachActions, type TeachActions } from './teaching.ts';
import { createUnfinished } from './unfinished.ts';
import { type Tongue, wordsOf } from './words/words.ts';

export interface Actions {
  start(): void;
  /** Asks as the person types. */
  type(query: string): void;
  /** Asks at once. */
  ask(query: string): void;
  /** Makes a passage of the answer the active one; the reader follows where there is room for it. */
  activate(index: number): void;
  /** Opens a passage of the answer for reading. */
  read(index: number): void;
  openDocument(id: DocumentId): void;
  /** Opens any passage of the library for reading. */
  readPassage(chunk: Chunk): void;
  closeReader(): void;
  showLibrary(open: boolean): void;
  /** Asks a folder or a document only, or the whole library again. */
  setScope(scope: Scope | undefined): void;
  showView(view: ViewName): void;
  /** Asks the engine anew what runs and how much is stored. */
  refreshStatus(): Promise<void>;
  add(gather: Gather): void;
  addSample(): void;
  cancel(): void;
  dismissOutcome(): void;
  remove(documents: readonly DocumentId[]): Promise<void>;
  clear(): Promise<void>;
  /** The whole library as one file, and back. */
  saveLibrary(): Promise<void>;
  openSaved(file: Blob): Promise<void>;
  readonly map: MapActions;
  readonly teach: TeachActions;
  /** Remembers whether a passage of the answer answers the question, or forgets it again. */
  judge(index: number, verdict: Verdict): void;
  forget(pairs: readonly PairId[]): Promise<void>;
  setRefuse(level: Refusal): void;
  setTongue(tongue: Tongue): void;
  setTheme(theme: Theme): void;
}

export function createActions(engine: Engine, store: Store<State>, wide: () => boolean): Actions {
  const library = createLibrary(engine, store);
  const opener = createOpener(engine, store);
  const accepting = createAccepting(engine, store);
  const unfinished = createUnfinished(() => localStorage, globalThis.navigator?.locks);

  const searcher = createSearcher(engine, {
    onAsked: (query) => {
      const blank = query.trim() === '';
      store.set({ searching: !blank, searchFailure: undefined, ...(blank && { answer: undefined, took: undefined }) });
    },
    onAnswer: (answer, ms, more) => {
      store.set({ answer, took: ms, searching: more, active: 0 });
      if (!more && answer.tier === 'full' && !store.get().status?.encoder.loaded.length) void library.refreshStatus();
      preview();
    },
    onFailure: (error) => store.set({ searching: false, answer: undefined, searchFailure: toFailure(error) }),
    onRefined: (answer) => {
      // Whoever has gone to another passage keeps what they see.
      if (store.get().active !== 0 || store.get().reading?.chosen) return;
      store.set({ answer });
      preview();
    },
    options: () => {
      const { refuse, scope, documents } = store.get();
      return { refuse, ...(scope && { documents: documentsIn(scope, documents) }) };
    },
  });

  const adder = createAdder(engine, {
    chooseRoom: (estimate) => askForRoom(store.get().words, estimate),
    onProgress: (adding) => {
      store.set({ adding });
      if (adding.filesTotal > 0) unfinished.note(adding);
      library.follow(() => unanswered() && searcher.again(store.get().query));
    },
    onEnd: (outcome) => {
      store.set({ adding: undefined, outcome });
      unfinished.forget();
      void library.refresh().then(accepting.refresh);
      const { query, active, reading } = store.get();
      if (unanswered()) searcher.ask(query);
      // What has come since may answer better; whoever is at work with the answer keeps it.
      else if (query && active === 0 && !reading?.chosen) searcher.again(query);
    },
  });
  const unanswered = () => store.get().query !== '' && !store.get().searching && !isAnswered(store.get().answer);

  /** The reader shows the active passage beside the results, unless the person is reading something they chose. */
  const preview = () => {
    const { answer, active, reading, view } = store.get();
    const passage = answer?.passages[active];
    if (!wide() || reading?.chosen || view === 'map') return;
    // What answered the question before does not answer this one.
    if (!passage || answer.refused) return reading && opener.close();
    opener.open(passage.chunk.document, { ...targetOf(passage), chosen: false }, PREVIEW_PAUSE_MS);
  };

  const applyRoute = (route: Route) => {
    const { query, scope, reading, boot } = store.get();
    if (route.query !== query || route.scope !== scope) {
      store.set({ query: route.query, scope: route.scope });
      // What a scope holds is not known yet: asked once the library is open.
      if (!route.scope || boot === 'ready') searcher.ask(route.query);
    }
    store.set({ libraryOpen: route.library ?? false, view: route.view ?? 'ask' });
    if (route.document) {
      const id = route.document as DocumentId;
      const passage = route.passage;
      if (reading?.id === id && reading.chosen && reading.passage?.start === passage?.start) return;
      opener.open(id, { ...(passage && { passage }), chosen: true });
    } else if (reading?.chosen) {
      opener.close();
      preview();
    }
  };
  const navigator = createNavigator(store, applyRoute);
  const map = createMapActions(engine, store);
  const teach = createTeachActions(
    engine,
    () => store.get().teach,
    (teach) => store.set({ teach }),
    () => store.get().query && searcher.ask(store.get().query),
  );

  const read = (index: number) => {
    const passage = store.get().answer?.passages[index];
    if (!passage) return;
    const replaces = store.get().reading?.chosen ?? false;
    store.set({ active: index, libraryOpen: false });
    opener.open(passage.chunk.document, { ...targetOf(passage), chosen: true });
    navigator.go(replaces ? 'replace' : 'push');
  };

  return {
    start() {
      void library.open().then(() => {
        const { scope, query } = store.get();
        if (scope) searcher.ask(query);
        return accepting.refresh();
      });
      void unfinished.left().then((left) => {
        const outcome = { kind: 'broken-off', added: 0, unchanged: 0, skipped: [] } as const;
        if (left && !store.get().adding) store.set({ outcome: { ...outcome, left } });
      });
      void teach.refresh();
      void fetchSampleIndex().then((sample) => store.set({ sample }));
      navigator.start();
    },
    type(query) {
      store.set({ query });
      // A new question ends the reading of the old one's passage; on a wide page the reader follows again.
      const { reading } = store.get();
      if (reading?.chosen) store.set({ reading: { ...reading, chosen: false } });
      navigator.go('replace');
      searcher.type(query);
    },
    ask(query) {
      store.set({ query });
      navigator.go('replace');
      searcher.ask(query);
    },
    activate(index) {
      store.set({ active: index });
      const { reading } = store.get();
      if (reading?.chosen && wide()) store.set({ reading: { ...reading, chosen: false } });
      preview();
    },
    read,
    openDocument(id) {
      store.set({ libraryOpen: false });
      opener.open(id, { chosen: true });
      navigator.go('push');
    },
    readPassage(chunk) {
      const { reading, answer } = store.get();
      const index = answer?.passages.findIndex((passage) => passage.chunk.id === chunk.id) ?? -1;
      if (index >= 0) return read(index);
      store.set({ libraryOpen: false });
      opener.open(chunk.document, { ...placeOf(chunk), chosen: true });
      navigator.go(reading?.chosen ? 'replace' : 'push');
    },
    closeReader() {
      if (store.get().reading?.chosen) navigator.leave(opener.close);
      else opener.close();
    },
    showLibrary(open) {
      if (open) {
        store.set({ libraryOpen: true });
        navigator.go('push');
      } else navigator.leave(() => store.set({ libraryOpen: false }));
    },
    setScope(scope) {
      const { reading, query, view } = store.get();
      store.set({
        scope,
        libraryOpen: false,
        view: view === 'map' ? view : 'ask',
        ...(reading?.chosen && { reading: { ...reading, chosen: false } }),
      });
      navigator.go('push');
      searcher.ask(query);
    },
    showView(view) {
      if (view === store.get().view) return;
      store.set({ view, libraryOpen: false });
      navigator.go('push');
      if (view === 'ask') preview();
    },
    refreshStatus: library.refreshStatus,
    map,
    teach,
    add(gather) {
      store.set({ outcome: undefined });
      keepStorage();
      adder.add(gather);
    },
    addSample() {
      const { sample } = store.get();
      if (!sample) return;
      store.set({ outcome: undefined });
      keepStorage();
      adder.add((signal, onFound) => fetchSample(sample, signal, onFound));
    },
    cancel: adder.cancel,
    dismissOutcome() {
      if (store.get().outcome?.kind === 'broken-off') unfinished.forget();
      store.set({ outcome: undefined });
    },
    async remove(documents) {
      const { reading, query } = store.get();
      if (reading && documents.includes(reading.id)) opener.close();
      await library.remove(documents);
      const { scope } = store.get();
      if (scope && documentsIn(scope, store.get().documents).length === 0) store.set({ scope: undefined });
      await accepting.refresh();
      if (query) searcher.ask(query);
    },
    async clear() {
      adder.cancel();
      unfinished.forget();
      opener.close();
      await library.clear();
      await accepting.refresh();
      store.set({ query: '', scope: undefined, answer: undefined, outcome: undefined });
      navigator.go('replace');
    },
    saveLibrary: library.save,
    async openSaved(file) {
      keepStorage();
      await library.restore(file);
      await accepting.refresh();
      const { query } = store.get();
      if (query) searcher.ask(query);
    },
    judge(index, verdict) {
      const { answer } = store.get();
      const passage = answer?.passages[index];
      searcher.keep();
      if (answer && passage) void accepting.toggle(verdict, answer.query, passage.chunk.id);
    },
    forget: accepting.forget,
    setRefuse(refuse) {
      store.set({ refuse });
      const { query } = store.get();
      if (query) searcher.ask(query);
    },
    setTongue(tongue) {
      store.set({ words: wordsOf(tongue) });
    },
    setTheme: (theme) => store.set({ theme }),
  };
}

const PREVIEW_PAUSE_MS = 180;
