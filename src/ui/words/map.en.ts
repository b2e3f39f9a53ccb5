import { count } from '../format.ts';
import type { MapWords } from './map.ts';

const passages = (n: number) => `${count(n)} ${n === 1 ? 'passage' : 'passages'}`;

export const mapEnglish: MapWords = {
  title: 'Map of the library',
  label: (n) => `Map of ${passages(n)}`,
  keys: 'Arrow keys go from passage to passage, Enter reads one, + and − zoom, 0 shows everything, Shift with arrows moves the map.',
  phases: {
    compare: 'Comparing passages with one another…',
    arrange: 'Arranging what is alike together…',
    place: 'Placing passages among their like…',
  },
  progress: 'Drawing the map',
  stopped: 'The map was not finished.',
  draw: 'Draw it',
  anew: 'Arrange anew',
  anewHint: 'Everything gets a new place; until then what was there stays where it is.',
  few: (n) => `Only ${passages(n)} so far: of so few a map says little. It grows with the library.`,
  meaning:
    'Each point is a passage; near one another means alike. Directions mean nothing, and far apart says only “not alike”.',
  apart: 'English and Chinese are read by different models: how the two areas lie to one another means nothing.',
  sampled: (fitted, n) =>
    `Arranged from a sample of ${count(fitted)}; the other ${count(n - fitted)} were placed among their like.`,
  none: 'No passage of this choice is on the map yet.',
  areas: { en: 'English', zh: 'Chinese' },
  nearer: 'Zoom in',
  farther: 'Zoom out',
  whole: 'Show everything',
  read: 'Read',
  alike: (n) => `Lines lead to the ${n === 1 ? 'passage' : `${count(n)} passages`} most like it.`,
  loading: 'Fetching the passage…',
  question: (text) => `Asked: ${text}`,
  hit: (rank, place) => `Result ${rank}: ${place}`,
  lit: (n) => `${n === 1 ? 'The result is' : `The ${count(n)} results are`} lit; the question stands among them.`,
  refused: 'Nothing here answers the question, so nothing is lit.',

  asList: 'As a table',
  group: 'Group',
  documentsIn: 'Documents',
  passagesIn: 'Passages',
  nearestGroup: 'Nearest group',
  typical: 'A passage from its midst',
  rest: (n) => `${count(n)} smaller groups, in grey`,
};
