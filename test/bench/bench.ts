/** `npm run bench [name …]`: everything that is measured in time. Compare only what stands in one table: it was interleaved in one run. */
export {};

const BENCHES: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  encoder: () => import('./encoder.ts'),
  search: () => import('./search.ts'),
  responsiveness: () => import('./responsiveness.ts'),
  storage: () => import('./storage.ts'),
  tokens: () => import('./tokens.ts'),
  kernels: () => import('./kernels.ts'),
  adapt: () => import('./adapt.ts'),
  map: () => import('./map.ts'),
  large: () => import('./large.ts'),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`Expected some of ${Object.keys(BENCHES).join(', ')}, got ${unknown.join(', ')}.`);
  process.exit(1);
}
for (const [name, load] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n## ${name}\n`);
  await (await load()).run();
}
