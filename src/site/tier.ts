/** What answered: words alone, words and the query table, or words and the full model; each can claim more than the one before. */
export const TIERS = ['keywords', 'instant', 'full'] as const;
export type SiteTier = (typeof TIERS)[number];
