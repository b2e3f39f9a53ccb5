import type { Floor, RefusalFeatures } from '../search/refuse.ts';
import { medians, strangers } from '../search/strangers.ts';
import { ask } from './ask.ts';
import { JUDGED } from './judge.ts';
import type { LaneFiles } from './manifest.ts';
import { openLane } from './shards.ts';
import type { SiteTier } from './tier.ts';

/**
 * What questions about other subjects reach in a lane, by each tier: the finished files are asked, as a browser will ask
 * them, so that there is one reading of an index and not two. See `src/search/strangers.ts`. Cost: sixty searches.
 *
 * @param vectors of the questions, as the model encodes them.
 */
export async function measureFloors(
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  listing: LaneFiles,
  vectors: ReadonlyMap<string, Float32Array>,
): Promise<LaneFiles['floors']> {
  const lane = await openLane(async (name) => files.get(name)!, listing);
  const floorOf = async (tier: SiteTier): Promise<Floor> => {
    const reached: RefusalFeatures[] = [];
    for (const question of strangers(listing.language)) {
      const options = { tier, limit: JUDGED };
      reached.push(
        (await ask(lane, question, options, { encode: async () => vectors.get(question)! })).judged.features,
      );
    }
    const floor = medians(reached);
    const short = Object.entries(floor).map(([name, value]) => [name, Number(value.toPrecision(PRECISION))]);
    return { ...floor, ...Object.fromEntries(short) };
  };
  return { keywords: await floorOf('keywords'), instant: await floorOf('instant'), full: await floorOf('full') };
}

/** Digits of a floor that mean anything. */
const PRECISION = 5;
