// Writes openapi/examples.json of what e2e suites have asked and were answered:
// `WRITE_EXAMPLES=notes npx jest --testPathPatterns=e2e && node scripts/examples.js notes`.
// Of each operation it takes the answer that shows most, and keeps what was there where none was noted.
const { readFileSync, writeFileSync } = require('node:fs');

const FILE = 'openapi/examples.json';
const notes = readFileSync(process.argv[2], 'utf8')
  .split('\n')
  // Values that specs take because they are hard to carry are no example.
  .filter((line) => line !== '' && !/\\u00[01]/.test(line))
  .map((line) => JSON.parse(line));

/** How many fields a value has, each name counted once: a long list shows no more than a short one. */
const fieldsOf = (value, found = new Set(), path = '') => {
  if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) {
      if (one === undefined) continue;
      const at = Array.isArray(value) ? `${path}[]` : `${path}.${name}`;
      found.add(at);
      fieldsOf(one, found, at);
    }
  return found;
};
const shows = ({ request, answer, type, text }) => fieldsOf({ request, answer, type, text }).size;

const best = new Map();
for (const note of notes) {
  const known = best.get(note.operation);
  const isBetter =
    !known || shows(note) > shows(known) || (shows(note) === shows(known) && length(note) < length(known));
  if (isBetter) best.set(note.operation, note);
}
function length(note) {
  return JSON.stringify(note).length;
}

const examples = JSON.parse(readFileSync(FILE, 'utf8'));
for (const [operation, { operation: _, ...noted }] of best) examples[operation] = noted;
const sorted = Object.fromEntries(Object.entries(examples).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 1)}\n`);
process.stdout.write(`${best.size} operations noted, ${Object.keys(sorted).length} have an example\n`);
