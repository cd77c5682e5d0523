// Writes tables into the docs, between `<!-- name -->` and `<!-- /name -->`, from the built code. Run `npm run build`
// before and `npx prettier --write docs` after.
const { readFileSync, writeFileSync } = require('node:fs');
const { docsTables } = require('../dist/test/support/tables.js');

for (const { file, name, lines } of docsTables) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  const text = readFileSync(file, 'utf8');
  if (!place.test(text)) throw new Error(`${file} has no place for ${name}`);
  writeFileSync(
    file,
    text.replace(place, (_, before, after) => `${before}\n${lines().join('\n')}\n${after}`),
  );
}
