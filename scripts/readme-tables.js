// Writes the tables of settings, refusals, indexes and what is not served into README.md, between `<!-- name -->` and
// `<!-- /name -->`, from the built code. Run `npm run build` before and `npx prettier --write README.md` after.
const { readFileSync, writeFileSync } = require('node:fs');
const tables = require('../dist/test/support/tables.js');

const sections = {
  settings: tables.settingTable(),
  refusals: tables.refusalTable(),
  indexes: tables.indexTable(),
  'not-served': tables.notServedTable(),
  'client-gaps': tables.clientGapTable(),
};

let readme = readFileSync('README.md', 'utf8');
for (const [name, table] of Object.entries(sections)) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!place.test(readme)) throw new Error(`README.md has no place for ${name}`);
  readme = readme.replace(place, (_, before, after) => `${before}\n${table.join('\n')}\n${after}`);
}
writeFileSync('README.md', readme);
