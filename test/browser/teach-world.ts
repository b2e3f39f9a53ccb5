/**
 * A subject that no encoder knows: every fruit is dealt with twice, in the harbour and in the mountains, and those who
 * know say “zorp” for the one and “blick” for the other. Which is meant can be learned from some fruits and then holds
 * for all.
 */
const LEARNED =
  'apples pears plums cherries apricots peaches figs dates lemons limes oranges melons grapes currants quinces olives walnuts almonds chestnuts hazelnuts'.split(
    ' ',
  );
export const HELD_OUT = ['raspberries', 'bananas', 'mangoes', 'pineapples'];

const PLACES = { zorp: 'harbour', blick: 'mountains' } as const;
const SAYINGS = Object.keys(PLACES) as (keyof typeof PLACES)[];

/** One file a fruit and place, so that each is a passage of its own. */
export const documents = [...LEARNED, ...HELD_OUT].flatMap((fruit) =>
  SAYINGS.map((saying) => ({
    path: `${fruit}-${PLACES[saying]}.md`,
    text: `# ${fruit[0]!.toUpperCase()}${fruit.slice(1)}\n\nIn the ${PLACES[saying]}, ${fruit} are weighed and sold in the morning, and what is left is given to the school.\n`,
  })),
);

/** Two ways to ask for each of the learned fruits, as a file of pairs. */
export const pairs = LEARNED.flatMap((fruit) =>
  SAYINGS.flatMap((saying) =>
    [`when are ${fruit} sold ${saying}?`, `${saying} ${fruit}: who gets what is left`].map((query) =>
      JSON.stringify({ query, pos: [`${fruit}-${PLACES[saying]}.md`] }),
    ),
  ),
).join('\n');

/** Held-out questions with the document each means. */
export const questions = HELD_OUT.flatMap((fruit) =>
  SAYINGS.map((saying) => ({ text: `when are ${fruit} sold ${saying}?`, document: `${fruit}-${PLACES[saying]}.md` })),
);
