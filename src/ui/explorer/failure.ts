import { h } from '../dom.ts';
import type { Failure } from '../state.ts';
import type { Words } from '../words/words.ts';

/** What happened, and what can be done about it; `action` is put beside them. */
export function failureNote(words: Words, failure: Failure, action?: HTMLElement): HTMLElement {
  const advice = failure.code ? words.advice[failure.code] : words.unknownError;
  return h(
    'div',
    { class: 'failure', role: 'alert' },
    h('p', {}, h('strong', {}, advice)),
    h('p', { class: 'caption', lang: 'en' }, failure.message),
    action,
  );
}
