import type { Run } from './compose.ts';

/** Characters that browsers collapse; the no-break space is not one of them. */
const SPACES = /[ \t\n\r\f]+/g;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Gathers the runs of one block.
 *
 * White space collapses to one space as in a browser, with one difference: a line break between two Chinese or
 * Japanese characters leaves nothing, since their lines are wrapped anywhere and words are not set apart by spaces.
 */
export class Flow {
  /** Inside `<pre>`: white space counts. */
  keepsSpace = false;
  readonly #runs: Run[] = [];
  #space: { at: number; span: number; line: boolean } | undefined;
  #last = '\n';

  /** Text that stands in the source as it is, `source[at, at + text.length)`. */
  text(text: string, at: number): void {
    if (this.keepsSpace) {
      this.#push(text, at, text.length);
      return;
    }
    let from = 0;
    for (const match of text.matchAll(SPACES)) {
      this.#word(text.slice(from, match.index), at + from);
      this.#blank(match[0], at + match.index, match[0].length);
      from = match.index + match[0].length;
    }
    this.#word(from === 0 ? text : text.slice(from), at + from);
  }

  /** A character reference or the like: `text` stands for `source[at, at + span)`. */
  decoded(text: string, at: number, span: number): void {
    if (!this.keepsSpace && /^[ \t\n\r\f]+$/.test(text)) this.#blank(text, at, span);
    else {
      this.#settle(text);
      this.#push(text, at, span);
    }
  }

  /** A gap between words that the source marks by other means than white space. */
  space(at: number): void {
    this.#blank(' ', at, 0);
  }

  /** A line break that is seen, or (`'\t'`) the step to the next cell of a row. Replaces white space around it. */
  break(at: number, mark: '\n' | '\t' = '\n'): void {
    this.#space = undefined;
    this.#push(mark, at, 0);
  }

  /** What was gathered; the flow is empty afterwards. */
  take(): Run[] {
    this.#space = undefined;
    this.#last = '\n';
    return this.#runs.splice(0);
  }

  #blank(text: string, at: number, span: number): void {
    const line = /[\n\r]/.test(text);
    if (this.#space) this.#space.line ||= line;
    else this.#space = { at, span, line };
  }

  #word(text: string, at: number): void {
    if (text.length === 0) return;
    this.#settle(text);
    this.#push(text, at, text.length);
  }

  /** Writes the space that was waiting, now that a word follows it. */
  #settle(next: string): void {
    const space = this.#space;
    this.#space = undefined;
    if (!space || /[ \t\n\r\f]/.test(this.#last)) return;
    if (space.line && WIDE.test(this.#last) && WIDE.test(next[0]!)) return;
    this.#push(' ', space.at, space.span);
  }

  #push(text: string, at: number, span: number): void {
    if (text.length === 0) return;
    this.#last = text.at(-1)!;
    const last = this.#runs.at(-1);
    const joins =
      last && last.text.length === last.span && text.length === span && last.at + last.span === at && span > 0;
    if (joins) this.#runs[this.#runs.length - 1] = { text: last.text + text, at: last.at, span: last.span + span };
    else this.#runs.push({ text, at, span });
  }
}
