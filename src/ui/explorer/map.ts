import '../styles/map.css';
import type { Answer } from '../../core/answer.ts';
import type { DocumentSummary } from '../../core/engine.ts';
import type { PassageMap } from '../../core/map.ts';
import type { Chunk } from '../../core/types.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import type { Scope } from '../scope.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { Card } from './map-card.ts';
import { FEW, noteOf, sayingOf } from './map-said.ts';
import { type Atlas, atlasOf, placeOf, type Scene, sceneOf } from './map-scene.ts';
import { Stage } from './map-stage.ts';
import { mapTable, ROWS } from './map-table.ts';
import { ANNOUNCE_PAUSE_MS } from './results.ts';

/** A pointer that passes by fetches nothing. */
const REST_MS = 50;
/** Passages that lines lead to. */
const ALIKE = 5;
/** Narrower, and the card lies along the foot. */
const DOCKED_BELOW = 640;
const MARGIN = 12;

/** Of the whole page: reading beside the map does not turn it. */
const isUpright = () => innerHeight > innerWidth;

/** The library as points, what answers lit. */
export class MapView extends View {
  #atlas: Atlas | undefined;
  #scene: Scene | undefined;
  #shown: PassageMap | undefined;
  #stage!: Stage;
  #card!: Card;
  /** The point that the card tells of: until the next one's text has come, it stays beside this one. */
  #told: number | undefined;
  #byTouch = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #known = new Map<number, Chunk>();
  #live = h('p', { class: 'unseen', role: 'status' });

  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    this.#atlas = this.#shown = undefined;
    this.#card = new Card(() => this.#told !== undefined && this.#read(this.#told));
    this.#stage = new Stage(
      {
        onPoint: (point, by) => this.#show(point, by),
        onRead: (point) => this.#read(point),
        onHit: (index) => this.#readHit(index),
        onMoved: () => this.#placeCard(),
        hitLabel: (index) => {
          const { answer, words } = store.get();
          return words.map.hit(index + 1, placeOf(answer!.passages[index]!.chunk));
        },
      },
      signal,
    );
    const keys = h('p', { class: 'unseen', id: 'nf-map-keys' });
    this.#stage.element.setAttribute('aria-describedby', keys.id);
    const zoom = h('div', { class: 'map-zoom' });
    const said = h('div', { class: 'map-said' });
    const stage = h('div', { class: 'map-frame' }, this.#stage.element, keys, zoom, said, this.#card.element);
    const note = h('p', { class: 'caption map-note' });
    const anew = h('button', { type: 'button', class: 'quiet', onclick: () => actions.map.anew() });
    const table = h('div');
    const title = h('h2', { class: 'unseen' });
    const summary = h('summary', {});
    const details = h('details', { class: 'map-table' }, summary, table);
    this.append(title, this.#live, stage, note, h('div', { class: 'map-foot' }, details, anew));

    store.watch(
      (state) => state.words,
      (words) => {
        title.textContent = words.map.title;
        keys.textContent = words.map.keys;
        summary.replaceChildren(icon('next'), words.map.asList);
        const button = (label: string, sign: string, onclick: () => void) =>
          h('button', { type: 'button', class: 'plain', 'aria-label': label, title: label, onclick }, sign);
        zoom.replaceChildren(
          button(words.map.nearer, '+', () => this.#stage.zoom(1.6)),
          button(words.map.farther, '−', () => this.#stage.zoom(1 / 1.6)),
          button(words.map.whole, '⤢', () => this.#stage.showAll()),
        );
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.map.phase, state.map.progress, state.map.failure] as const,
      ([words]) => keepingFocus(said, () => said.replaceChildren(...sayingOf(words, store.get().map, actions.map))),
      signal,
    );
    store.watch(
      (state) => [state.map.map, state.documents, state.words] as const,
      ([map, documents, words]) => {
        if (!map) return;
        this.#redraw(map, documents, words);
        if (details.open) void this.#fillTable(table);
      },
      signal,
    );
    store.watch(
      (state) => [state.scope, state.answer] as const,
      ([scope, answer]) => this.#light(scope, answer, store.get().documents),
      signal,
    );
    store.watch(
      (state) => [state.answer, state.searching] as const,
      ([answer, searching]) => {
        clearTimeout(this.#telling);
        if (answer && !searching) this.#telling = setTimeout(() => this.#tell(answer), ANNOUNCE_PAUSE_MS);
      },
      signal,
    );
    store.watch(
      (state) => state.map.map === undefined,
      (none) => {
        zoom.hidden = details.hidden = none;
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.map.map, state.map.phase, state.answer, state.scope] as const,
      ([words, map, phase]) => {
        const { answer, scope } = store.get();
        note.textContent = map ? noteOf(words, map, this.#scene, answer, scope) : '';
        anew.textContent = words.map.anew;
        anew.title = words.map.anewHint;
        anew.hidden = phase !== 'ready' || !map || map.ordinals.length < FEW;
      },
      signal,
    );
    store.watch(
      (state) => state.theme,
      () => requestAnimationFrame(() => this.#stage.recolour()),
      signal,
    );
    // While documents are being added they come every few seconds; the map follows when they are all there.
    store.watch(
      (state) => [state.documents, state.adding === undefined, state.boot === 'ready'] as const,
      ([documents, still, ready]) =>
        ready && (still || !store.get().map.map) && documents.length > 0 && actions.map.show(),
      signal,
    );
    let upright = isUpright();
    addEventListener(
      'resize',
      () => {
        const { words, documents, map } = store.get();
        if (upright === isUpright() || !map.map) return;
        upright = isUpright();
        this.#redraw(map.map, documents, words);
      },
      { signal },
    );
    // What is read next, by the reader's own buttons, is ringed as well.
    store.watch(
      (state) => [state.active, state.reading?.chosen] as const,
      ([active, chosen]) => {
        const hit = chosen && this.#scene?.hits.find(({ index }) => index === active);
        if (hit && store.get().reading?.id === store.get().answer?.passages[active]?.chunk.document)
          this.#stage.select(hit.point);
      },
      signal,
    );
    details.addEventListener('toggle', () => details.open && void this.#fillTable(table));
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#telling);
    });
  }

  #redraw(map: PassageMap, documents: readonly DocumentSummary[], words: Words): void {
    const fresh = this.#shown !== map;
    this.#shown = map;
    this.#atlas = atlasOf(map, documents, words, isUpright());
    if (fresh) {
      this.#known.clear();
      this.#card.hide();
    }
    this.#stage.element.setAttribute('aria-label', words.map.label(map.ordinals.length));
    const { scope, answer } = this.app.store.get();
    this.#light(scope, answer, documents);
  }

  #light(scope: Scope | undefined, answer: Answer | undefined, documents: readonly DocumentSummary[]): void {
    if (!this.#atlas) return;
    this.#scene = sceneOf(this.#atlas, documents, scope, answer);
    keepingFocus(this, () => this.#stage.show(this.#scene!));
  }

  #tell({ refused }: Answer): void {
    const { words } = this.app.store.get();
    const lit = this.#scene?.hits.length ?? 0;
    this.#live.textContent = refused ? words.map.refused : lit > 0 ? words.map.lit(lit) : words.map.none;
  }

  /** The passage that is pointed at, as soon as its text is there, and then those most like it. */
  #show(point: number | undefined, by: 'mouse' | 'touch' | 'keys'): void {
    clearTimeout(this.#timer);
    this.#byTouch = by === 'touch';
    if (point === undefined) {
      this.#card.hide();
      return;
    }
    const known = this.#known.get(point);
    if (known) this.#reveal(point, known, by);
    this.#timer = setTimeout(() => void this.#fetch(point, by, known), known ? 0 : REST_MS);
  }

  async #fetch(point: number, by: 'mouse' | 'touch' | 'keys', known: Chunk | undefined): Promise<void> {
    const atlas = this.#atlas!;
    const isStill = () => this.isConnected && this.#atlas === atlas && this.#stage.point === point;
    const id = atlas.idOf(point);
    if (!known) {
      const [chunk] = await this.app.actions.map.passages([id]);
      if (!isStill() || !chunk) return;
      this.#known.set(point, chunk);
      this.#reveal(point, chunk, by);
    }
    const similar = await this.app.actions.map.similar(id, ALIKE);
    if (!isStill()) return;
    const points = similar.flatMap(({ chunk }) => atlas.pointOf(chunk) ?? []);
    this.#stage.link(points);
    this.#card.link(this.app.store.get().words, points.length);
  }

  #reveal(point: number, chunk: Chunk, by: 'mouse' | 'touch' | 'keys'): void {
    this.#card.show(this.app.store.get().words, chunk);
    this.#told = point;
    this.#placeCard();
    // What lies along the foot must not cover what it tells of.
    if (this.#isDocked()) this.#stage.select(point, this.#card.element.offsetHeight + 2 * MARGIN);
    if (by === 'keys') {
      const rank = this.#scene?.hits.find((hit) => hit.point === point);
      const place = placeOf(chunk);
      const named = rank ? this.app.store.get().words.map.hit(rank.index + 1, place) : place;
      this.#live.textContent = `${named}. ${chunk.text.slice(0, 160)}`;
    }
  }

  #placeCard(): void {
    const point = this.#told;
    if (point === undefined || this.#card.element.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.#stage.element;
    this.#card.place(this.#stage.onStage(point), { width, height }, this.#isDocked(), this.#stage.marks);
  }

  #isDocked(): boolean {
    return this.#byTouch || this.#stage.element.clientWidth < DOCKED_BELOW;
  }

  #read(point: number): void {
    // Reading takes room beside the map: what is read stays in the picture.
    this.#stage.select(point);
    const read = (chunk: Chunk | undefined) => {
      this.#card.hide();
      if (chunk) this.app.actions.readPassage(chunk);
    };
    const known = this.#known.get(point);
    if (known) read(known);
    else void this.app.actions.map.passages([this.#atlas!.idOf(point)]).then(([chunk]) => read(chunk));
  }

  #readHit(index: number): void {
    const hit = this.#scene?.hits.find((one) => one.index === index);
    if (hit) this.#stage.select(hit.point);
    this.app.actions.read(index);
  }

  async #fillTable(place: HTMLElement): Promise<void> {
    const atlas = this.#atlas;
    if (!atlas) return;
    const { store, actions } = this.app;
    const { words } = store.get();
    const read = (chunk: Chunk) => actions.readPassage(chunk);
    place.replaceChildren(mapTable(words, atlas, this.#known, read));
    const hearts = atlas.hearts.slice(0, ROWS);
    const chunks = await actions.map.passages(hearts.map(atlas.idOf));
    if (this.#atlas !== atlas) return;
    for (const [i, chunk] of chunks.entries()) if (chunk) this.#known.set(hearts[i]!, chunk);
    place.replaceChildren(mapTable(words, atlas, this.#known, read));
  }
}

if (!customElements.get('nf-map')) customElements.define('nf-map', MapView as unknown as CustomElementConstructor);
