// Property tests draw the same cases in every run of `npm test`: whether a commit is sound must not hang on luck. `npm run
// fuzz` draws others each time, ten times as many where a test names no number, and prints the seed of what fails.
import fc from 'fast-check';

if (process.env['FUZZ']) fc.configureGlobal({ numRuns: 1000 });
else fc.configureGlobal({ seed: 20_261_126 });
