import { EngineError } from '../core/errors.ts';
import type { Language, ModelKey } from '../core/types.ts';
import { ANALYSER_VERSION } from '../search/analyse.ts';
import { FEATURES, type Floor } from '../search/refuse.ts';
import { checksum } from '../store/checksum.ts';
import { type SiteTier, TIERS } from './tier.ts';

/** The files of one lane: names relative to the manifest. */
export interface LaneFiles {
  readonly language: Language;
  /** Id and identity of the model whose vectors these are. */
  readonly model: string;
  readonly key: ModelKey;
  readonly passages: number;
  readonly map: string;
  readonly basis: string;
  /** Absent where no page has a filter or a sort key. */
  readonly facets?: string;
  /** Absent where the owner gave none. */
  readonly glossary?: string;
  /** Of the instant and of the full tier; absent where the site was not taught. */
  readonly adapters?: readonly string[];
  readonly terms: readonly string[];
  readonly cells: readonly string[];
  readonly texts: readonly string[];
  /** Of the full tier. */
  readonly tails: readonly string[];
  /** What a question about something else reaches by each tier: what refusal is measured from. */
  readonly floors: Readonly<Record<SiteTier, Floor>>;
}

/** Every file of a lane. */
export const filesOf = ({
  map,
  basis,
  facets,
  glossary,
  adapters = [],
  terms,
  cells,
  texts,
  tails,
}: LaneFiles): string[] => [
  map,
  basis,
  ...(facets ? [facets] : []),
  ...(glossary ? [glossary] : []),
  ...adapters,
  ...terms,
  ...cells,
  ...texts,
  ...tails,
];

/** `manifest.json`. */
export interface Manifest {
  readonly nearfield: number;
  /** Texts are taken apart in the same way here and in the browser, or not at all. */
  readonly analyser: number;
  readonly pages: number;
  readonly lanes: readonly LaneFiles[];
}

export const MANIFEST = 'manifest.json';
/** 5 says what its own checksum is; 4 has none and is read as well. Shards have a version of their own. */
const VERSION = 5;
const VERSION_WITHOUT_CHECKSUM = 4;

const sumOf = (payload: object) => checksum(new TextEncoder().encode(JSON.stringify(payload)));

/** The bytes of `manifest.json`: JSON on one line, whose last field is the xxHash32 of the object without it. */
export function encodeManifest(pages: number, lanes: readonly LaneFiles[]): Uint8Array<ArrayBuffer> {
  const manifest: Manifest = { nearfield: VERSION, analyser: ANALYSER_VERSION, pages, lanes };
  return new TextEncoder().encode(`${JSON.stringify({ ...manifest, checksum: sumOf(manifest) })}\n`);
}

/** A shard's name and nothing that leads elsewhere. */
const NAME = /^[a-z]{2}-[a-z]+(?:-\d+)?\.[0-9a-f]{12}\.nf$/;

/**
 * Reads a parsed `manifest.json`; whitespace between its fields may be other than it was written.
 *
 * @throws EngineError `block-corrupt` naming the field that is wrong; `store-version` for an index this code cannot read.
 */
export function parseManifest(json: unknown): Manifest {
  const refuse = (what: string): never => {
    throw new EngineError(
      'block-corrupt',
      `The search index's ${MANIFEST} is damaged: ${what}; upload the index again, or build the site again.`,
    );
  };
  const object = (value: unknown, what: string) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : refuse(`expected ${what} to be an object`);
  const manifest = object(json, 'it');
  const count = (of: Record<string, unknown>, field: string) => {
    const value = of[field];
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : refuse(`${field} is not a count`);
  };
  const text = (of: Record<string, unknown>, field: string) =>
    typeof of[field] === 'string' ? of[field] : refuse(`${field} is not a text`);
  const name = (value: unknown) =>
    typeof value === 'string' && NAME.test(value)
      ? value
      : refuse(`${JSON.stringify(value)} is not a file of an index`);
  const names = (of: Record<string, unknown>, field: string) => {
    const value = of[field];
    return Array.isArray(value) ? value.map(name) : refuse(`${field} is not a list`);
  };
  const floorsIn = (floors: Record<string, unknown>) => {
    const floorOf = (tier: SiteTier) => {
      const floor = object(floors[tier], `the floor of ${tier}`);
      const known = FEATURES.filter((name) => floor[name] !== undefined);
      if (known.some((name) => !Number.isFinite(floor[name]))) return refuse(`the floor of ${tier} is not numbers`);
      return { words: 0, coverage: 0, ...Object.fromEntries(known.map((name) => [name, floor[name] as number])) };
    };
    return Object.fromEntries(TIERS.map((tier) => [tier, floorOf(tier)])) as Record<SiteTier, Floor>;
  };

  const format = count(manifest, 'nearfield');
  const { checksum: wanted, ...payload } = manifest;
  // First: a version that is wrong because of a flipped bit is no other version.
  if (wanted !== undefined || format === VERSION) {
    const sum = sumOf(payload);
    if (wanted !== sum) refuse(`expected checksum ${sum}, got ${wanted ?? 'none'}`);
  }
  const analyser = count(manifest, 'analyser');
  if ((format !== VERSION && format !== VERSION_WITHOUT_CHECKSUM) || analyser !== ANALYSER_VERSION) {
    throw new EngineError(
      'store-version',
      `This search index has format ${format}.${analyser} and this script reads ${VERSION}.${ANALYSER_VERSION}; build the site again with the same version.`,
    );
  }
  const lanes = Array.isArray(manifest.lanes) ? manifest.lanes : refuse('lanes is not a list');
  return {
    nearfield: format,
    analyser,
    pages: count(manifest, 'pages'),
    lanes: lanes.map((value): LaneFiles => {
      const lane = object(value, 'a lane');
      const language = text(lane, 'language');
      if (language !== 'en' && language !== 'zh') return refuse(`${language} is not a language it can hold`);
      return {
        language,
        model: text(lane, 'model'),
        key: text(lane, 'key') as ModelKey,
        passages: count(lane, 'passages'),
        map: name(lane.map),
        basis: name(lane.basis),
        ...(lane.facets !== undefined && { facets: name(lane.facets) }),
        ...(lane.glossary !== undefined && { glossary: name(lane.glossary) }),
        ...(lane.adapters !== undefined && { adapters: names(lane, 'adapters') }),
        terms: names(lane, 'terms'),
        cells: names(lane, 'cells'),
        texts: names(lane, 'texts'),
        tails: names(lane, 'tails'),
        floors: floorsIn(object(lane.floors, 'floors')),
      };
    }),
  };
}
