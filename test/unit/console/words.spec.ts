// The words of the console: each language has all that English has, with the same gaps to fill in.
import { readdirSync, readFileSync } from 'node:fs';

const root = 'console/src/words';
type Words = { readonly [key: string]: string | Words };
const areas = readdirSync(`${root}/en`);
const languages = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
const read = (language: string, area: string) =>
  JSON.parse(readFileSync(`${root}/${language}/${area}`, 'utf8')) as Words;

/** Every text by its place, as `actions.save`. */
const texts = (words: Words, above = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[above + key, value]] : texts(value, `${above}${key}.`),
  );
const gaps = (text: string) => [...new Set(text.match(/\{\{[^}]+\}\}|<\/?\d+>/g))].sort().join();

test('English, Norwegian and Danish are there', () => {
  expect(languages.sort()).toEqual(['da', 'en', 'nb']);
  for (const language of languages) expect(readdirSync(`${root}/${language}`)).toEqual(areas);
});

describe.each(languages.filter((language) => language !== 'en'))('%s', (language) => {
  test.each(areas)('%s has every text of English, with the same gaps', (area) => {
    const [own, english] = [texts(read(language, area)), texts(read('en', area))];
    expect(own.map(([key]) => key).sort()).toEqual(english.map(([key]) => key).sort());
    const ownTexts = new Map(own);
    // A single one may be told by a word, many by their number.
    const numbered = english.filter(([key]) => !key.endsWith('_one'));
    const otherwise = numbered.filter(([key, text]) => gaps(text) !== gaps(ownTexts.get(key)!));
    expect(otherwise.map(([key]) => key)).toEqual([]);
  });

  test('is translated', () => {
    const same = areas.flatMap((area) => {
      const english = new Map(texts(read('en', area)));
      // Names, units and words that languages share are the same; whole sentences are not.
      return texts(read(language, area)).filter(
        ([key, text]) => text === english.get(key) && text.split(' ').length > 3 && /[a-z]{3}/.test(text),
      );
    });
    expect(same).toEqual([]);
  });
});

test('no text is asked for that is not there, and none is there that is not asked for', () => {
  const sources = readdirSync('console/src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('generated.d.ts'))
    .map((path) => readFileSync(`console/src/${path}`, 'utf8'))
    .join('\n');
  const unused = areas.flatMap((area) =>
    texts(read('en', area))
      .map(([key]) => key.replace(/_(one|other|zero)$/, ''))
      // Keys that are put together are asked for by what they begin with.
      .filter((key) => !isAsked(sources, key)),
  );
  expect([...new Set(unused)]).toEqual([]);
});

function isAsked(sources: string, key: string): boolean {
  const parts = key.split('.');
  if (sources.includes(`${key}'`) || sources.includes(`${key}\``)) return true;
  for (let length = parts.length - 1; length > 0; length--)
    if (sources.includes(`${parts.slice(0, length).join('.')}.\${`)) return true;
  return false;
}
