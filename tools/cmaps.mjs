// Writes src/read/cmaps.gen.ts from the character maps of pdfjs-dist: node tools/cmaps.mjs <folder of pdfjs-dist>/cmaps
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those of Adobe-GB1 (Simplified Chinese) and Adobe-CNS1 (Traditional Chinese) that PDF files name; the vertical forms are small. */
const NAMES = ['GB-EUC', 'GBK-EUC', 'GBK2K', 'GBKp-EUC', 'GBpc-EUC', 'UniGB-UCS2', 'UniGB-UTF16', 'B5pc', 'ETen-B5']
  .concat(['ETenms-B5', 'HKscs-B5', 'CNS-EUC', 'UniCNS-UCS2', 'UniCNS-UTF16'])
  .flatMap((name) => [`${name}-H`, `${name}-V`])
  .concat(['Adobe-GB1-UCS2', 'Adobe-CNS1-UCS2']);

const entries = NAMES.map((name) => {
  const data = readFileSync(join(process.argv[2], `${name}.bcmap`)).toString('base64');
  return `  '${name}':\n    '${data}',\n`;
});
const head = `// Made by tools/cmaps.mjs from the character maps of pdf.js. Do not edit.
// Copyright 1990-2009 Adobe Systems Incorporated, BSD-3-Clause: https://github.com/adobe-type-tools/cmap-resources
`;
writeFileSync(
  'src/read/cmaps.gen.ts',
  `${head}export const CMAPS: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`,
);
