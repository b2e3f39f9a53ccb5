/** What both doors of the library export besides `openEngine`: the words of its answers, and the one error class. */
export type {
  Answer,
  Match,
  Passage,
  Reason,
} from './core/answer.ts';
export type {
  AddOptions,
  AddProgress,
  AddReport,
  DocumentSummary,
  Engine,
  EngineStatus,
  OpenedDocument,
  SearchOptions,
  Skipped,
  StorageEstimate,
} from './core/engine.ts';
export { EngineError, type ErrorCode } from './core/errors.ts';
export type { WeightedTerm } from './core/expansion.ts';
export type { MapOptions, MapProgress, PassageMap, SimilarPassage } from './core/map.ts';
export type {
  Block,
  Chunk,
  ChunkId,
  DocumentId,
  DocumentKind,
  FieldWeights,
  Language,
  Range,
  SourceFile,
} from './core/types.ts';
