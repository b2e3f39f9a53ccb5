import type { EngineStatus } from '../../core/engine.ts';
import { h } from '../dom.ts';
import { bytes, milliseconds } from '../format.ts';
import type { Theme } from '../state.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { showModelChoice } from './model-choice.ts';

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_SIGN: Readonly<Record<Theme, string>> = { auto: '◐', light: '○', dark: '●' };
/** From here on a person is told that storage runs out. */
const NEARLY_FULL = 0.9;

/** The line at the foot of the page: what runs, where, how much is kept, how fast it answered. */
export class StatusLine extends View {
  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const facts = h('ul', { class: 'facts' });
    const notice = h('p', { class: 'notice', role: 'status' });
    const model = h('button', { class: 'quiet', type: 'button', onclick: () => void showModelChoice(this.app) });
    const tongue = h('button', { class: 'quiet', type: 'button' });
    const theme = h('button', { class: 'quiet', type: 'button' });
    tongue.addEventListener('click', () => actions.setTongue(store.get().words.tongue === 'en' ? 'zh' : 'en'));
    theme.addEventListener('click', () => actions.setTheme(NEXT_THEME[store.get().theme]));
    this.append(h('footer', {}, facts, notice, h('div', { class: 'switches' }, model, tongue, theme)));

    store.watch(
      (state) => [state.words, state.status, state.took, state.online, state.offlineReady] as const,
      ([words, status, took, online, offlineReady]) => {
        const network = online ? (offlineReady ? words.offlineReady : words.online) : words.offline;
        const said = [network, ...(status ? engineFacts(words, status) : [])];
        if (took !== undefined) said.push(words.took(milliseconds(took)));
        facts.replaceChildren(...said.map((fact) => h('li', {}, fact)));
        if (status?.notes.length) facts.append(noteList(words, status));
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.update, state.status] as const,
      ([words, update, status]) => {
        const full = status && quotaNotice(words, status);
        const reload = h(
          'button',
          { type: 'button', onclick: () => dispatchEvent(new Event('nf-update')) },
          words.reload,
        );
        notice.replaceChildren(...(update ? [words.newVersion, ' ', reload] : full ? [full] : []));
      },
      signal,
    );
    store.watch(
      (state) => [state.words, state.theme] as const,
      ([words, now]) => {
        model.textContent = words.model.open;
        tongue.textContent = words.other;
        tongue.lang = words.tongue === 'en' ? 'zh-CN' : 'en';
        theme.textContent = THEME_SIGN[now];
        theme.setAttribute('aria-label', words.theme[now]);
        theme.title = words.theme[now];
      },
      signal,
    );
  }
}

function engineFacts(words: Words, { encoder, passages, storage }: EngineStatus): string[] {
  const facts = [words.threads(backendName(encoder.backend), encoder.threads), ...encoder.loaded];
  facts.push(words.passages(passages));
  if (storage.usedBytes !== undefined) facts.push(words.used(bytes(storage.usedBytes), undefined));
  return facts;
}

/** `wasm: no GPU adapter` → `WASM`; the reason is among the notes. */
const backendName = (backend: string) => {
  const name = /^\w+/.exec(backend)?.[0] ?? backend;
  return name === 'webgpu' ? 'WebGPU' : name === 'native' ? name : name.toUpperCase();
};

function noteList(words: Words, { notes }: EngineStatus): HTMLElement {
  const list = h('ul', {}, ...notes.map((note) => h('li', { lang: 'en' }, note)));
  return h('li', {}, h('details', {}, h('summary', {}, words.notes(notes.length)), list));
}

function quotaNotice(words: Words, { storage }: EngineStatus): string | undefined {
  const { usedBytes, quotaBytes } = storage;
  if (!quotaBytes || usedBytes === undefined || usedBytes < quotaBytes * NEARLY_FULL) return undefined;
  return words.quotaNear(bytes(usedBytes), bytes(quotaBytes));
}
