import { EngineError } from '../core/errors.ts';
import type { WeightedTerm } from '../core/expansion.ts';
import { detectLanguage } from '../core/language.ts';
import type { Language } from '../core/types.ts';
import { type Availability, builtIn, type CoreOptions, type Message, type Session } from './prompt-api.ts';

/** Suggests words to look for beside a question's own: what `SearchOptions.also` takes. */
export interface Expander {
  /** Whether questions of this language can be expanded: at once, after a download that `prepare` starts, or not at all. */
  availability(language: Language): Promise<Availability>;
  /**
   * Makes the model ready, downloading it if it has to be: some gigabytes. Call it from a click, when the person wants it.
   * @param onProgress share of the download that is done, 0–1.
   * @throws EngineError `model-unavailable`; the signal's reason.
   */
  prepare(
    language: Language,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void },
  ): Promise<void>;
  /**
   * Words that a document which answers may use. None where the model is not there (it is never downloaded for this),
   * takes longer than `patienceMs`, or says what is no list of words: the question is then asked as it stands.
   * Cost: one answer of the model, a second or so.
   * @throws the signal's reason, nothing else.
   */
  expand(query: string, options?: { readonly signal?: AbortSignal }): Promise<readonly WeightedTerm[]>;
  /** Frees the model's sessions; the next question makes them again. */
  close(): void;
}

export interface ExpanderOptions {
  /** 4,000 unless told. */
  readonly patienceMs?: number;
}

/** What a guess of a model counts beside a word that was said. */
const WEIGHT = 0.4;
const MOST = 6;
const LONGEST = 40;
const PATIENCE_MS = 4000;

/**
 * An expander by the language model that is built into the browser (the Prompt API), or undefined where there is none.
 *
 * Whether that model runs on the device is the browser's business: the standard lets it use a service. So nothing in
 * Nearfield uses this by itself; who does should say so to the people who type.
 */
export function languageModelExpander({ patienceMs = PATIENCE_MS }: ExpanderOptions = {}): Expander | undefined {
  const api = builtIn();
  if (!api) return undefined;
  const sessions = new Map<Language, Promise<Session>>();

  const make = (language: Language, more: { signal?: AbortSignal; monitor?: (monitor: EventTarget) => void } = {}) => {
    const made = sessions.get(language) ?? api.create({ ...able(language), initialPrompts: TASK[language], ...more });
    sessions.set(language, made);
    // A failure is not remembered: the model may come later.
    made.catch(() => sessions.delete(language));
    return made;
  };

  const ask = async (query: string, language: Language, signal: AbortSignal) => {
    if ((await api.availability(able(language))) !== 'available') return '[]';
    const session = await (await make(language)).clone({ signal });
    try {
      return await session.prompt(query, { signal, responseConstraint: ANSWER });
    } finally {
      session.destroy();
    }
  };

  return {
    availability: (language) => api.availability(able(language)),
    async prepare(language, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      const monitor = (target: EventTarget) =>
        target.addEventListener('downloadprogress', (event) => onProgress?.((event as ProgressEvent).loaded));
      // A signal given to the browser would end the session whenever it is aborted; this one only ends the making.
      const making = new AbortController();
      const stop = () => making.abort(signal?.reason);
      signal?.addEventListener('abort', stop);
      try {
        await make(language, { monitor, signal: making.signal });
      } catch (cause) {
        signal?.throwIfAborted();
        const got = cause instanceof Error ? cause.message : String(cause);
        throw new EngineError('model-unavailable', `The browser’s language model could not be made ready: ${got}`, {
          cause,
        });
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    async expand(query, { signal } = {}) {
      signal?.throwIfAborted();
      if (query.trim() === '') return [];
      const patience = AbortSignal.timeout(patienceMs);
      const either = signal ? AbortSignal.any([signal, patience]) : patience;
      const stopped = new Promise<never>((_, reject) =>
        either.addEventListener('abort', () => reject(either.reason), { once: true }),
      );
      try {
        // A model that does not heed the signal must not hold up the search.
        return termsIn(await Promise.race([ask(query, detectLanguage(query), either), stopped]), query);
      } catch {
        signal?.throwIfAborted();
        return [];
      }
    },
    close() {
      for (const session of sessions.values()) session.then((one) => one.destroy()).catch(() => {});
      sessions.clear();
    },
  };
}

const able = (language: Language): CoreOptions => {
  const text = { type: 'text', languages: [language] } as const;
  return { expectedInputs: [text], expectedOutputs: [text] };
};

/** What the model has to answer with: JSON of this form. */
const ANSWER = { type: 'array', items: { type: 'string', maxLength: LONGEST }, maxItems: MOST };

/** Models keep to examples better than to rules. */
const TASK: Record<Language, readonly Message[]> = {
  en: [
    {
      role: 'system',
      content:
        'You help a search engine. For each question, list up to six other words or short phrases that a document ' +
        'answering it would use: technical terms, synonyms, spelled-out abbreviations. Do not answer the question. ' +
        'Reply with a JSON array of strings and nothing else.',
    },
    { role: 'user', content: 'can my boss fire me while I am sick' },
    { role: 'assistant', content: '["dismissal","termination of employment","sick leave","incapacity for work"]' },
  ],
  zh: [
    {
      role: 'system',
      content:
        '你为搜索引擎服务。对每个问题，列出最多六个能回答它的文档会使用的其他词语：专业术语、同义词、缩写的全称。不要回答问题。只回复一个由字符串组成的 JSON 数组。',
    },
    { role: 'user', content: '生病期间老板能炒我鱿鱼吗' },
    { role: 'assistant', content: '["解除劳动合同","医疗期","病假","用人单位"]' },
  ],
};

/** The words of an answer that can be looked for and that the question lacks. */
function termsIn(answer: string, query: string): WeightedTerm[] {
  const list: unknown = JSON.parse(answer);
  if (!Array.isArray(list)) return [];
  const said = query.toLowerCase();
  const terms = list
    .filter((one): one is string => typeof one === 'string')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one.length <= LONGEST && !said.includes(one.toLowerCase()));
  return [...new Set(terms)].slice(0, MOST).map((text) => ({ text, weight: WEIGHT }));
}
