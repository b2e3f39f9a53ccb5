/**
 * The part of the Prompt API that is used here, as its specification draft has it; TypeScript's DOM library lacks it.
 *
 * Source   https://webmachinelearning.github.io/prompt-api/
 */
export type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

interface Expected {
  readonly type: 'text';
  /** BCP 47. */
  readonly languages: readonly string[];
}

/** What a session is to be able to do: asked of `availability` and of `create` alike. */
export interface CoreOptions {
  readonly expectedInputs: readonly Expected[];
  readonly expectedOutputs: readonly Expected[];
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface CreateOptions extends CoreOptions {
  readonly initialPrompts: readonly Message[];
  readonly signal?: AbortSignal;
  /** `downloadprogress` events have `loaded` from 0 to 1. */
  readonly monitor?: (monitor: EventTarget) => void;
}

export interface Session {
  /** A copy with the same past, so that one question does not colour the next. */
  clone(options?: { readonly signal?: AbortSignal }): Promise<Session>;
  prompt(
    input: string,
    options?: { readonly signal?: AbortSignal; readonly responseConstraint?: object },
  ): Promise<string>;
  destroy(): void;
}

/** The global `LanguageModel`: in windows of secure pages only, not in workers. */
export interface LanguageModelApi {
  availability(options: CoreOptions): Promise<Availability>;
  /** Downloads the model if it is not there; browsers then ask for a click just before. */
  create(options: CreateOptions): Promise<Session>;
}

/** The browser's, if it has one. */
export const builtIn = (): LanguageModelApi | undefined =>
  (globalThis as { LanguageModel?: LanguageModelApi }).LanguageModel;
