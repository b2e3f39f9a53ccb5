import { questionIn } from '../core/questions.ts';
import type { Block, Range } from '../core/types.ts';
import type { Section } from './sections.ts';
import type { Unit } from './units.ts';

export interface Passage extends Range {
  readonly path: readonly string[];
}

export interface PackOptions {
  readonly budget: number;
  /** A section of at most so many tokens is tiny; tiny neighbours are joined, up to four times as many. */
  readonly tiny: number;
  readonly overlap: boolean;
}

type UnitsOf = (block: Block) => readonly Unit[];

const JOINED = 4;
/** An overlap is at most this share of the budget. */
const OVERLAP = 1 / 4;

/** Fills passages with units, section by section. */
export function pack(sections: readonly Section[], unitsOf: UnitsOf, options: PackOptions): Passage[] {
  return joinTiny(withoutStubs(sections, unitsOf), options.tiny).flatMap(({ units, path }) =>
    fill(units, options).map(({ start, end }) => ({ start, end, path })),
  );
}

/** Sections on their way into passages. */
interface Group {
  readonly path: readonly string[];
  readonly units: readonly Unit[];
  /** The heading that ends `path`; it goes into the text when the path is cut back to its parent's. */
  readonly heading: readonly Unit[];
  /** A heading without text was passed over just before, or this or the section before answers a question: not to be joined. */
  readonly apart: boolean;
}

/** Sections with their units. One without text is carried by the path of the next, or else its heading is its text. */
function withoutStubs(sections: readonly Section[], unitsOf: UnitsOf): Group[] {
  const groups: Group[] = [];
  let apart = false;
  for (const [i, { path, body, heading }] of sections.entries()) {
    const units = body.flatMap(unitsOf);
    const own = heading ? unitsOf(heading) : [];
    // An answer stands alone, however short: joined to the next, both would answer less well.
    const asks = heading !== undefined && questionIn(path.at(-1) ?? '') !== undefined;
    const carried = units.length === 0 && isBelow(sections[i + 1]?.path ?? [], path);
    if (units.length > 0) groups.push({ path, units, heading: own, apart: apart || asks });
    else if (!carried) groups.push({ path: path.slice(0, -1), units: own, heading: [], apart });
    apart = carried || asks;
  }
  return groups;
}

const isBelow = (path: readonly string[], above: readonly string[]) =>
  path.length > above.length && shared(path, above) === above.length;

/** How many names two paths begin with alike. */
function shared(a: readonly string[], b: readonly string[]): number {
  const differ = a.findIndex((name, i) => name !== b[i]);
  return differ < 0 ? a.length : differ;
}

function joinTiny(groups: readonly Group[], most: number): Group[] {
  const done: Group[] = [];
  let last: Group | undefined;
  let lastSize = 0;
  let lastTiny = false;
  for (const group of groups) {
    const size = sum(group.units);
    const tiny = size <= most;
    const common = last ? shared(last.path, group.path) : 0;
    const near = last && !group.apart && common >= last.path.length - (last.heading.length > 0 ? 1 : 0);
    const together = lastSize + size + sum(group.heading) + sum(last?.heading ?? []);
    if (last && near && lastTiny && tiny && together <= most * JOINED) {
      const keepsPath = common === last.path.length;
      last = {
        path: last.path.slice(0, common),
        units: [...(keepsPath ? [] : last.heading), ...last.units, ...group.heading, ...group.units],
        heading: keepsPath ? last.heading : [],
        apart: last.apart,
      };
      lastSize = sum(last.units);
    } else {
      if (last) done.push(last);
      last = group;
      lastSize = size;
      lastTiny = tiny;
    }
  }
  return last ? [...done, last] : done;
}

/**
 * Units in passages of about equal size: as many as the budget asks for, each closed at the unit that brings it
 * nearest to an equal share, sooner between blocks than inside one. A heading is never the last of a passage.
 */
function fill(units: readonly Unit[], { budget, overlap }: PackOptions): Range[] {
  const passages: Range[] = [];
  let open: Unit[] = [];
  let size = 0;
  let left = sum(units);
  let goal = share(left, budget);
  for (const unit of units) {
    const last = open.at(-1);
    const inside = last?.block === unit.block;
    const enough = goal < left && size + (inside ? 0 : unit.size / 2) >= goal;
    if (last && (size + unit.size > budget || (enough && last.block.kind !== 'heading'))) {
      const moved = trailingHeadings(open, unit, budget);
      const closed = open.slice(0, open.length - moved.length);
      passages.push({ start: closed[0]!.start, end: closed.at(-1)!.end });
      left -= sum(closed);
      goal = share(left, budget);
      const repeats = overlap && inside && last.size <= budget * OVERLAP && last.size + unit.size <= budget;
      open = repeats ? [last] : moved;
      size = sum(open);
    }
    open.push(unit);
    size += unit.size;
  }
  if (open.length > 0) passages.push({ start: open[0]!.start, end: open.at(-1)!.end });
  return passages;
}

const share = (total: number, budget: number) => total / Math.max(1, Math.ceil(total / budget));
const sum = (units: readonly Unit[]) => units.reduce((total, unit) => total + unit.size, 0);

/** The headings at the end of a passage, which belong with `next`, if they fit there and leave something behind. */
function trailingHeadings(open: readonly Unit[], next: Unit, budget: number): Unit[] {
  const text = open.findLastIndex((unit) => unit.block.kind !== 'heading');
  const headings = open.slice(text + 1);
  return text >= 0 && next.block.kind !== 'heading' && sum(headings) + next.size <= budget ? headings : [];
}
