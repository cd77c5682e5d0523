// Writes the tables of settings and refusals into README.md, between `<!-- name -->` and `<!-- /name -->`, from the
// built code. Run `npm run build` before and `npx prettier --write README.md` after.
const { readFileSync, writeFileSync } = require('node:fs');
const { refusalTable, settingTable } = require('../dist/test/support/tables.js');

let readme = readFileSync('README.md', 'utf8');
for (const [name, table] of Object.entries({ settings: settingTable(), refusals: refusalTable() })) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!place.test(readme)) throw new Error(`README.md has no place for ${name}`);
  readme = readme.replace(place, (_, before, after) => `${before}\n${table.join('\n')}\n${after}`);
}
writeFileSync('README.md', readme);
