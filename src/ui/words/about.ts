/** What the view “About this engine” says. */
export interface AboutWords {
  readonly title: string;
  readonly lead: string;

  readonly encoding: string;
  readonly computes: string;
  readonly threads: string;
  readonly models: string;
  readonly noModel: string;

  readonly searching: string;
  readonly kernels: string;
  readonly forms: Readonly<Record<string, string>>;
  readonly vectorsOf: (model: string) => string;
  /** Rows, the first pass and, once measured, the share of the true nearest that is found. */
  readonly scanned: (rows: number, pass: 'float32' | 'int4', recall: number | undefined) => string;
  readonly last: string;
  readonly lastAnswer: (ms: string, tier: 'keywords' | 'full') => string;

  readonly storing: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly where: string;
  readonly used: string;
  readonly usedOf: (used: string, quota: string | undefined) => string;
  readonly kept: string;
  readonly persisted: string;
  readonly evictable: string;
  readonly holds: string;
  readonly holding: (documents: number, passages: number) => string;

  readonly notes: string;
  readonly noNotes: string;
  readonly copy: string;
  readonly copied: string;
  readonly copyHint: string;
}
