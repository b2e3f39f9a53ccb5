import type { Answer } from '../../core/answer.ts';
import type { PassageMap } from '../../core/map.ts';
import { h } from '../dom.ts';
import { percent } from '../format.ts';
import type { MapActions, MapState } from '../mapping.ts';
import type { Scope } from '../scope.ts';
import type { Words } from '../words/words.ts';
import { failureNote } from './failure.ts';
import type { Scene } from './map-scene.ts';

/** Of fewer passages a map says little. */
export const FEW = 10;

/** What stands in the place of a map that is not there, or over it while a new one is made. */
export function sayingOf(words: Words, { phase, progress, failure, map }: MapState, actions: MapActions): Node[] {
  const draw = (label: string) =>
    h('button', { type: 'button', 'data-key': 'draw', onclick: () => actions.anew() }, label);
  if (phase === 'failed' && failure) return [failureNote(words, failure, draw(words.tryAgain))];
  if (phase === 'stopped') return [h('p', {}, words.map.stopped), draw(words.map.draw)];
  if (phase !== 'working' || (map && !progress)) return [];
  const done = progress?.done ?? 0;
  return [
    h('p', { role: 'status' }, words.map.phases[progress?.phase ?? 'compare']),
    h('progress', { max: 1, value: done, 'aria-label': words.map.progress }),
    h(
      'p',
      { class: 'map-done' },
      h('span', { class: 'count' }, percent(done)),
      h(
        'button',
        { type: 'button', class: 'quiet', 'data-key': 'cancel', onclick: () => actions.cancel() },
        words.cancel,
      ),
    ),
  ];
}

/** What is to be seen just now, and what can be read off a map. */
export function noteOf(
  words: Words,
  map: PassageMap,
  scene: Scene | undefined,
  answer: Answer | undefined,
  scope: Scope | undefined,
): string {
  const passages = map.ordinals.length;
  const lit = scene?.hits.length ?? 0;
  const sentences = [
    answer?.refused && words.map.refused,
    lit > 0 && words.map.lit(lit),
    scope !== undefined && scene?.meant === 0 && words.map.none,
    passages < FEW ? words.map.few(passages) : words.map.meaning,
    map.areas.length > 1 && words.map.apart,
    map.fitted < passages && words.map.sampled(map.fitted, passages),
  ];
  return sentences.filter(Boolean).join(words.tongue === 'zh' ? '' : ' ');
}
