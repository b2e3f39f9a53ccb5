import type { Refusal } from '../../core/answer.ts';
import type { DocumentSummary } from '../../core/engine.ts';
import { h, icon, keepingFocus } from '../dom.ts';
import { count, fileName } from '../format.ts';
import { documentsOf, type Folder, folderTree, isIncomplete } from '../group.ts';
import { fileBeside } from '../titles.ts';
import { View } from '../view.ts';
import type { Words } from '../words/words.ts';
import { brandMark } from './brand.ts';
import { chooseButtons } from './choose.ts';
import { confirmed } from './confirm.ts';
import { showRemembered } from './remembered.ts';
import { savedButtons } from './saved.ts';
import { Views } from './views.ts';

/** A folder shows so many documents until more are asked for, so that ten thousand do not stop the page. */
const SHOWN_AT_FIRST = 100;
/** A folder of no more documents is open until it is closed. */
const OPEN_UP_TO = 12;

/** What is in the collection, by folder; adding and removing. */
export class LibraryPane extends View {
  /** Folders that were opened or closed, by path. */
  readonly #opened = new Map<string, boolean>();
  readonly #shown = new Map<string, number>();

  protected connected(signal: AbortSignal): void {
    const { store, actions } = this.app;
    const back = h(
      'button',
      { class: 'plain back', type: 'button', onclick: () => actions.showLibrary(false) },
      icon('back'),
    );
    const title = h('h2');
    const list = h('div', { class: 'folders' });
    const foot = h('div', { class: 'library-foot' });
    this.append(
      h(
        'aside',
        {},
        h('header', {}, back, h('p', { class: 'brand' }, brandMark(), 'Nearfield')),
        new Views(this.app),
        title,
        list,
        foot,
      ),
    );

    store.watch(
      (state) =>
        [
          state.words,
          state.documents,
          state.boot,
          state.adding !== undefined,
          state.accepted,
          state.rejected,
          state.refuse,
        ] as const,
      ([words, documents, boot, adding]) => {
        back.setAttribute('aria-label', words.back);
        this.querySelector('aside')?.setAttribute('aria-label', words.library);
        title.replaceChildren(words.library, ' ', h('span', { class: 'count' }, count(documents.length)));
        keepingFocus(list, () => list.replaceChildren(...this.#folders(words, documents, boot)));
        keepingFocus(foot, () => foot.replaceChildren(...this.#foot(words, documents, adding)));
      },
      signal,
    );
    store.watch(
      (state) => state.reading?.id,
      (id) => {
        for (const link of list.querySelectorAll<HTMLElement>('.document > button:first-child')) {
          if (link.dataset.key === `open ${id}`) link.setAttribute('aria-current', 'true');
          else link.removeAttribute('aria-current');
        }
      },
      signal,
    );
  }

  #folders(words: Words, documents: readonly DocumentSummary[], boot: string): HTMLElement[] {
    if (boot === 'opening') return [h('p', { class: 'caption' }, words.opening)];
    if (documents.length === 0) return [h('p', { class: 'caption' }, words.emptyLibrary)];
    const tree = folderTree(documents);
    const single = tree.documents.length > 0 ? [{ ...tree, folders: [], count: tree.documents.length }] : [];
    const folders = [...single, ...tree.folders];
    return folders.map((folder) => this.#folder(words, folder, folders.length === 1));
  }

  /** @param only There is no other beside it. */
  #folder(words: Words, folder: Folder, only: boolean): HTMLElement {
    const { path, documents, folders } = folder;
    const name = folder.name || words.noFolder;
    const key = `folder ${path}`;
    const rows = h('ul');
    const fill = () => {
      const shown = this.#shown.get(path) ?? SHOWN_AT_FIRST;
      const rest = documents.length - shown;
      const more = () => {
        this.#shown.set(path, shown + SHOWN_AT_FIRST * 5);
        fill();
      };
      rows.replaceChildren(
        ...folders.map((one) => h('li', {}, this.#folder(words, one, false))),
        ...documents.slice(0, shown).map((document) => this.#row(words, document)),
      );
      if (rest > 0) {
        const label = words.more(Math.min(rest, SHOWN_AT_FIRST * 5));
        rows.append(h('li', {}, h('button', { class: 'quiet', type: 'button', onclick: more }, label)));
      }
    };
    const open = this.#opened.get(path) ?? (only || folder.count <= OPEN_UP_TO);
    if (open) fill();
    const remove = async () => {
      const { length } = documentsOf(folder);
      const sure = await confirmed(words, words.removeFolderTitle(name), words.clearWarning(length), words.yesRemove);
      if (sure) await this.app.actions.remove(documentsOf(folder));
    };
    const details = h(
      'details',
      { open },
      h(
        'summary',
        { 'data-key': key },
        icon('next'),
        h('span', { class: 'name', dir: 'auto' }, name),
        h('span', { class: 'count' }, count(folder.count)),
      ),
      rows,
    );
    details.addEventListener('toggle', () => {
      this.#opened.set(path, details.open);
      if (details.open && !rows.hasChildNodes()) fill();
    });
    return h(
      'div',
      { class: 'folder' },
      details,
      path !== '' && !only && this.#askButton(words, path, name),
      this.#removeButton(`${key} remove`, words.remove(name), () => void remove()),
    );
  }

  #row(words: Words, document: DocumentSummary): HTMLElement {
    const { actions, store } = this.app;
    const { id, title, stored, chunks } = document;
    const name = title || fileName(id);
    const file = fileBeside(id, title, store.get().documents);
    return h(
      'li',
      { class: 'document' },
      h(
        'button',
        {
          class: 'quiet',
          type: 'button',
          title: id,
          'data-key': `open ${id}`,
          'aria-current': store.get().reading?.id === id ? 'true' : undefined,
          onclick: () => actions.openDocument(id),
        },
        h('span', { class: 'name', dir: 'auto' }, name),
        file && h('span', { class: 'file', dir: 'auto' }, file),
        isIncomplete(document) && h('span', { class: 'incomplete' }, words.incomplete(stored, chunks)),
      ),
      this.#removeButton(`remove ${id}`, words.remove(file ?? name), () => void actions.remove([id])),
    );
  }

  #askButton(words: Words, path: string, name: string): HTMLElement {
    const label = words.askIn(name);
    return h(
      'button',
      {
        class: 'plain within',
        type: 'button',
        'data-key': `within ${path}`,
        'aria-label': label,
        title: label,
        onclick: () => this.app.actions.setScope(path),
      },
      icon('search'),
    );
  }

  #removeButton(key: string, label: string, onclick: () => void): HTMLElement {
    return h(
      'button',
      { class: 'plain remove', type: 'button', 'data-key': key, 'aria-label': label, title: label, onclick },
      icon('close'),
    );
  }

  #foot(words: Words, documents: readonly DocumentSummary[], adding: boolean): HTMLElement[] {
    const { actions, store } = this.app;
    const partly = adding ? [] : documents.filter(isIncomplete);
    const { sample } = store.get();
    const ofSample = new Set<string>(sample?.files.map(({ path }) => path));
    const finishable = partly.length > 0 && partly.every(({ id }) => ofSample.has(id));
    const nodes: HTMLElement[] = [];
    if (partly.length > 0) nodes.push(h('p', { class: 'finish' }, words.finishHint(partly.length)));
    if (finishable) {
      nodes.push(
        h('button', { type: 'button', class: 'primary', onclick: () => actions.addSample() }, words.finishSample),
      );
    }
    nodes.push(...chooseButtons(this.app, words));
    const { accepted, rejected, refuse } = store.get();
    const remembered = accepted.length + rejected.length;
    if (remembered > 0) {
      nodes.push(
        h(
          'button',
          { class: 'quiet', type: 'button', 'data-key': 'remembered', onclick: () => showRemembered(this.app) },
          icon('check'),
          words.rememberedOpen(remembered),
        ),
      );
    }
    if (documents.length > 0) nodes.push(refusalChoice(words, refuse, actions.setRefuse));
    if (!adding) nodes.push(...savedButtons(this.app, words, documents.length > 0));
    if (documents.length > 0) {
      const clear = async () => {
        const { length } = documents;
        const sure = await confirmed(words, words.clearQuestionTitle, words.clearWarning(length), words.yesClear);
        if (sure) await actions.clear();
      };
      nodes.push(
        h(
          'button',
          { class: 'quiet', type: 'button', 'data-key': 'clear', onclick: () => void clear() },
          icon('trash'),
          words.clear,
        ),
      );
    }
    return nodes;
  }
}

const LEVELS: readonly Refusal[] = ['off', 'lenient', 'normal', 'strict'];

/** How readily to say that nothing answers. */
function refusalChoice(words: Words, chosen: Refusal, choose: (level: Refusal) => void): HTMLElement {
  const select = h(
    'select',
    { 'data-key': 'refuse', onchange: () => choose(select.value as Refusal) },
    ...LEVELS.map((level) => h('option', { value: level, selected: level === chosen }, words.refuseLevel[level])),
  );
  return h('label', { class: 'refuse' }, h('span', {}, words.refuseLabel), select);
}
