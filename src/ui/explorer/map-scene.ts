import type { Answer } from '../../core/answer.ts';
import type { DocumentSummary } from '../../core/engine.ts';
import type { PassageMap } from '../../core/map.ts';
import { middle } from '../../core/middle.ts';
import { passagePath } from '../../core/passage.ts';
import type { Chunk, ChunkId } from '../../core/types.ts';
import { fileName } from '../format.ts';
import { groupsOf, type PointGroup, partsOf } from '../map-groups.ts';
import { boundsOf } from '../plots/camera.ts';
import { FAINT } from '../plots/points.ts';
import { documentsIn, type Scope } from '../scope.ts';
import type { Words } from '../words/words.ts';

/** A name that is written where its points are many. */
export interface Name {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly kind: 'area' | 'group' | 'document';
  readonly tone: number;
}

/** A map with what is known of its points: groups, colours, names. */
export interface Atlas {
  readonly map: PassageMap;
  readonly groups: readonly PointGroup[];
  /** Of every point the number of its group; that of none where its document has gone from the library since. */
  readonly groupOf: Uint32Array;
  /** Of every point the number of its document. */
  readonly documentOf: Uint32Array;
  /** What matters most first. */
  readonly names: readonly Name[];
  /** Where each group's points are many. */
  readonly hearts: readonly number[];
  idOf(point: number): ChunkId;
  /** The point of a passage, if it is on the map. */
  pointOf(chunk: Pick<Chunk, 'document' | 'ordinal'>): number | undefined;
}

/** Of more points than this some are looked at to find where they are many. */
const LOOKED_AT = 150;
/** Names of documents that are tried for, the largest first. */
const NAMED = 300;

/** @param upright for a picture that is higher than wide: x and y change places, as directions mean nothing. */
export function atlasOf(
  made: PassageMap,
  documents: readonly DocumentSummary[],
  words: Words,
  upright: boolean,
): Atlas {
  const map = upright ? turned(made) : made;
  const summaries = new Map(documents.map((one) => [one.id, one]));
  const groups = groupsOf(documents, map.documents);
  const numberOf = new Map(map.documents.map(({ id }, d) => [id, d]));
  const groupOf = new Uint32Array(map.ordinals.length).fill(groups.length);
  const documentOf = new Uint32Array(map.ordinals.length);
  for (const [d, { first, passages }] of map.documents.entries()) documentOf.fill(d, first, first + passages);
  for (const [g, { runs }] of groups.entries()) {
    for (const [first, passages] of runs) groupOf.fill(g, first, first + passages);
  }
  const reach = Math.max(1e-6, ...map.areas.map(({ radius }) => radius)) * 0.08;
  const hearts = groups.map(({ runs }) => heartOf(map.points, pointsOf(runs), reach));
  const at = (point: number) => ({ x: map.points[2 * point]!, y: map.points[2 * point + 1]! });

  const areas = map.areas.length < 2 ? [] : areaNames(map, words);
  const ofGroups = groups.flatMap(({ name, tone }, g): Name[] =>
    tone > 0 ? [{ text: name, ...at(hearts[g]!), kind: 'group', tone }] : [],
  );
  /** Documents and parts of long ones; a group that has a colour has its name already. */
  const ofOthers = map.documents
    .flatMap((one) => {
      const name = summaries.get(one.id)?.title || fileName(one.id);
      const whole = [name, [[one.first, one.passages]]] as const;
      return [whole, ...partsOf([one], name)];
    })
    .map(([text, runs]) => ({ text, points: pointsOf(runs) }))
    .filter(({ text, points }) => points.length > 1 && !isNamed(groups[groupOf[points[0]!]!], text))
    .toSorted((a, b) => b.points.length - a.points.length)
    .slice(0, NAMED)
    .map(
      ({ text, points }): Name => ({
        text,
        ...at(heartOf(map.points, points, reach / 2)),
        kind: 'document',
        tone: groups[groupOf[points[0]!]!]?.tone ?? 0,
      }),
    );

  return {
    map,
    groups,
    groupOf,
    documentOf,
    names: [...areas, ...ofGroups, ...ofOthers],
    hearts,
    idOf: (point) => `${map.documents[documentOf[point]!]!.id}#${map.ordinals[point]}` as ChunkId,
    pointOf({ document, ordinal }) {
      const place = map.documents[numberOf.get(document) ?? -1];
      if (!place) return undefined;
      const { first, passages } = place;
      if (map.ordinals[first + ordinal] === ordinal && ordinal < passages) return first + ordinal;
      const found = map.ordinals.subarray(first, first + passages).indexOf(ordinal);
      return found < 0 ? undefined : first + found;
    },
  };
}

