// How notifications word what a job has done: numbers by type and by outcome, never a value. Pure.

export const NOTHING = 'nothing';
/** More types are told by their number alone. */
const MOST = 20;

export const numberTold = (count: number): string => count.toLocaleString('en-US');

/** `1,204 contacts, 5 deals`, in the order of the names; `nothing` where there is none. */
export function countsTold(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${numberTold(count)} ${name}`);
  const more = all.length > MOST ? [`${numberTold(all.length - MOST)} more types`] : [];
  return [...all.slice(0, MOST), ...more].join(', ') || NOTHING;
}

/** What people are told in place of a word of the API that says little by itself. */
const WORDS: Readonly<Record<string, string>> = {
  drifted: 'left alone (changed since the plan was made)',
  unchanged: 'as wanted already',
};

/** `12 changed, 1 refused`, in the order in which they are given. */
export const outcomesTold = (outcomes: Readonly<Partial<Record<string, number>>>): string =>
  Object.entries(outcomes)
    .filter(([, count]) => count)
    .map(([outcome, count]) => `${numberTold(count!)} ${WORDS[outcome] ?? outcome}`)
    .join(', ') || NOTHING;
