// How the command speaks: what it draws on a terminal, what it asks, and the help of each of its commands.
import { PassThrough } from 'node:stream';
import { commands, load } from '../../../src/command-line/commands';
import { bar, progressOf } from '../../../src/command-line/progress';
import { strata } from '../../../src/command-line/strata';
import { Questions, sayOnTerminal } from '../../../src/command-line/terminal';

/** A stream that is, or is not, a terminal, and what was written to it. */
function stream(isTTY: boolean) {
  const made = new PassThrough();
  return Object.assign(made as unknown as NodeJS.WriteStream & NodeJS.ReadStream, { isTTY, columns: 40 });
}
const written = (of: NodeJS.ReadStream): string => String(of.read() ?? '');

test('a bar grows from nothing to the whole, also while the total is not known', () => {
  expect(bar({ done: 0, total: 0 }, 'rows')).toBe('[------------------------]   0 % 0 of 0 rows');
  expect(bar({ done: 500, total: 1000 }, 'rows')).toBe('[############------------]  50 % 500 of 1000 rows');
  expect(bar({ done: 7, total: 5 }, 'rows')).toContain('100 %');
});

test('on a terminal a bar is drawn over, and gone before a line is said', () => {
  const [out, error] = [stream(true), stream(true)];
  const say = sayOnTerminal(out, error);
  say.draw!('one');
  say.draw!('a line that is much wider than the terminal is');
  say.out('said');
  expect(written(error)).toBe('one\r\u001b[Ka line that is much wider than the term\r\u001b[K');
  expect(written(out)).toBe('said\n');
  progressOf(say)('at once');
  expect(written(error)).toBe('at once');
});

test('where there is no terminal nothing is drawn, and what is over at once is not told of', () => {
  const error = stream(false);
  const say = sayOnTerminal(stream(false), error);
  expect(say.draw).toBeUndefined();
  progressOf(say)('at once');
  expect(written(error)).toBe('');
});

test('input that is no terminal answers line by line, and its end is told', async () => {
  const [input, output] = [stream(false), stream(false)];
  const { ask } = new Questions(input, output);
  input.end('ada@example.com \nsecret\n');
  expect(await ask('Who? ')).toBe('ada@example.com');
  expect(await ask('Password? ', { hidden: true })).toBe('secret');
  expect(written(output)).toBe('Who? \nPassword? \n');
  await expect(ask('More? ')).rejects.toThrow('the input is at its end');
});

test('what is typed on a terminal is shown, unless it is hidden', async () => {
  const [input, output] = [stream(true), stream(true)];
  const { ask } = new Questions(input, output);
  const [who, _] = [ask('Who? '), input.write('ada\r')];
  expect(await who).toBe('ada');
  expect(written(output)).toContain('ada');
  const [password, __] = [ask('Password? ', { hidden: true }), input.write('secret\r')];
  expect(await password).toBe('secret');
  expect(written(output)).toBe('Password? \n');
});

test.each(Object.entries(commands))(
  '%s has help that fits a terminal and names each option',
  async (name, row) => {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    expect(await strata([name, '--help'], { out: say, error: say })).toBe(0);
    const { options = {}, help } = load(row);
    expect(help.filter((line) => line.length > 120)).toEqual([]);
    expect(Object.keys(options).filter((option) => !help.join('\n').includes(`--${option}`))).toEqual([]);
    expect(lines[0]).toMatch(new RegExp(`^Usage: strata ${name}`));
  },
);