function turned(map: PassageMap): PassageMap {
  const points = map.points.slice();
  for (let i = 0; i < points.length; i += 2) [points[i], points[i + 1]] = [map.points[i + 1]!, map.points[i]!];
  return { ...map, points, areas: map.areas.map((area) => ({ ...area, x: area.y, y: area.x })) };
}

/** Above each area its language. The points of an area follow those of the one before. */
function areaNames({ points, areas }: PassageMap, words: Words): Name[] {
  let first = 0;
  return areas.map(({ languages, passages, x }) => {
    const end = first + passages;
    const { top } = boundsOf(points.subarray(2 * first, 2 * end));
    first = end;
    return { text: languages.map((one) => words.map.areas[one]).join(' · '), x, y: top, kind: 'area', tone: 0 };
  });
}

const pointsOf = (runs: readonly (readonly [first: number, passages: number])[]): number[] =>
  runs.flatMap(([first, passages]) => Array.from({ length: passages }, (_, i) => first + i));

/** A group of this name has it written already; so has a document that is a group, or whose parts are. */
const isNamed = (group: PointGroup | undefined, text: string) =>
  group !== undefined && group.tone > 0 && group.name === text && group.documents.length === 1;

/** The point that has the most of the others within `reach`; of a group without points the first point there is. */
function heartOf(points: Float32Array, own: readonly number[], reach: number): number {
  const step = Math.max(1, own.length / LOOKED_AT);
  const some = Array.from({ length: Math.min(own.length, LOOKED_AT) }, (_, i) => own[Math.floor(i * step)]!);
  let [best, most] = [some[0] ?? 0, -1];
  for (const a of some) {
    let near = 0;
    for (const b of some) {
      const dx = points[2 * a]! - points[2 * b]!;
      const dy = points[2 * a + 1]! - points[2 * b + 1]!;
      if (dx * dx + dy * dy < reach * reach) near++;
    }
    if (near > most) [best, most] = [a, near];
  }
  return best;
}

/** What of an atlas is meant and lit just now. */
export interface Scene {
  readonly atlas: Atlas;
  readonly tones: Uint8Array;
  /** Whether a point is meant: it lies in what is asked. */
  takes(point: number): boolean;
  /** How many points are meant. */
  readonly meant: number;
  /** Passages of the answer that are on the map, by rank. */
  readonly hits: readonly { readonly index: number; readonly point: number }[];
  /** Where the question stands: among what was found for it. */
  readonly question?: { readonly x: number; readonly y: number; readonly text: string };
}

export function sceneOf(
  atlas: Atlas,
  documents: readonly DocumentSummary[],
  scope: Scope | undefined,
  answer: Answer | undefined,
): Scene {
  const { map, groups, groupOf, documentOf } = atlas;
  const inScope = scope === undefined ? undefined : new Set<string>(documentsIn(scope, documents));
  const isMeant = map.documents.map(({ id }) => !inScope || inScope.has(id));
  const tones = new Uint8Array(map.ordinals.length);
  let meant = 0;
  for (let point = 0; point < tones.length; point++) {
    const { tone } = groups[groupOf[point]!] ?? { tone: 0 };
    const faint = !isMeant[documentOf[point]!];
    tones[point] = faint ? tone + FAINT : tone;
    if (!faint) meant++;
  }
  const passages = answer && !answer.refused ? answer.passages : [];
  const hits = passages.flatMap(({ chunk }, index) => {
    const point = atlas.pointOf(chunk);
    return point === undefined ? [] : [{ index, point }];
  });
  const around = hits.flatMap(({ point }) => [map.points[2 * point]!, map.points[2 * point + 1]!]);
  // The first answers say more of what was meant than the last.
  const place =
    hits.length > 0 &&
    middle(
      around,
      hits.map(({ index }) => 1 / (1 + index)),
    );
  return {
    atlas,
    tones,
    takes: (point) => isMeant[documentOf[point]!]!,
    meant,
    hits,
    ...(place && answer && { question: { x: place[0], y: place[1], text: answer.query } }),
  };
}

/** `Title › heading`, with the file's name where there is no title. */
export const placeOf = ({ title, headings, document }: Chunk): string =>
  passagePath({ title: title || fileName(document), headings });
