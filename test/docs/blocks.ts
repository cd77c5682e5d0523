// The blocks of code in README and docs, as readers see them.
import { readdirSync, readFileSync } from 'node:fs';

export interface Block {
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  /** The word after the fence, such as `sh`; empty where there is none. */
  readonly language: string;
  /** True where it starts what goes on until it is ended, such as a server. */
  readonly staysUp: boolean;
  readonly code: string;
}

export const pages: readonly string[] = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```(\w*)([^\n]*)\n([^]*?)^```$/gm)].map(([, language, more, code], at, all) => ({
    ...{ page, language: language!, staysUp: more!.trim() === 'stays up', code: code! },
    line: text.slice(0, all[at]!.index).split('\n').length + 1,
  }));
}

const COMMAND = /^(?:curl|strata|npm|npx|node|gpg|docker|cat|\{ printf|PATH=|[A-Z_]+=\S+ )/;

/** Whether it is what a reader pastes into a shell. */
export const isShell = ({ language, code }: Block): boolean =>
  language === 'sh' || (language === '' && COMMAND.test(code) && !/^\S+: (?:not )?true: /m.test(code));
