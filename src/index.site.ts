/** `nearfield/site`: a static index from Node, of pages that need not be files of HTML. */
import { MODELS } from './core/models.ts';
import { createNodeEncoder } from './embed/encoder.node.ts';
import { type BuildOptions, type BuiltSite, buildSite } from './site/build.ts';
import { openVectorCache } from './site/cache.node.ts';
import { writeIndex } from './site/files.node.ts';
import type { SourcePage } from './site/pages.ts';
import { copyWidget } from './site/widget.node.ts';

export { EngineError } from './core/errors.ts';
export type { BuildProgress, BuiltSite } from './site/build.ts';
export { pagesIn } from './site/files.node.ts';
export type { SourcePage } from './site/pages.ts';

export interface IndexOptions extends Omit<BuildOptions, 'encoder' | 'models' | 'cache'> {
  /** A file that keeps vectors between builds, so that only what is new is embedded; none unless told. */
  readonly cache?: string;
}

/**
 * Indexes pages and puts index and widget into `folder`, as `nearfield build` does for a folder of HTML.
 *
 * @throws EngineError `bad-input` if there is nothing to search. An abort throws the signal's reason; what was there stays.
 */
export async function buildIndex(
  folder: string,
  pages: readonly SourcePage[],
  { cache, ...options }: IndexOptions = {},
): Promise<BuiltSite> {
  const encoder = createNodeEncoder();
  const kept = cache === undefined ? undefined : openVectorCache(cache);
  try {
    const built = await buildSite(pages, { encoder, models: MODELS.full, ...(kept && { cache: kept }), ...options });
    await writeIndex(folder, built);
    await copyWidget(folder);
    return built;
  } finally {
    kept?.close();
    await encoder.close();
  }
}
