import type { SiteAnswer } from '../../site/reader.ts';
import { h } from '../dom.ts';
import type { Narrow } from './narrow.ts';
import { groupByPage, type Look, renderGroups, renderSkeleton } from './results.ts';
import type { Refining } from './searches.ts';
import type { Strings } from './strings.ts';

export interface PanelOptions {
  readonly strings: Strings;
  readonly look: Look;
  readonly narrow: Narrow;
}

export interface AnswerView {
  /** A better answer is on its way. */
  readonly refining?: Refining | undefined;
  /** Of a refused answer, show the closest passages all the same. */
  readonly unfolded: boolean;
  readonly onUnfold: () => void;
  readonly onMore: () => void;
}

/** What is below the field: a notice, a listbox, a footer. Each `show…` replaces all of it. */
export function createPanel({ strings, look, narrow }: PanelOptions) {
  const { prefix } = look;
  const notice = h('div', { class: 'notice', part: 'notice' });
  const list = h('div', {
    id: `${prefix}-list`,
    role: 'listbox',
    class: 'list',
    part: 'list',
    'aria-label': strings.results,
  });
  const footer = h('div', { class: 'footer', part: 'footer' });
  const element = h('div', { class: 'panel', part: 'panel' }, notice, narrow.element, list, footer);
  narrow.show();

  const render = (notices: readonly HTMLElement[], options: readonly HTMLElement[], tier = '') => {
    notice.replaceChildren(...notices);
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    footer.replaceChildren(
      h('span', { class: 'hints', dir: 'auto' }, strings.hints),
      h('span', { class: 'tier', part: 'tier' }, tier),
    );
    footer.hidden = options.length === 0;
  };
  const button = (text: string, onclick: () => void) =>
    h('button', { type: 'button', class: 'button', part: 'button', onclick }, text);
  const line = (kind: string, text: string, title?: string) => h('p', { class: kind, part: kind, title }, text);

  return {
    element,
    list,
    /** Nothing to look at. */
    get empty() {
      return notice.childElementCount + list.childElementCount === 0;
    },
    /** What arrows go through, in order. */
    options: () => [...list.querySelectorAll<HTMLElement>('[role=option]')],

    showSearching(): void {
      render([renderSkeleton()], []);
    },
    showRecent(queries: readonly string[]): void {
      const options = queries.map((query, i) =>
        h(
          'div',
          {
            id: `${prefix}-option-${i}`,
            role: 'option',
            'aria-selected': 'false',
            class: 'recent',
            'data-query': query,
          },
          query,
        ),
      );
      render(queries.length > 0 ? [line('caption', strings.recent)] : [], options);
    },
    showFailure(message: string, onRetry: () => void): void {
      render([line('failed', strings.failed), line('detail', message), button(strings.retry, onRetry)], []);
    },
    /** @returns what to say of it aloud. */
    showAnswer(answer: SiteAnswer, { refining, unfolded, onUnfold, onMore }: AnswerView): string {
      const groups = groupByPage(answer.passages);
      narrow.show(answer.facets);
      const folded = answer.refused && !unfolded;
      const notices: HTMLElement[] = [];
      if (groups.length === 0) notices.push(line('nothing', strings.none));
      else if (answer.refused) notices.push(line('nothing', strings.nothing));
      if (groups.length > 0 && folded) notices.push(button(strings.closest, onUnfold));
      if (answer.notes.length > 0) notices.push(line('detail', strings.partly, answer.notes.join(' ')));
      const by = answer.reranked ? strings.reread : strings.tier[answer.tier];
      const next = refining && (refining === 'model' ? strings.loadingModel : strings.rereading);
      const tier = next ? `${by} · ${next}` : by;
      render(notices, folded ? [] : renderGroups(groups, look), tier);
      if (groups.length === 0) return strings.none;
      if (folded) return strings.nothing;
      if (answer.found > answer.passages.length) footer.prepend(button(strings.more, onMore));
      return strings.summary(answer.passages.length, groups.length);
    },
  };
}
