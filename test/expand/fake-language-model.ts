import type {
  Availability,
  CoreOptions,
  CreateOptions,
  LanguageModelApi,
  Message,
  Session,
} from '../../src/expand/prompt-api.ts';

/** How the fake behaves, and what it was asked. */
export interface Fake {
  /** By language; what is not named is `unavailable`. */
  state: Partial<Record<string, Availability>>;
  /** What it answers a question with; a promise that never settles is a slow model. */
  reply: (input: string, past: readonly Message[]) => string | Promise<string>;
  readonly log: string[];
  /** Sessions that were made and not destroyed. */
  open: number;
}

/**
 * The browser's `LanguageModel` as its specification draft says it behaves, without a model: a download needs a click
 * and reports its progress, a system prompt comes first, a clone has its original's past and then one of its own, a
 * destroyed session answers no more, an aborted signal rejects with its reason (and, given to `create`, destroys).
 *
 * Self-contained, so that its source can be given to a page.
 */
export function fakeLanguageModel(): LanguageModelApi & { readonly fake: Fake } {
  const fake: Fake = { state: {}, reply: () => '[]', log: [], open: 0 };
  const abortable = <T>(work: Promise<T>, signal?: AbortSignal): Promise<T> =>
    signal
      ? Promise.race([
          work,
          new Promise<never>((_, reject) => {
            if (signal.aborted) reject(signal.reason);
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
        ])
      : work;
  const stateOf = ({ expectedInputs, expectedOutputs }: CoreOptions): Availability => {
    const languages = [...expectedInputs, ...expectedOutputs].flatMap((one) => one.languages);
    const states = languages.map((language) => fake.state[language] ?? 'unavailable');
    return states.find((state) => state !== 'available') ?? 'available';
  };
  const sessionOf = (before: readonly Message[]): Session => {
    const past = [...before];
    let destroyed = false;
    fake.open++;
    const alive = () => {
      if (destroyed) throw new DOMException('The session has been destroyed.', 'InvalidStateError');
    };
    return {
      async clone({ signal } = {}) {
        signal?.throwIfAborted();
        alive();
        return sessionOf(past);
      },
      async prompt(input, { signal, responseConstraint } = {}) {
        signal?.throwIfAborted();
        alive();
        fake.log.push(`prompt ${input}${responseConstraint ? ' (constrained)' : ''}`);
        const answer = await abortable(Promise.resolve(fake.reply(input, past)), signal);
        past.push({ role: 'user', content: input }, { role: 'assistant', content: answer });
        return answer;
      },
      destroy() {
        if (!destroyed) fake.open--;
        destroyed = true;
      },
    };
  };
  return {
    fake,
    availability: async (options) => stateOf(options),
    async create(options: CreateOptions) {
      options.signal?.throwIfAborted();
      if (options.initialPrompts.some(({ role }, i) => role === 'system' && i > 0)) {
        throw new TypeError('The system prompt must be the first message.');
      }
      const state = stateOf(options);
      if (state === 'unavailable') throw new DOMException('The options are not supported.', 'NotSupportedError');
      if (state !== 'available') {
        const { navigator } = globalThis as { navigator?: { userActivation?: { isActive: boolean } } };
        const activation = navigator?.userActivation;
        if (state === 'downloadable' && activation && !activation.isActive) {
          throw new DOMException('A user gesture is required to download the model.', 'NotAllowedError');
        }
        fake.log.push('download');
        const monitor = new EventTarget();
        options.monitor?.(monitor);
        for (const loaded of [0, 0.5, 1]) {
          await abortable(new Promise((resolve) => setTimeout(resolve, 5)), options.signal);
          monitor.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded, total: 1 }));
        }
        for (const one of options.expectedInputs)
          for (const language of one.languages) fake.state[language] = 'available';
      }
      fake.log.push('create');
      const session = sessionOf(options.initialPrompts);
      options.signal?.addEventListener('abort', () => session.destroy());
      return session;
    },
  };
}
